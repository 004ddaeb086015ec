"""One entry of `benchmarks:` -> a Benchmark."""

from __future__ import annotations

from collections.abc import Callable

from resonance_perf.config import rules, values
from resonance_perf.config.argv import argv
from resonance_perf.config.counting import COUNTERS, KEYS, read_counting
from resonance_perf.config.http import HTTP_KEYS, read_http
from resonance_perf.config.nodes import Mapping, Node, Scalar, shown
from resonance_perf.config.section import Section, did_you_mean, is_nothing
from resonance_perf.config.tooling import names, read_served, read_tooling, tooling
from resonance_perf.model import plugins
from resonance_perf.model.benchmark import (
    DEFAULT_LEVELS,
    Benchmark,
    CommandSettings,
    CountSettings,
    DriverSettings,
    HttpSettings,
    SizeLevels,
    SizeSettings,
    ToolSettings,
)
from resonance_perf.model.errors import Location
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.take import Take, parse_take

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
    "size": ("files", "levels"),
    "count": KEYS,
    "perf-stat": ("command",),
    "tool": ("tool", "command", "result", "part", "take", "exact", "serve", "ready", "ready_timeout"),
}
_EMPTY = CommandSettings(command=())
_DEFAULT = Benchmark(name="", driver="", settings=_EMPTY)
_EXPLAIN = ("auto", "off")
PROFILERS = "resonance_perf.profilers"
"""The entry points by which profilers are found."""
_GLOBS = values.list_of(rules.glob, '["src/**"]')


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
        paths=section.get("paths", _GLOBS, ()),
        metrics=_metrics(section.section("metrics"), driver, known, budgets),
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
    if name not in METRICS and name not in (tools := names()):
        known = (*METRICS, *tools)
        hint = f"{did_you_mean(name, known)} The drivers are {', '.join(known)}.".strip()
        raise values.wrong(node, f'must be a driver that there is, not "{shown(name)}"', hint)
    return name


def _profiler(node: Node) -> str:
    name, known = values.text(node), list(plugins.installed(PROFILERS))
    if name not in known:
        hint = f"{did_you_mean(name, known)} The profilers are {', '.join(known)}.".strip()
        raise values.wrong(node, f'must be a profiler that there is, not "{shown(name)}"', hint)
    return name


def _command(section: Section) -> DriverSettings:
    hint = 'Add "command:" with the program to measure, such as ["python3", "bench.py"].'
    return CommandSettings(command=section.require("command", argv, (), hint=hint))


def _size(section: Section) -> DriverSettings:
    hint = 'Add "files:" with globs, such as ["dist/**", "!dist/**/*.map"].'
    levels = section.section("levels")
    settings = SizeSettings(
        files=section.require("files", _some_globs, (), hint=hint),
        levels=SizeLevels(
            gzip=levels.get("gzip", values.whole_to(9), DEFAULT_LEVELS.gzip),
            brotli=levels.get("brotli", values.whole_to(11), DEFAULT_LEVELS.brotli),
            zstd=levels.get("zstd", values.whole_to(22), DEFAULT_LEVELS.zstd),
        ),
    )
    levels.close()
    return settings


def _some_globs(node: Node) -> tuple[str, ...]:
    globs = _GLOBS(node)
    if all(glob.startswith("!") for glob in globs):
        raise values.wrong(node, "matches no file", 'Name what to count: ["dist/**", "!dist/**/*.map"].')
    return globs


def _tool(section: Section) -> DriverSettings:
    hint = 'Add "tool:" with the name of its reader, as in: resonance-perf tools'
    example = 'Add "command:", such as ["k6", "run", "--summary-export={out}/summary.json", "load.js"].'
    settings = ToolSettings(
        tool=section.require("tool", values.text, "", hint=hint),
        command=section.require("command", argv, (), hint=example),
        result=section.get("result", values.text, ""),
        part=section.get("part", values.text, ""),
        takes=_takes(section.section("take")),
        exact=_exact(section),
    )
    return read_served(section, settings)


def _exact(section: Section) -> tuple[str, ...]:
    named = [key.text for key, _ in section.section("metrics").entries]
    exact: tuple[str, ...] = section.get("exact", values.list_of(values.text, '["raw"]'), ())
    for metric in (one for one in exact if one not in named):
        what = f'{section.path}.exact names "{shown(metric)}", which is none of its metrics'
        section.complain(what, section.place("exact"), did_you_mean(metric, named) or "Add it to metrics.")
    return exact


def _takes(section: Section) -> tuple[Take, ...]:
    found = []
    for key, _ in section.entries:
        where = section.require(key.text, values.text, "", hint="Say where it is.")
        try:
            found += [parse_take(key.text, where)] if where else []
        except ValueError as error:
            section.complain(f"{section.path}.{key.text} {error}", section.place(key.text), "See docs/tools.md.")
    return tuple(found)


_SETTINGS: dict[str, Callable[[Section], DriverSettings]] = {
    "command": _command, "http": read_http, "size": _size, "count": read_counting, "perf-stat": _command,
    "tool": _tool,
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


def _metrics(
    section: Section, driver: str, known: tuple[str, ...], budgets: dict[str, Location]
) -> tuple[MetricSpec, ...]:
    return tuple(_metric(section, key, node, driver, known, budgets) for key, node in section.entries)


def _metric(
    metrics: Section, key: Scalar, node: Node, driver: str, known: tuple[str, ...], budgets: dict[str, Location]
) -> MetricSpec:
    if isinstance(node, Scalar) and not is_nothing(node):
        hint = f"Write it as: {shown(key.text)}: {{budget: {shown(node.text)}}}"
        metrics.complain(f"{metrics.path}.{shown(key.text)} must be a mapping", node.location, hint)
        node = Mapping((), node.location)
    section = metrics.child(key, node)
    if known and key.text not in known:
        hint = f"{did_you_mean(key.text, known)} It has {', '.join(known)}.".strip()
        metrics.complain(f'the driver {driver} has no metric "{shown(key.text)}"', key.location, hint)
    budget = section.get("budget", values.text, None)
    if budget is not None:
        place = section.place("budget")
        if budget in budgets:
            hint = "A budget limits one metric: give this one its own key."
            section.complain(f'the budget "{shown(budget)}" is already used at {budgets[budget]}', place, hint)
        budgets.setdefault(budget, place)
    spec = MetricSpec(name=key.text, budget=budget, margin=section.get("margin", values.share, None))
    section.close()
    return spec


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
