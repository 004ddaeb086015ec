"""Text of a config -> the part of it that the limits in force depend on; wrong values elsewhere do not matter."""

from __future__ import annotations

from collections.abc import Iterator

from resonance_perf.config import rules, values
from resonance_perf.config.nodes import Mapping, Node, Scalar
from resonance_perf.config.section import Section
from resonance_perf.config.tree import parse_tree
from resonance_perf.model.config import Config
from resonance_perf.model.errors import BadFileError, Location, Problem
from resonance_perf.model.law import Law
from resonance_perf.model.metric import metric_id

_PEOPLE = values.list_of(rules.person, '["Ada Lovelace <ada@example.org>"]')


def read_law(text: str) -> Law | None:
    """The law that a config states, whatever version of this program it was written for.

    None: it cannot be read, or says something twice.

    What is wrong is read so that it allows less: no approvers, signatures required.
    """
    problems: list[Problem] = []
    try:
        root, unclear = parse_tree(text, "")
    except BadFileError:
        return None
    if unclear or not isinstance(root, Mapping):
        return None
    top = Section(root, "", Location(""), problems)
    state_dir = top.get("state_dir", rules.folder, Config(benchmarks=()).state_dir)
    if problems or not state_dir.isprintable():
        return None
    return Law(
        state_dir=state_dir,
        approvers=top.get("approvers", _PEOPLE, ()),
        require_signature="require_signature" in top and top.get("require_signature", values.boolean, True),
        metrics=dict(_metrics(root)),
    )


def _metrics(root: Mapping) -> Iterator[tuple[str, str]]:
    for name, benchmark in _entries(_entries(root).get("benchmarks")).items():
        for metric, spec in _entries(_entries(benchmark).get("metrics")).items():
            budget = _entries(spec).get("budget")
            if isinstance(budget, Scalar):
                yield budget.text, metric_id(name, metric)


def _entries(node: Node | None) -> dict[str, Node]:
    return {key.text: value for key, value in node.entries} if isinstance(node, Mapping) else {}
