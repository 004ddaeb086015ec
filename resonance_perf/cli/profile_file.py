"""`profile FILE`: a profile that another tool wrote, or that a server answers: shown, compared, written for others."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from urllib.parse import urlsplit

from resonance_perf.app.profile_files import PICTURES, kind_of, write_profile
from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import print_json, progress, table
from resonance_perf.model.diff import Diff
from resonance_perf.model.errors import ResonanceError, UsageError
from resonance_perf.model.profile import Capture, Profile
from resonance_perf.model.quantity import format_value
from resonance_perf.model.text import printable
from resonance_perf.profiles.formats import pyroscope_push, registry
from resonance_perf.profiles.functions import sides_of
from resonance_perf.profiles.tops import tops, unit_of
from resonance_perf.profiles.ways import changed_ways
from resonance_perf.report.profile import profile_document, top_rows
from resonance_perf.system.flight import printed

WAYS = 3
_SERVES = ("http://", "https://")
_NAMES = {"cpu": "process_cpu", "wall": "wall", "inuse_space": "memory", "alloc_space": "memory"}
"""What Pyroscope calls a profile of these types."""


def is_one(args: argparse.Namespace) -> bool:
    """True when what is named is no benchmark but a file, or the address of a server."""
    name: str = args.benchmark or ""
    return name.startswith(_SERVES) or (os.path.isfile(name) and not _is_benchmark(args, name))


def run_file(args: argparse.Namespace) -> int:
    """Exit 0."""
    kind = kind_of(args.out, args.format) if args.out else ""
    known, head = _read(args.benchmark, args.metric)
    base = _read(args.against, args.metric)[1] if args.against else None
    chosen = head.types[head.chosen]
    if base and base.types[base.chosen] != chosen:
        other = base.types[base.chosen].name
        hint = "Say which type is meant: --metric." if len(head.types) > 1 else ""
        raise UsageError(f"{args.against} tells {other}, and {args.benchmark} tells {chosen.name}", hint=hint)
    sides = sides_of([Capture(profile=base)] if base else [], [Capture(profile=head)], Diff())
    found, unit, title = tops(sides), unit_of(chosen), f"{_short(args.benchmark)}: {chosen.name}"
    if args.out and (kind in PICTURES or base):
        write_profile(args.out, kind, sides, title, "profile")
    elif args.out:
        _write(args.out, registry.write(head, kind))
    if args.push:
        push(args.push, head, os.path.basename(urlsplit(args.benchmark).path))
    if args.json:
        print_json(profile_document(found, unit, {"file": args.benchmark, "format": known, "note": head.note}))
        return 0
    print(printable(f"{title}{'' if unit == chosen.name else f' in {unit}'}, read as {known}"))
    header, *rows = top_rows([replace(one, sure=True) for one in found] if base else found, unit)
    print(table(header, rows))
    for way, change in changed_ways(sides, WAYS) if base else ():
        print(printable(f"+{format_value(change, unit)}  {way}"))
    for note in filter(None, (head.note, "one profile of each side: what is chance cannot be told" if base else "")):
        progress(printable(f"⚪ {note}"))
    if args.out:
        progress(f"written to {args.out}")
    return 0


def push(address: str, profile: Profile, service: str) -> None:
    """Send the profile to the Pyroscope server at this address."""
    from resonance_perf.system import pyroscope

    chosen = profile.types[profile.chosen]
    labels = {pyroscope_push.NAME: _NAMES.get(chosen.name, chosen.name), pyroscope_push.SERVICE: service}
    pyroscope.push(address, pyroscope_push.body(profile, labels))
    progress(printable(f"sent to {urlsplit(address).netloc} as {service}"))


def _read(name: str, metric: str | None) -> tuple[str, Profile]:
    """(the format, the profile), of which `metric` is meant."""
    if name.startswith(_SERVES):
        from resonance_perf.system.pyroscope import asked

        data = asked(name)
    else:
        try:
            with open(name, "rb") as file:
                data = file.read()
        except OSError as error:
            raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    kind, profile = registry.read(printed(data, os.path.basename(name)), name)
    if metric is None:
        return kind, profile
    types = [one.name for one in profile.types]
    if metric not in types:
        raise UsageError(f"{name} has no {metric}", hint=f"There is {', '.join(types)}.")
    return kind, replace(profile, chosen=types.index(metric))


def _is_benchmark(args: argparse.Namespace, name: str) -> bool:
    try:
        return workspace(args).config.benchmark(name) is not None
    except ResonanceError:  # no repository, or no config: a file needs neither
        return False


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _short(name: str) -> str:
    return name.partition("?")[0] if name.startswith(_SERVES) else os.path.basename(name)
