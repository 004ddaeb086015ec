"""prometheus: answers of its HTTP API to `query` and `query_range`, told by `take` as `{label="value"}`.

Traps: it answers an error with a document, too; NaN stands for "no request" and is left out; a step that is shorter
than the range of a `rate` tells the same requests several times; `histogram_quantile` guesses where in its bucket a
percentile lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

from resonance_perf.model.errors import UsageError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take
from resonance_perf.readers.source import document
from resonance_perf.readers.take import number, reported, untold

TRIED = "2.42.0"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith(b'{"status":"') and (b'"resultType":' in head or b'"errorType":' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. An answer has no unit, so it is told first; an error needs none."""
    found = document(source, name)
    if found["status"] == "error":
        return (_error(found),)
    raise untold("prometheus", 'p95={route="/shop"} s')


def read_taken(source: IO[bytes], name: str, takes: Sequence[Take]) -> tuple[Reading, ...]:
    """See `Taking`. Every point of the series that have the labels, and maybe others, is a value; the median counts,
    for what a percentile is of was said in the query."""
    found = document(source, name)
    if found["status"] == "error":
        return (_error(found),)
    series = found["data"]["result"]
    metrics, gone = [], []
    for one in takes:
        wanted = _labels(one.where)
        chosen = (each for each in series if wanted.items() <= each["metric"].items())
        values = [value for each in chosen for value in _values(each)]
        if not values:
            gone.append(one.where)
        else:
            metrics.append(reported(one, values, 0.5))
    if gone:
        return (Reading(failed=f"there is no number at {', '.join(gone)}"),)
    return (Reading(metrics=tuple(metrics)),)


def _error(found: Mapping[str, Any]) -> Reading:
    return Reading(failed=f"it answered {found['errorType']}: {found['error']}")


def _values(series: Mapping[str, Any]) -> list[float]:
    points = series["values"] if "values" in series else [series["value"]]
    return [value for _, text in points if (value := number(text)) is not None]


def _labels(where: str) -> dict[str, str]:
    try:
        from prometheus_client import parser
    except ImportError as error:
        hint = "Install it: pip install 'resonance-perf[generic]'"
        raise UsageError("prometheus needs prometheus-client", hint=hint) from error
    try:
        (sample,) = (s for one in parser.text_string_to_metric_families(f"x{where} 0\n") for s in one.samples)
    except ValueError as error:
        raise UsageError(f"{where} names no series", hint='Write it as {label="value"}, or {} for all.') from error
    return dict(sample.labels)
