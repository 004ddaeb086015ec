"""`metrics:` of a benchmark: which count, their budgets and margins."""

from __future__ import annotations

from resonance_perf.config import values
from resonance_perf.config.nodes import Mapping, Node, Scalar, shown
from resonance_perf.config.section import Section, did_you_mean, is_nothing
from resonance_perf.model.errors import Location
from resonance_perf.model.metric import MetricSpec


def read_metrics(
    section: Section, driver: str, known: tuple[str, ...], budgets: dict[str, Location]
) -> tuple[MetricSpec, ...]:
    """Read the metrics of a benchmark with this driver, which gives the `known` ones, or any where none are.

    `budgets` (key -> where it is used) is extended by those that they use.
    """
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
