"""The words for the smallest change that this machine can see."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from resonance_perf.cli.finding import Finding
from resonance_perf.cli.output import table
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.metric import metric_id
from resonance_perf.model.resolution import Resolution

_LONGEST_S = 600.0
"""Nobody waits longer for one comparison."""
_HEAD = ("benchmark", "metric", "pairs", "seconds", "smallest visible change", "margin")


def of_interest(benchmark: Benchmark, found: Sequence[Resolution]) -> tuple[Resolution, ...]:
    """The metrics that the config names, or the first."""
    named = [one for one in found if benchmark.metric(one.metric) is not None]
    return tuple(named or found[:1])


def judged(benchmark: Benchmark, found: Sequence[Resolution]) -> tuple[Finding, ...]:
    """A finding for each metric of interest whose margin cannot be seen in the time that was measured."""
    return tuple(_finding(benchmark, one, found) for one in of_interest(benchmark, found) if not one.fine_enough)


def shown(found: Sequence[Resolution]) -> str:
    """The table."""
    rows = [
        [one.benchmark, one.metric, str(one.pairs), f"{one.seconds:.1f}", _visible(one), _percent(one.margin)]
        for one in found
    ]
    return table(_HEAD, rows)


def as_json(one: Resolution) -> dict[str, object]:
    """One row; `smallest` and `margin` are fractions, and `smallest` is null when there were too few pairs."""
    return {
        "benchmark": one.benchmark, "metric": one.metric, "pairs": one.pairs, "seconds": one.seconds,
        "smallest": None if one.smallest == inf else one.smallest, "margin": one.margin, "ok": one.fine_enough,
    }  # fmt: skip


def _finding(benchmark: Benchmark, one: Resolution, found: Sequence[Resolution]) -> Finding:
    name, needed = metric_id(one.benchmark, one.metric), one.needed()
    if needed is None:
        return Finding(False, f"{name}: {one.pairs} pairs are too few to see any change", "samples: {min: 12}")
    pairs, seconds = needed
    what = f"{name}: {_visible(one)} is the least that {one.seconds:.0f} s show, and {_percent(one.margin)} matters"
    if pairs <= benchmark.max_samples and seconds <= benchmark.max_s:
        return Finding(True, f"{what}; about {seconds:.0f} s will, and it may take {benchmark.max_s:.0f} s")
    return Finding(False, what, "; or ".join((*_more_time(pairs, seconds), *_other_metric(one, found), _ELSE)))


def _more_time(pairs: int, seconds: float) -> tuple[str, ...]:
    if seconds > _LONGEST_S:
        return ()
    return (f"give it time: samples: {{max: {pairs + pairs // 10}, time: {seconds * 1.2 + 1:.0f}s}}",)


def _other_metric(one: Resolution, found: Sequence[Resolution]) -> tuple[str, ...]:
    cpu = next((other for other in found if other.metric == "cpu" and one.metric == "wall"), None)
    better = cpu is not None and cpu.smallest < one.smallest / 2
    return (f"judge it by cpu ({_visible(cpu)})",) if cpu is not None and better else ()


_ELSE = "quieten the machine (the tips above)"


def _visible(one: Resolution) -> str:
    return "none yet" if one.smallest == inf else f"±{_percent(one.smallest)}" if one.smallest else "any"


def _percent(share: float) -> str:
    return f"{share * 100:.2g} %" if share < 1 else f"{share * 100:.0f} %"
