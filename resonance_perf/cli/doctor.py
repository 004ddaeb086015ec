"""Looks at the machine and the setup: what is fine, what is not, and what to do about it."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable, Iterator

from resonance_perf.app.questions import metrics_of
from resonance_perf.app.rebuild import Rebuilt, rebuild
from resonance_perf.app.resolution import resolutions
from resonance_perf.app.standing import SHALLOW, stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.doctor_machine import machine_findings
from resonance_perf.cli.doctor_measure import as_json, judged, of_interest, shown
from resonance_perf.cli.finding import Finding
from resonance_perf.cli.output import print_json, progress
from resonance_perf.cli.trust import commands
from resonance_perf.compare.questions import wanted
from resonance_perf.compare.self_check import sights
from resonance_perf.drivers import DRIVERS
from resonance_perf.model.config import Config
from resonance_perf.model.errors import EXIT_BAD_INPUT, BenchmarkError, ResonanceError
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.model.resolution import Resolution
from resonance_perf.model.text import printable
from resonance_perf.report.sentences import sight_lines
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY, SOUL, STATE
from resonance_perf.system.git.run import git
from resonance_perf.system.hooks import status as hooks_status
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import holder, locked
from resonance_perf.system.lookup import which

EXAMPLE = "resonance-perf doctor --measure 10"
MEASURE_S = 5.0
MOST_S = 3600.0
MANY_VERDICTS = 20
"""After so many comparisons that say nothing, a benchmark is asked what it is good for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--measure", nargs="?", const=MEASURE_S, type=_seconds, metavar="SECONDS",
        help=f"measure HEAD against itself, so long for each benchmark (default {MEASURE_S:g}): the smallest change"
        " that this machine can see",
    )  # fmt: skip
    parser.add_argument(
        "--rebuild", action="store_true", help="put back into the store what 02_memory.md still tells of lost runs"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when all is well, 2 when something has to be done."""
    with opened(args) as (work, store):
        config = work.require_trust() if args.measure else None
        found = [_rebuilt(rebuild(work, store))] if args.rebuild else []
        found += [finding for look in _LOOKS for finding in _looked(look, work, store)]
        visible: list[Resolution] = []
        if config is not None:
            visible, said = _measured(work, config, args.measure)
            found += said
    found = list(dict.fromkeys(found))  # a mistake of the config is met by every look that needs it
    if args.json:
        findings = [{"ok": one.ok, "what": one.what, "cure": one.cure} for one in found]
        print_json({"version": 1, "findings": findings, "visible": [as_json(one) for one in visible]})
    else:
        for one in found:
            print(printable(f"{one.mark} {one.what}" + (f"\n      {one.cure}" if one.cure else "")))
        if visible:
            print("\n" + shown(visible))
    return 0 if all(one.ok for one in found) else EXIT_BAD_INPUT


def _rebuilt(found: Rebuilt) -> Finding:
    what = f"{found.runs} runs were restored from the log, as stand-ins until they are measured again"
    return Finding(True, what + (f"; {found.left_out} rows have no number or no commit here" if found.left_out else ""))


def _measured(work: Workspace, config: Config, seconds: float) -> tuple[list[Resolution], list[Finding]]:
    head = work.repo.resolve("HEAD")
    visible: list[Resolution] = []
    found: list[Finding] = []
    with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
        progress(f"measuring {head[:9]} against itself, some {seconds:g} s for each benchmark …")
        for benchmark, came in resolutions(work, config, head, seconds, host, progress):
            if isinstance(came, BenchmarkError):
                found.append(Finding(False, str(came)))
            else:
                visible += of_interest(benchmark, came)
                found += judged(benchmark, came)
    return visible, found


def _seconds(text: str) -> float:
    try:
        quantity = parse_quantity(text if text[-1:].isalpha() else f"{text}s")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    seconds = quantity.base / 1000
    if quantity.unit.dimension != "time" or not 0 < seconds <= MOST_S:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {MOST_S:.0f} s")
    return seconds


def _looked(look: Callable[[Workspace, Store], Iterator[Finding]], work: Workspace, store: Store) -> Iterator[Finding]:
    try:
        yield from look(work, store)
    except ResonanceError as error:
        yield Finding(False, str(error))


def _machine(work: Workspace, _store: Store) -> Iterator[Finding]:
    yield from machine_findings()
    yield Finding(True, git(work.repo.root, "--version"))
    free = shutil.disk_usage(work.repo.common_dir).free
    yield Finding(free > 500e6, f"{free / 1e9:.1f} GB free for worktrees and artifacts")


def _config(work: Workspace, _store: Store) -> Iterator[Finding]:
    config = work.config
    count = len(config.benchmarks)
    yield Finding(bool(count), f"{work.config_name}: {count} benchmark{'s' * (count != 1)}")
    for benchmark in config.benchmarks:
        for what, argv in commands(benchmark).items():
            if os.sep not in argv[0] and not which(argv[0]):
                yield Finding(False, f'{benchmark.name}: {what} needs "{argv[0]}", which is not on PATH. Install it.')
    if not config.approvers:
        yield Finding(False, f"{work.config_name} has no approvers: nobody can approve a loosening")
    if os.path.exists(os.path.join(work.repo.root, ".gitmodules")):
        yield Finding(
            False,
            "there are submodules: measured copies do not have them. Put `git submodule update --init` into setup.",
        )
    _, objection = work.trusted_config()
    yield Finding(not objection, objection or "the config is trusted")


def _files(work: Workspace, store: Store) -> Iterator[Finding]:
    for name in (SOUL, STATE, MEMORY):
        path = work.documents.path(name)
        yield Finding(work.documents.exists(name), path if work.documents.exists(name) else f"{path} is missing: init")
    found = stand(work, store)
    for problem in found.problems:
        yield Finding(False, str(problem))
    for one in found.judgements:
        if one.status == "unmeasured":
            yield Finding(False, f"{one.key} is unmeasured: {one.note}")
    if work.repo.is_shallow():
        yield Finding(False, SHALLOW)
    tracked = git(work.repo.root, "ls-files", "--", work.documents.path(STATE))
    yield Finding(bool(tracked), f"{work.documents.path(STATE)} is {'' if tracked else 'not '}committed")


def _triggers(work: Workspace, store: Store) -> Iterator[Finding]:
    pid = holder(work.private("daemon.lock"))
    yield Finding(pid is not None, f"the daemon runs ({pid})" if pid else "no daemon runs: resonance-perf daemon")
    for state in hooks_status(work.repo.hooks_dir(), work.private("spool", "hooks")):
        yield Finding(state.installed, f"hook {state.name}: {state.what}")
    for name, error in store.queue.last_failures().items():
        yield Finding(False, f"{name} failed: {error.splitlines()[0]}")


def _verdicts(work: Workspace, store: Store) -> Iterator[Finding]:
    """What our own verdicts tell of the benchmarks: those that never say anything, and those that we get wrong."""
    for benchmark in work.config.benchmarks:
        asked = wanted(benchmark, DRIVERS[benchmark.driver].measures(benchmark))
        verdicts = store.compared.verdicts(benchmark.name)
        said = verdicts.get(asked[0], [])
        changed = any({"faster", "slower"} & set(verdicts.get(metric, [])) for metric in asked)
        if len(said) >= MANY_VERDICTS and not changed:
            what = f"{benchmark.name} has never shown a change in {len(said)} comparisons: does it run what you change?"
            yield Finding(False, what)
        if len(said) >= MANY_VERDICTS and said.count("unsure") > len(said) / 2:
            what = f"{benchmark.name} is unsure in {said.count('unsure')} of {len(said)} comparisons"
            cure = "Give it more time (samples) or a wider margin; resonance-perf doctor --measure says how much."
            yield Finding(False, what, cure)
    for line in sight_lines(sights(store.compared.self_checks()), metrics_of(work.config)):
        yield Finding(True, line)


_LOOKS = (_machine, _config, _files, _triggers, _verdicts)
