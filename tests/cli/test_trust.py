"""What `trust` shows before it allows anything."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Watched

BUDGETS = '# State\n\n```json\n{"budgets": {}}\n```\n'
CONFIG = """version: 1
benchmarks:
  one: {driver: command, setup: [make], command: [./one], profiler: py-spy}
  two: {driver: http, serve: [./two, "{port}"], url: "http://127.0.0.1:{port}/"}
  three: {driver: count, counter: instructions, command: [./three]}
  four: {driver: k6, script: four.js, serve: [./four], ready: "http://127.0.0.1:1/", metrics: {p95: {}}}
"""


def test_everything_that_would_run_is_shown(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS)
    watched.repo.write({".resonance/config.yaml": CONFIG})
    code, out, _ = watched.run("trust", "--yes")
    shown = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert code == 0
    assert shown.pop(2) == "one profiler: py-spy around its command, when it became slower"
    assert shown[:6] == [
        "one setup: make", "one command: ./one", "two serve: ./two {port}", "three command: ./three",
        "four serve: ./four", shown[5],
    ]  # fmt: skip
    assert shown[5].startswith("four command: k6 run ") and shown[5].endswith(" four.js")
