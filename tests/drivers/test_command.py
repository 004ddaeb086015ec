from __future__ import annotations

import pytest

from resonance_perf.drivers import DRIVERS
from resonance_perf.drivers.command import MEASURES
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.work import Command, RunProcess

BENCHMARK = Benchmark(
    name="report", driver="command", settings=CommandSettings(command=("make", "report")), timeout_s=7, memory_bytes=9
)
DRIVER = DRIVERS["command"]
ARGV = ("make", "report")


def ended(**fields: object) -> ProcessOutcome:
    return ProcessOutcome(argv=ARGV, **fields)  # type: ignore[arg-type]  # fields of ProcessOutcome


def complaint(outcome: ProcessOutcome) -> str:
    with pytest.raises(BenchmarkError) as caught:
        DRIVER.sample(BENCHMARK, outcome)
    return str(caught.value)


def test_the_work_is_the_program_within_its_limits() -> None:
    env = (("MODE", "fast"),)
    command = Command(argv=ARGV, env=env, timeout_s=7, memory_bytes=9)
    assert DRIVER.work(BENCHMARK, env) == RunProcess(command=command)


def test_a_sample_has_times_in_ms_and_memory_in_bytes() -> None:
    outcome = ended(
        exit_code=0, wall_s=0.5, user_s=0.25, system_s=0.125, peak_rss_bytes=30_000_000, rss_floor_bytes=10_000_000
    )
    sample = DRIVER.sample(BENCHMARK, outcome)
    judged = {name: value for name, value in sample.values.items() if name in MEASURES}
    assert judged == {"wall": 500, "cpu": 375, "user": 250, "sys": 125, "peak_rss": 30_000_000}
    assert list(judged) == list(DRIVER.measures(BENCHMARK))


def test_a_peak_that_may_be_the_launchers_is_left_out() -> None:
    sample = DRIVER.sample(BENCHMARK, ended(exit_code=0, peak_rss_bytes=10_100_000, rss_floor_bytes=10_000_000))
    assert "peak_rss" not in sample.values


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (
            ended(exit_code=2, stderr=b"one\ntwo\n", stdout=b"other"),
            "report ended with exit code 2: one / two.",
        ),
        (ended(exit_code=2, stdout=b"on stdout\n"), "report ended with exit code 2: on stdout."),
        (ended(signal=11), "report was killed by SIGSEGV (11) and said nothing."),
        (
            ended(signal=9),
            "report was killed by SIGKILL (9) and said nothing. Nobody here sent that: is the machine out of memory?",
        ),
        (
            ended(signal=9, timed_out=True, wall_s=7.01),
            (
                "report was killed after 7.01 s: it took longer than its timeout and said nothing. "
                "If it is meant to take so long, give it a longer timeout in the config."
            ),
        ),
        (
            ended(error='cannot start "make": no such program on PATH. Install it.'),
            'report could not run: cannot start "make": no such program on PATH. Install it.',
        ),
        (
            ended(exit_code=0, left_behind=True),
            (
                "report ended but left processes running, which were killed; their work is in no number. "
                "Let the command wait for its children."
            ),
        ),
    ],
)
def test_a_failure_is_a_sentence(outcome: ProcessOutcome, expected: str) -> None:
    assert complaint(outcome) == expected
