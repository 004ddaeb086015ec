"""What k6 calls its metrics and their aggregates, and what we call them.

The kinds of the built-in metrics are those of k6's `metrics/builtin.go`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from resonance_perf.model.quantity import UNITS

_PERCENTILE = re.compile(r"p\(([\d.]+)\)")
_SIMPLE = ("avg", "min", "max", "count", "rate", "value")
_MAIN = "http_req_duration"
_SPECIAL = {("http_req_failed", "rate"): "error_rate", ("http_reqs", "rate"): "throughput"}
_NAMED = {name: pair for pair, name in _SPECIAL.items()}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a metric of k6 holds, and in which unit."""

    holds: Literal["trend", "rate", "counter", "gauge"]
    contains: Literal["time", "data", "default"] = "default"

    def has(self, aggregate: str) -> bool:
        """True when a threshold may ask for it, and it has a unit of ours."""
        if self.holds == "trend":
            return aggregate in ("avg", "min", "max") or aggregate.startswith("p(")
        if self.holds == "counter":
            return aggregate == "count" or (aggregate == "rate" and self.contains == "default")
        return aggregate == ("rate" if self.holds == "rate" else "value")

    def unit(self, aggregate: str) -> str:
        """The unit in which we have it."""
        if self.holds == "rate":
            return "%"
        if self.holds == "counter" and aggregate == "rate":
            return "req/s"
        return {"time": "ms", "data": "B", "default": ""}[self.contains]

    def scale(self, aggregate: str) -> float:
        """What k6's number is multiplied with: a rate is a fraction there and a percentage here."""
        return 100.0 if self.unit(aggregate) == "%" else 1.0

    def dimension(self, aggregate: str) -> str:
        """The dimension of its unit."""
        return UNITS[self.unit(aggregate)].dimension


_TIME, _DATA = Kind("trend", "time"), Kind("counter", "data")
KINDS: dict[tuple[str, str], Kind] = {
    (kind.holds, kind.contains): kind
    for kind in (
        Kind("trend"), _TIME, Kind("trend", "data"), Kind("rate"), Kind("counter"), _DATA, Kind("gauge"),
        Kind("gauge", "time"), Kind("gauge", "data"),
    )
}  # fmt: skip
"""(`type`, `contains`) of a summary -> kind."""

_TRENDS = (
    "http_req_duration", "http_req_waiting", "http_req_blocked", "http_req_connecting", "http_req_tls_handshaking",
    "http_req_sending", "http_req_receiving", "iteration_duration", "group_duration", "ws_connecting", "ws_ping",
    "ws_session_duration", "grpc_req_duration", "browser_http_req_duration", "browser_web_vital_fcp",
    "browser_web_vital_fid", "browser_web_vital_inp", "browser_web_vital_lcp", "browser_web_vital_ttfb",
)  # fmt: skip
_BUILTIN: dict[str, Kind] = {
    **dict.fromkeys(_TRENDS, _TIME),
    **dict.fromkeys(("http_req_failed", "checks", "browser_http_req_failed"), Kind("rate")),
    **dict.fromkeys(
        ("http_reqs", "iterations", "dropped_iterations", "ws_sessions", "ws_msgs_sent", "ws_msgs_received"),
        Kind("counter"),
    ),
    **dict.fromkeys(("data_sent", "data_received", "browser_data_sent", "browser_data_received"), _DATA),
    **dict.fromkeys(("vus", "vus_max"), Kind("gauge")),
    "browser_web_vital_cls": Kind("trend"),
}


def known_kind(metric: str) -> Kind | None:
    """The kind of a built-in metric; None for a script's own."""
    return _BUILTIN.get(metric)


def kind_of(metric: str, aggregate: str, dimension: str) -> Kind | None:
    """The kind of a metric of which an aggregate is in this dimension; None where k6 has none."""
    fits = (kind for kind in KINDS.values() if kind.has(aggregate) and kind.dimension(aggregate) == dimension)
    known = known_kind(metric)
    return next(fits, None) if known is None else known if known in tuple(fits) else None


def aggregate_of(method: str) -> str | None:
    """The aggregate as k6 writes it, `med` as `p(50)`; None for a percentile that no name of ours can hold."""
    if method == "med":
        return "p(50)"
    if method in _SIMPLE:
        return method
    match = _PERCENTILE.fullmatch(method.replace(" ", ""))
    aggregate = f"p({float(match[1]):g})" if match and match[1].count(".") < 2 and match[1] != "." else None
    return aggregate if aggregate and _decoded(_encoded(aggregate)) == aggregate else None


def our_name(metric: str, aggregate: str) -> str | None:
    """`p95` for `http_req_duration` and `p(95)`, `checks_rate`; None where that would mean another one."""
    short = _encoded(aggregate)
    name = _SPECIAL.get((metric, aggregate)) or (short if metric == _MAIN else f"{metric}_{short}")
    return name if their_name(name) == (metric, aggregate) else None


def their_name(name: str) -> tuple[str, str] | None:
    """(metric, aggregate) of a name of ours, or None."""
    if name in _NAMED:
        return _NAMED[name]
    metric, _, short = name.rpartition("_")
    aggregate = _decoded(short)
    return (metric or _MAIN, aggregate) if aggregate else None


def _encoded(aggregate: str) -> str:
    return re.sub(r"[().]", "", aggregate)


def _decoded(short: str) -> str | None:
    """`p999` is `p(99.9)`: a percentile has two digits before the point."""
    if short in _SIMPLE:
        return short
    if not re.fullmatch(r"p\d+", short):
        return None
    digits = short[1:]
    return f"p({float(digits if digits == '100' or len(digits) < 3 else digits[:2] + '.' + digits[2:]):g})"
