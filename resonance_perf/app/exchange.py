"""Limits of other tools and presets as offers, and the limits in force as another tool's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resonance_perf.app.workspace import Workspace
from resonance_perf.budget_formats.limit import OuterLimit, Reading, tightest
from resonance_perf.budget_formats.presets import PRESETS
from resonance_perf.judge.offers import Offer
from resonance_perf.judge.scope import metric_of
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.errors import UsageError
from resonance_perf.model.metric import metric_id
from resonance_perf.model.pattern import is_pattern, matches


def imported(reading: Reading, benchmark: str, file: str) -> list[Offer]:
    """What a file says, about the metrics of a benchmark; a page is a benchmark below it."""
    return [
        Offer(
            metric=metric_id(f"{benchmark}{one.page}", one.metric),
            wanted=read_value(one.metric, one.text),
            why=f"from {file}",
        )
        for one in reading.limits
    ]


def preset(name: str, benchmark: str) -> list[Offer]:
    """The limits of a preset, about the metrics of a benchmark."""
    return [
        Offer(metric=metric_id(benchmark, one.metric), wanted=read_value(one.metric, one.text), why=one.why)
        for one in PRESETS[name]
    ]


def exported(limits: Iterable[LimitInForce], aliases: Mapping[str, str], benchmark: str) -> Reading:
    """The limits of a benchmark and of the pages below it, and a sentence for each that cannot leave us."""
    found: list[OuterLimit] = []
    left_out: list[str] = []
    for one in limits:
        budget = one.budget
        owner, _, metric = (metric_of(budget, aliases) or "").rpartition(".")
        page = owner.removeprefix(benchmark)
        if matches(owner, benchmark):
            page = ""
        elif not owner.startswith(f"{benchmark}/"):
            left_out.append(f"{one.key}: it limits nothing of {benchmark}")
            continue
        if is_pattern(metric):
            left_out.append(f"{one.key}: it limits whatever matches {metric}")
            continue
        if budget.limit is None:
            left_out.append(f"{one.key}: {budget.text} is a bound on the change, and only we have a baseline")
            continue
        if budget.branches:
            left_out.append(f"{one.key}: that it counts on {', '.join(budget.branches)} alone")
        found.append(OuterLimit(metric=metric, limit=budget.limit, direction=budget.direction, page=page))
    return tightest(found, left_out)


def benchmark_of(work: Workspace, name: str | None) -> str:
    """The benchmark that is meant: the one that is named, or the only one.

    Raises:
        UsageError: when there are several, or none of that name; a pattern is always good.
    """
    names = [one.name for one in work.config.benchmarks]
    there = f"There are {', '.join(names)}." if names else "There is none yet."
    if name is None and len(names) == 1:
        return names[0]
    if name is None:
        raise UsageError("it does not say whose limits these are", hint=f"Add --benchmark NAME. {there}")
    if name not in names and not is_pattern(name):
        hint = f'{there} A pattern, such as "web/*", is good for those to come.'
        raise UsageError(f'the config has no benchmark "{name}"', hint=hint)
    return name
