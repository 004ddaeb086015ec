"""The gate: judges what was measured for this commit by the limits in force. Runs nothing, unless --measure says so."""

from __future__ import annotations

import argparse
import json
import os
import sys

from resonance_perf.cli.pairs import Format, Output, with_stdout
from resonance_perf.report.gates import FORMATS, render
from resonance_perf.store.memo import Key, recall, remember

EXAMPLE = "resonance-perf check --measure --format github --format junit --output perf.xml"
MEMO = "gate"
"""What is asked many times a day is remembered: the text and the JSON of `HEAD`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--commit", metavar="REV", help="judge this commit as it is (default: HEAD with the work tree)")
    parser.add_argument("--measure", action="store_true", help="first measure what is missing for it; needs trust")
    parser.add_argument(
        "--strict", action="store_true", help="fail also for unmeasured budgets (4) and shallow clones (3)"
    )
    parser.add_argument(
        "--format", dest="outputs", action=Format, choices=FORMATS, default=[], metavar="NAME",
        help=f"{', '.join(FORMATS)}; may be given again (default: text)",
    )  # fmt: skip
    parser.add_argument(
        "--output", dest="outputs", action=Output, metavar="FILE", help="where the --format before it goes"
    )
    parser.add_argument("--json", dest="outputs", action=Format, nargs=0, help="the same as --format json")


def run(args: argparse.Namespace) -> int:
    """Exit 0 fine, 1 red, 2 a bad file, 3 loosened without approval, 4 a benchmark failed; see `--strict`."""
    outputs = with_stdout(args.outputs)
    names = [name for name, _ in outputs]
    plain = not (args.commit or args.measure or args.config) and set(names) <= {"text", "json"}
    key = Key.of(args.start) if plain else None
    found = recall(key, MEMO) if key else None
    lax, strict, texts = json.loads(found) if found else _looked(args, names, key)
    for name, path in outputs:
        if path is None:
            sys.stdout.write(texts[name])
        else:
            _write(os.path.join(args.start, path), texts[name])
    return int(strict if args.strict else lax)


def _looked(args: argparse.Namespace, names: list[str], key: Key | None) -> tuple[int, int, dict[str, str]]:
    from resonance_perf.app.gate import look, unreadable
    from resonance_perf.app.history import asks_keys
    from resonance_perf.cli.context import opened
    from resonance_perf.cli.measuring import measure_missing
    from resonance_perf.model.errors import BadFileError

    with opened(args) as (work, store):
        try:
            if args.measure:
                measure_missing(work, store, args.commit)
            gate = look(work, store, args.commit)
        except BadFileError as error:
            if set(names) <= {"text", "json"}:
                raise
            gate = unreadable(work, error)
        answer = gate.exit_code(strict=False), gate.exit_code(strict=True), {one: render(gate, one) for one in names}
        if key is not None and key.private == work.repo.private and not gate.problems and not asks_keys(work):
            texts = {one: render(gate, one) for one in ("text", "json")}
            remember(key, json.dumps([*answer[:2], texts]), MEMO)
    return answer


def _write(path: str, text: str) -> None:
    from resonance_perf.system.private import write_private

    write_private(path, text)
