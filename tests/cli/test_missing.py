from __future__ import annotations

from collections.abc import Callable

import pytest

from resonance_perf.app import quiet
from tests.cli.conftest import Watched, state

CONFIG = """version: 1
baseline: previous
benchmarks:
  api: {driver: command, command: ["true"], samples: {min: 3, max: 3}, metrics: {cpu: {}, peak_rss: {budget: memory}}}
"""
WHY = "peak_rss is not there: a peak below that of the launcher, which starts the program, cannot be told from it"


@pytest.fixture
def watched(make_watched: Callable[[str], Watched], monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(quiet, "QUIET_S", 0.0)
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    return make_watched(state(memory="10MB", api_wall="5ms"))


def test_a_metric_that_never_is_there_is_said_in_the_line_in_status_and_in_the_memory(watched: Watched) -> None:
    watched.repo.commit({".resonance/config.yaml": CONFIG})
    _, out, _ = watched.run("run")
    line = out.splitlines()[0]
    assert line.startswith("⚫ api ")
    assert WHY in line
    _, out, _ = watched.run("status")
    assert f"⚫ unmeasured: {WHY}" in out
    assert f"! api.peak_rss: {WHY}" in out
    assert "| peak_rss | – | – | – | – | missing |" in (watched.repo.path / ".resonance/02_memory.md").read_text()


def test_what_was_measured_once_is_not_said_to_never_have_been(watched: Watched) -> None:
    assert "unmeasured: api.wall was never measured" in watched.run("status")[1]
    watched.measured(3.0)
    watched.measured(3.0, id_="02RUN", at=1.0, metrics=("cpu",))
    last = watched.repo.git("rev-parse", "HEAD")[:9]
    out = watched.run("status")[1]
    assert "unmeasured: api.wall vanished: last measured on " in out
    assert f" in {last}" in out
