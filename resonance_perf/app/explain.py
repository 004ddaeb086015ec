"""Why a metric became worse: both sides are profiled, and their difference is joined with what the commit changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.app.calls import with_calls
from resonance_perf.app.profiling import Profiled, keep_profiles, profile_sides, target_of
from resonance_perf.app.workspace import Workspace
from resonance_perf.measure.captures import MOST_S, Sides
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.cause import Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.profile import Capture
from resonance_perf.model.run import Run, Side
from resonance_perf.profilers.choice import resource_of
from resonance_perf.profiles.causes import why
from resonance_perf.profiles.cpu import is_about_cpu
from resonance_perf.profiles.functions import sides_of
from resonance_perf.profiles.shares import TIMES
from resonance_perf.report.words import short
from resonance_perf.system.git.diff import diff_between
from resonance_perf.system.process import StoppedError

LEAST_S = 4.0
"""A profile of less says nothing, however short the comparison was."""


def explain(
    work: Workspace, runner: Runner, benchmark: Benchmark, measurement: Measurement, worse: Sequence[Comparison]
) -> tuple[tuple[Why, ...], str]:
    """(why each of `worse` is so, what to tell people about the profile). A profiler that fails costs the profile only.

    It takes about as long as the comparison took, and 30 s at most where a function is found in that. Where no profile
    holds what became worse, its parts alone say why, and nothing is profiled.
    """
    base, head = measurement.base, measurement.head
    if base is None or not worse:
        return (), ""
    diff, found, note = Diff(), None, ""
    try:
        diff = diff_between(work.repo, base.commit, head.commit)
        found, note = _profiled(work, runner, benchmark, measurement, worse, diff)
        if found:
            _keep_picture(work, benchmark, base, head, found.captures, diff)
    except StoppedError:
        raise
    except (ResonanceError, OSError) as error:
        note = f"{'the picture was not kept' if found else 'not profiled'}: {error}"
    captures = found.captures if found else {}
    whys = []
    for one in worse:
        beside = [other for other in measurement.comparisons if other is not one]
        whys.append(why(one, captures.get("base", ()), captures.get("head", ()), diff, beside=beside))
    if found:
        commits: dict[Side, str] = {"base": base.commit, "head": head.commit}
        return with_calls(whys, found, runner, benchmark, commits, diff), note
    return tuple(whys), note


def _keep_picture(
    work: Workspace, benchmark: Benchmark, base: Run, head: Run, captures: Mapping[Side, Sequence[Capture]], diff: Diff
) -> None:
    """The page on which both sides are one flame graph."""
    from resonance_perf.app.profile_files import keep_page  # draws, which few jobs do

    sides = sides_of(captures["base"], captures["head"], diff)
    title = f"{benchmark.name} {short(base.commit)} → {short(head.commit)}"
    keep_page(work, head.id, sides, title, captures["head"][0].per)


def _is_held(comparison: Comparison) -> bool:
    """True for times, and for what a profiler counts: no profile holds scans of a table, or layouts of a page."""
    return comparison.unit in TIMES or resource_of(comparison.metric) != "wall"


def _about(comparison: Comparison) -> str:
    """The metric that the profile is to be about: CPU time where that decided, because the clock was too noisy."""
    return "cpu" if is_about_cpu(comparison) else comparison.metric


def _profiled(  # whose profile, of what, and what it is to explain
    work: Workspace,
    runner: Runner,
    benchmark: Benchmark,
    measurement: Measurement,
    worse: Sequence[Comparison],
    diff: Diff,
) -> tuple[Profiled | None, str]:
    base, head = measurement.base, measurement.head
    first = next(filter(_is_held, worse), None)
    if not benchmark.explains or base is None or first is None or not target_of(benchmark):
        return None, ""
    most_s = min(MOST_S, max(LEAST_S, measurement.seconds))

    def explains(found: Sides) -> bool:
        return any(one.kind == "function" for one in why(first, found["base"], found["head"], diff).causes)

    commits: dict[Side, str] = {"base": base.commit, "head": head.commit}
    found = profile_sides(runner, benchmark, commits, _about(first), most_s=most_s, enough=explains)
    keep_profiles(work, head.id, found)
    cost = "" if found.overhead is None else f", which cost {100 * max(0.0, found.overhead):.0f} %"
    rounds = len(found.captures["head"])
    return found, f"profiled {rounds} times on each side with {found.profiler}{cost}"
