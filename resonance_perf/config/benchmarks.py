"""One entry of `benchmarks:` -> a Benchmark."""

from __future__ import annotations

from collections.abc import Callable

from resonance_perf.config import rules, values
from resonance_perf.config.argv import argv
from resonance_perf.config.counting import COUNTERS, KEYS, read_counting
from resonance_perf.config.http import HTTP_KEYS, read_http
from resonance_perf.config.metrics import read_metrics
from resonance_perf.config.nodes import Node
from resonance_perf.config.section import Section
from resonance_perf.config.sizing import GLOBS, SIZE_KEYS, read_size
from resonance_perf.config.tool import TOOL_KEYS, read_tool
from resonance_perf.config.tooling import names, read_tooling, tooling
from resonance_perf.model import plugins
from resonance_perf.model.benchmark import (
    Benchmark,
    CommandSettings,
    CountSettings,
    DriverSettings,
    HttpSettings,
    ToolSettings,
)
from resonance_perf.model.errors import Location
from resonance_perf.model.profiling import PROFILERS

METRICS = {
    "command": ("wall", "cpu", "user", "sys", "peak_rss"),
    "http": (
        "p50",
        "p90",
        "p95",
        "p99",
        "p999",
        "throughput",
        "error_rate",
        "peak_rss",
        "knee",
        "statements_per_request",
    ),
    "size": ("raw", "gzip", "brotli", "zstd"),
    "count": tuple(dict.fromkeys(metric for metrics in COUNTERS.values() for metric in metrics)),
    "perf-stat": ("instructions", "cycles", "branch_misses", "cache_misses"),
    "tool": (),
}
"""Driver -> the metrics it gives; one with the driver `count` gives those of its counter, one with `tool` any."""

_OWN_KEYS = {
    "command": ("command",),
    "http": HTTP_KEYS,
    "size": SIZE_KEYS,
    "count": KEYS,
    "perf-stat": ("command",),
    "tool": TOOL_KEYS,
}
_EMPTY = CommandSettings(command=())
_DEFAULT = Benchmark(name="", driver="", settings=_EMPTY)
_EXPLAIN = ("auto", "off")


def read_benchmark(section: Section, name: str, budgets: dict[str, Location]) -> Benchmark:
    """Read the entry called `name`. `budgets` (key -> where it is used) is extended by those it uses.

    Problems go to the section; a benchmark that has any must not be used.
    """
    driver = section.require("driver", _driver, "", hint=f'Add "driver:" with one of {", ".join(METRICS)}.')
    known, settings = _read_settings(section, driver) if driver else ((), _EMPTY)
    samples = section.section("samples")
    benchmark = Benchmark(
        name=name,
        driver="tool" if isinstance(settings, ToolSettings) else driver,
        settings=settings,
        setup=section.get("setup", argv, ()),
        verify=section.get("verify", argv, ()),
        paths=section.get("paths", GLOBS, ()),
        metrics=read_metrics(section.section("metrics"), driver, known, budgets),
        timeout_s=section.get("timeout", values.duration_s, _DEFAULT.timeout_s),
        memory_bytes=section.get("memory", values.size_bytes, None),
        min_samples=samples.get("min", values.whole, _DEFAULT.min_samples),
        max_samples=samples.get("max", values.whole, _DEFAULT.max_samples),
        max_s=samples.get("time", values.duration_s, _DEFAULT.max_s),
        quick=section.get("quick", values.boolean, _DEFAULT.quick),
        explains=section.get("explain", values.one_of(_EXPLAIN), "auto") == "auto",
        profiler=section.get("profiler", _profiler, ""),
    )
    _check_together(section, samples, benchmark)
    samples.close()
    if driver:
        section.close(_explain(driver))
    return benchmark


def _driver(node: Node) -> str:
    name = values.text(node)
    return name if name in METRICS else rules.known(node, "driver", (*METRICS, *names()))


def _profiler(node: Node) -> str:
    return rules.known(node, "profiler", plugins.installed(PROFILERS))


def _command(section: Section) -> DriverSettings:
    hint = 'Add "command:" with the program to measure, such as ["python3", "bench.py"].'
    return CommandSettings(command=section.require("command", argv, (), hint=hint))


_SETTINGS: dict[str, Callable[[Section], DriverSettings]] = {
    "command": _command, "http": read_http, "size": read_size, "count": read_counting, "perf-stat": _command,
    "tool": read_tool,
}  # fmt: skip


def _read_settings(section: Section, driver: str) -> tuple[tuple[str, ...], DriverSettings]:
    """(the metrics that there are, the settings); no metrics where that cannot be told."""
    other = None if driver in METRICS else tooling(driver)
    settings = read_tooling(section, driver, other) if other else _SETTINGS[driver](section)
    if isinstance(settings, ToolSettings) and "metrics" not in section:
        hint = "Add those that count, as docs/tools.md names them: metrics: {p95: {budget: KEY}}"
        section.complain(f"{section.path} names no metrics", section.location, hint)
    if isinstance(settings, CountSettings):
        return COUNTERS.get(settings.counter, ()), settings
    return tuple(other.METRICS) if other else METRICS[driver], settings


def _check_together(section: Section, samples: Section, benchmark: Benchmark) -> None:
    if benchmark.min_samples > benchmark.max_samples:
        place = samples.place("min" if "min" in samples else "max")
        what = f"{samples.path}.min ({benchmark.min_samples}) is more than max ({benchmark.max_samples})"
        section.complain(what, place, f'Give both "min" and "max"; the defaults are {_DEFAULT.min_samples} '
                                      f"and {_DEFAULT.max_samples}.")  # fmt: skip
    http = benchmark.settings
    if isinstance(http, HttpSettings) and http.duration_s + http.warmup_s >= benchmark.timeout_s:
        place = section.place("timeout" if "timeout" in section else "duration")
        what = f"{section.path}.timeout ({benchmark.timeout_s:g}s) ends before duration and warmup are over"
        section.complain(what, place, "Give it a longer timeout, or a shorter duration.")


def _explain(driver: str) -> Callable[[str], str]:
    def explain(key: str) -> str:
        owner = next((one for one, keys in _OWN_KEYS.items() if key in keys and one != driver), None)
        return f"It belongs to the driver {owner}; this benchmark has the driver {driver}." if owner else ""

    return explain
