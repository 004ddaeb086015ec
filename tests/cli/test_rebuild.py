from __future__ import annotations

import shutil
from collections.abc import Callable

from resonance_perf.memory.edits import AppendRow
from resonance_perf.model.record import MemoryRow
from tests.cli.conftest import Watched, state

MEMORY = ".resonance/02_memory.md"


def row(commit: str, run: str, metric: str, after: str) -> AppendRow:
    return AppendRow(
        MemoryRow(
            when="2026-11-23 12:00", commit=commit, trigger="commit", benchmark="api", metric=metric, before="–",
            after=after, change="–", budget="🟢 100ms", verdict="baseline", run=run,
        )
    )  # fmt: skip


def test_what_the_log_tells_is_back_as_a_stand_in_that_is_never_green(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(state(api_wall="100ms"))
    commit = watched.repo.git("rev-parse", "--short=9", "HEAD")
    text = "# Memory\n"
    for edit in (
        row(commit, "01A", "wall", "44.8 ms"), row(commit, "01A", "cpu", "1.5 s"), row(commit, "01B", "wall", "–"),
        row("0" * 9, "01C", "wall", "1 ms"),
    ):  # fmt: skip
        text = edit.apply(text)
    watched.repo.write({MEMORY: text})
    _, out, _ = watched.run("doctor", "--rebuild")
    said = "1 runs were restored from the log, as stand-ins until they are measured again; 2 rows have no number or no"
    assert said in out
    code, out, _ = watched.run("check")
    assert code == 0
    assert out.startswith("⚪ api.wall 44.8 ms [44.8 ms, 44.8 ms] unsure about api_wall (100ms), ")
    assert "restored from the log, which holds no interval: measure it again" in out
    assert "1.5 s" in watched.run("history", "api")[1]
    assert "0 runs were restored" in watched.run("doctor", "--rebuild")[1]
    watched.measured(50)
    assert "🟢 api.wall 50 ms" in watched.run("check")[1]
    shutil.rmtree(watched.repo.path / ".git/resonance")
    assert "1 runs were restored" in watched.run("doctor", "--rebuild")[1]
