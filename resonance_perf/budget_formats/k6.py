"""Thresholds of k6: a script, its options as JSON (`k6 inspect`), or a summary that it wrote.

The grammar is that of k6's `metrics/thresholds_parser.go`. In a summary only the expressions are read: their booleans
mean the opposite in `--summary-export` (true: crossed) and in `handleSummary` (ok).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resonance_perf.budget_formats.k6_names import KINDS, Kind, aggregate_of, kind_of, known_kind, our_name, their_name
from resonance_perf.budget_formats.k6_script import thresholds_of
from resonance_perf.budget_formats.limit import OuterLimit, Reading, Writing, amount, parsed, printed, tightest
from resonance_perf.model.metric import Direction

_EXPRESSION = re.compile(
    r"\s*(count|value|rate|avg|min|med|max|p\(\s*[\d.]+\s*\))\s*(<=|>=|===|==|!=|<|>)"
    r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*"
)
_DIRECTIONS: dict[str, Direction] = {"<": "lower", "<=": "lower", ">": "higher", ">=": "higher"}


def read(text: str, file: str) -> Reading:
    """Every limit of the thresholds in a JSON file.

    Raises:
        BadFileError: when it is not JSON.
    """
    document = parsed(text, file)
    if not isinstance(document, dict):
        return Reading(())
    options = document.get("options")
    thresholds = document.get("thresholds") or (options.get("thresholds") if isinstance(options, dict) else None)
    asked: dict[str, object] = dict(thresholds) if isinstance(thresholds, dict) else {}
    kinds: dict[str, Kind] = {}
    metrics = document.get("metrics")
    for metric, body in metrics.items() if isinstance(metrics, dict) else ():
        if not isinstance(body, dict):
            continue
        judged = body.get("thresholds")
        if isinstance(judged, dict | list):
            asked.setdefault(metric, list(judged))
        kind = KINDS.get((str(body.get("type")), str(body.get("contains"))))
        if kind is not None:
            kinds[metric] = kind
    return _reading(asked, kinds)


def read_script(text: str, file: str) -> Reading:
    """Every limit of the `thresholds` that are written out in a script.

    Raises:
        BadFileError: when there are none, or they are computed.
    """
    return _reading(thresholds_of(text, file), {})


def write(limits: Iterable[OuterLimit]) -> Writing:
    """Options that ask for these limits: `k6 run --config FILE`."""
    found: dict[str, list[str]] = {}
    left_out: list[str] = []
    for one in limits:
        said = their_name(one.metric)
        kind = kind_of(*said, one.limit.unit.dimension) if said else None
        if said is None or kind is None or one.page:
            left_out.append(f"{one.metric}{one.page and ' of '}{one.page} {one.text}: k6 measures nothing of the kind")
            continue
        metric, aggregate = said
        value = _plain(one.limit.base / kind.scale(aggregate))
        found.setdefault(metric, []).append(f"{aggregate}{'>=' if one.direction == 'higher' else '<='}{value}")
    return Writing(printed({"thresholds": found}), tuple(left_out))


def _reading(asked: Mapping[str, object], kinds: Mapping[str, Kind]) -> Reading:
    found: list[OuterLimit] = []
    left_out: list[str] = []
    for metric, thresholds in asked.items():
        for one in thresholds if isinstance(thresholds, list) else [thresholds]:
            expression, notes = _expression(one)
            left_out += [f"{metric}: {expression}: {note}" for note in notes]
            said = _limit(metric, expression, kinds.get(metric) or known_kind(metric))
            if isinstance(said, str):
                left_out.append(f"{metric}: {expression}: {said}")
            else:
                found.append(said)
    return tightest(found, left_out)


def _expression(threshold: Any) -> tuple[str, Iterator[str]]:
    if not isinstance(threshold, dict):
        return str(threshold), iter(())
    others = (f"{key}: nothing that limits" for key, value in threshold.items() if key != "threshold" and value)
    return str(threshold.get("threshold", "")), others


def _limit(metric: str, expression: str, kind: Kind | None) -> OuterLimit | str:
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        return "not an expression that k6 knows"
    if "{" in metric:
        return "a limit for some tags: give them a benchmark of their own"
    if match[2] not in _DIRECTIONS:
        return f"{match[2]} is no limit"
    if kind is None:
        return "of which kind it is stands in the summary only: import that"
    aggregate = aggregate_of(match[1])
    name = our_name(metric, aggregate) if aggregate and kind.has(aggregate) else None
    if name is None or aggregate is None:
        return f"there is no {match[1]} of such a metric here"
    limit = amount(_rounded(float(match[3]) * kind.scale(aggregate)), kind.unit(aggregate))
    if limit is None:
        return f"{match[3]} is no limit"
    return OuterLimit(metric=name, limit=limit, direction=_DIRECTIONS[match[2]])


def _rounded(value: float) -> float:
    """Without what a multiplication by 100 adds in the last place."""
    return float(f"{value:.12g}")


def _plain(value: float) -> str:
    """A number as its documentation has them: without an exponent."""
    return f"{_rounded(value):.15f}".rstrip("0").rstrip(".")
