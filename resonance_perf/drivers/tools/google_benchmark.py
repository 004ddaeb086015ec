"""google-benchmark: a program that is linked with Google Benchmark; `setup` builds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "program": Key(kind="command", means="the program", example="build/bench_cart"),
    "select": Key(kind="text", means="the benchmarks that this regular expression names", example="BM_total/.*",
                  optional=True),
    "repetitions": Key(kind="whole", means="how often each is measured", example="10", default=5),
    "time": Key(kind="duration", means="how long each repetition is, at least", example="500ms", default=0.05),
    "arguments": arguments("the program", '["--benchmark_enable_random_interleaving=true"]'),
}  # fmt: skip
PROGRAM = Program(name="c++", install="apt install g++ libbenchmark-dev")
METRICS = ("wall", "cpu")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    select = (f"--benchmark_filter={given['select']}",) if given["select"] else ()
    command = (
        *given["program"], "--benchmark_out={out}/benchmarks.json", "--benchmark_out_format=json",
        f"--benchmark_repetitions={given['repetitions']}", f"--benchmark_min_time={given['time']:g}", *select,
        *given["arguments"],
    )  # fmt: skip
    return ToolSettings(tool="google-benchmark", command=command)
