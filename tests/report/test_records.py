from __future__ import annotations

from resonance_perf.report.records import for_ci
from tests.conftest import GitRepo

MESSAGE = "perf(budget): tighten a 2ms → 1ms\n\nIt is better.\n\nPerf-Run: 01K\nPerf-Benchmark: api\n"


def test_the_marker_for_ci_stands_below_the_subject_and_harms_no_trailer(repo: GitRepo) -> None:
    message = for_ci(MESSAGE, "[skip ci]")
    assert message.splitlines()[:3] == ["perf(budget): tighten a 2ms → 1ms", "", "[skip ci]"]
    repo.git("commit", "-q", "--allow-empty", "-m", message)
    assert repo.git("log", "-1", "--format=%(trailers:key=Perf-Run,valueonly)") == "01K"


def test_without_a_marker_the_message_stays() -> None:
    assert for_ci(MESSAGE, "") == MESSAGE
