"""The driver of other tools: what it runs, and what it makes of their results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from resonance_perf.compare.estimate import estimate_run
from resonance_perf.drivers import DRIVERS
from resonance_perf.drivers.tools import prometheus
from resonance_perf.drivers.vocabulary import measure_of
from resonance_perf.model.benchmark import Benchmark, ToolSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.outcome import ProcessOutcome, ToolOutcome
from resonance_perf.model.work import RunTool
from resonance_perf.plan.affected import affected

DRIVER = DRIVERS["tool"]
FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
DONE = ProcessOutcome(argv=("tool",), exit_code=0)


def benchmark(tool: str = "k6", metric: str = "p95", **settings: object) -> Benchmark:
    made = ToolSettings(tool=tool, command=("k6", "run", "{out}/s.json"), **settings)  # type: ignore[arg-type]  # its fields
    return Benchmark(name="checkout", driver="tool", settings=made, metrics=(MetricSpec(metric),))


def left(*paths: str, process: ProcessOutcome = DONE) -> ToolOutcome:
    files = tuple((path.split("/")[-1], (FIXTURES / path).read_bytes()) for path in paths)
    return ToolOutcome(process=process, files=files)


def test_the_metrics_are_those_that_the_config_names() -> None:
    assert dict(DRIVER.measures(benchmark())) == {"p95": measure_of("p95")}
    assert measure_of("throughput").higher_is_better and measure_of("script_bytes").unit == "B"


def test_what_repeats_exactly_is_run_twice_and_a_time_beside_it_as_often_as_a_time_is() -> None:
    built = benchmark("webpack", "raw", exact=("raw", "value"))
    assert DRIVER.repeats(built) == 2 and DRIVER.repeats(benchmark()) == 0
    assert DRIVER.repeats(replace(built, metrics=(*built.metrics, MetricSpec("wall")))) == 0
    assert DRIVER.measures(benchmark("json", "value", exact=("value",)))["value"].exact


def test_a_server_is_started_only_where_there_is_one() -> None:
    alone, served = (
        DRIVER.work(one, ()) for one in (benchmark(), benchmark(serve=("srv", "{port}"), ready_url="http://x/"))
    )
    assert isinstance(alone, RunTool) and alone.server is None
    assert isinstance(served, RunTool) and served.server is not None and served.server.argv == ("srv", "{port}")


def test_a_sample_is_what_one_run_of_the_tool_told() -> None:
    sample = DRIVER.sample(benchmark(), left("k6/pass.summary-export.json"))
    assert sample.values["p95"] == pytest.approx(38.056, rel=1e-3) and sample.values["error_rate"] > 0


def test_a_sample_tells_under_which_load_it_was_taken() -> None:
    assert DRIVER.sample(benchmark("wrk"), left("wrk/script.stdout.txt")).load_model == "closed"
    assert DRIVER.sample(benchmark("k6"), left("k6/dropped.summary-export.json")).load_model == "open"


def test_what_it_prints_is_the_result_where_it_leaves_no_file() -> None:
    printed = ProcessOutcome(argv=("hey",), exit_code=0, stdout=(FIXTURES / "hey/slow.stdout.txt").read_bytes())
    assert DRIVER.sample(benchmark("hey"), ToolOutcome(process=printed)).values["p95"] == pytest.approx(101.8)


def test_a_threshold_of_the_tool_that_was_crossed_is_no_failure() -> None:
    crossed = ProcessOutcome(argv=("k6",), exit_code=99, stderr=b"thresholds were crossed")
    assert "p95" in DRIVER.sample(benchmark(), left("k6/pass.summary-export.json", process=crossed)).values


def test_one_of_several_parts_is_chosen() -> None:
    outcome = left("go/count-8.txt")
    assert "allocations" in DRIVER.sample(benchmark("go", "wall", part="Join"), outcome).values
    with pytest.raises(BenchmarkError, match=r"has several parts.*'Join', 'Repeat'"):
        DRIVER.sample(benchmark("go", "wall"), outcome)
    with pytest.raises(BenchmarkError, match='no part "Split"'):
        DRIVER.sample(benchmark("go", "wall", part="Split"), outcome)


def test_a_result_without_any_benchmark_is_said_to_be_empty() -> None:
    printed = ProcessOutcome(argv=("npx",), exit_code=1, stdout=b'{"files": []}')
    with pytest.raises(BenchmarkError, match="the result holds no benchmark; the tool ended with exit code 1"):
        DRIVER.sample(benchmark("vitest", "wall"), ToolOutcome(process=printed))


@pytest.mark.parametrize(
    ("one", "outcome", "said"),
    [
        (benchmark(), left("k6/refused.summary-export.json"), "no request succeeded"),
        (benchmark(metric="p42"), left("k6/pass.summary-export.json"), "there is no p42 in it"),
        (benchmark(result="x.json"), left("k6/pass.summary-export.json"), "left no x.json, but pass.summary-export.json"),
        (benchmark(), left("k6/pass.summary-export.json", "k6/dropped.summary-export.json"), "Say which one holds the result"),
        (benchmark(), ToolOutcome(process=DONE, problem="the server ended"), "checkout: the server ended"),
        (benchmark("nonsense"), left("k6/pass.summary-export.json"), 'there is no reader for "nonsense"'),
        (
            benchmark(), ToolOutcome(process=ProcessOutcome(argv=("k6",), exit_code=107, stderr=b"no such script")),
            "the tool ended with exit code 107: no such script",
        ),
        (
            benchmark(), ToolOutcome(process=ProcessOutcome(argv=("k6",), error='cannot start "k6": no such program')),
            'cannot start "k6"',
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_a_sentence(one: Benchmark, outcome: ToolOutcome, said: str) -> None:
    with pytest.raises(BenchmarkError) as caught:
        DRIVER.sample(one, outcome)
    assert said in str(caught.value)


POINTS = b'{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"query":"p95"},"values":[%s]}]}}'


def told(*seconds: str) -> ToolOutcome:
    values = ",".join(f'[{at},"{one}"]' for at, one in enumerate(seconds)).encode()
    return ToolOutcome(process=DONE, files=(("answer.json", POINTS % values),))


def asking(**given: object) -> Benchmark:
    """As `driver: prometheus` makes it."""
    keys = {name: key.default for name, key in prometheus.KEYS.items()}
    settings = prometheus.tool(keys | {"url": "http://it", "queries": ["p95=latency s"]} | given, ("p95",))
    return Benchmark(name="users", driver="prometheus", settings=settings, metrics=(MetricSpec("p95"),))


def test_the_points_of_an_answer_are_values_of_one_sample() -> None:
    users = asking()
    sample = DRIVER.sample(users, told("0.3", "NaN", *(f"0.{n}" for n in range(11, 20))))
    (found,) = estimate_run(DRIVER.measures(users), [sample])
    assert (found.value, found.low, found.high, found.unit, found.n, found.note) == (150, 120, 300, "ms", 10, "")
    (few,) = estimate_run(DRIVER.measures(users), [DRIVER.sample(users, told("0.1"))])
    assert few.note == "p95 needs 6 points, there were 1"


def test_no_change_concerns_what_is_deployed() -> None:
    users = asking()
    assert DRIVER.repeats(users) == 1 and affected([users, benchmark()], ["a.py"], []) == (benchmark(),)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"queries": ["latency"]}, 'has the query "latency", which is not like p95=QUERY s'),
        ({"queries": ["p99=latency s"]}, "has no query for p95"),
        ({"url": "prometheus:9090"}, "does not begin with http"),
    ],
)
def test_a_question_that_nobody_can_ask_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        asking(**given)
