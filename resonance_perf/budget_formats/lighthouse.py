"""`budget.json` of Lighthouse (LightWallet).

A size is in units of 1024 bytes (its audit `performance-budget` multiplies by 1024), a timing in ms, and a `path` is a
prefix with `*`, as in robots.txt. Lighthouse 12 takes the file and ignores it, without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from resonance_perf.budget_formats.limit import OuterLimit, Reading, Writing, amount, number, parsed, printed, tightest
from resonance_perf.budget_formats.web_names import (
    AUDITS,
    METRICS,
    RESOURCE_UNITS,
    RESOURCES,
    resource_metric,
    resource_of,
)
from resonance_perf.model.quantity import UNITS, Quantity

KIB = 1024
TIMINGS = tuple(
    audit for audit in AUDITS
    if audit not in ("server-response-time", "interaction-to-next-paint", "mainthread-work-breakdown", "bootup-time",
                     "total-byte-weight", "dom-size")
)  # fmt: skip
"""The audits that a timing budget may be about."""

_KEYS = ("path", "timings", "resourceSizes", "resourceCounts")


def read(text: str, file: str) -> Reading:
    """Every limit of the file.

    Raises:
        BadFileError: when it is not JSON.
    """
    document = parsed(text, file)
    entries = document if isinstance(document, list) else [document]
    found: list[OuterLimit] = []
    left_out: list[str] = []
    for one in entries:
        for limit in _entry(one) if isinstance(one, dict) else (f"{one!r}: not a budget",):
            if isinstance(limit, str):
                left_out.append(limit)
            else:
                found.append(limit)
    pages = {one.page for one in found}
    if len(pages) > 1 and "" in pages:
        left_out.append("that Lighthouse takes only the last entry that matches a page: here each one counts")
    return tightest(found, left_out)


def write(limits: Iterable[OuterLimit]) -> Writing:
    """The file with these limits."""
    entries: dict[str, dict[str, Any]] = {}
    left_out: list[str] = []
    for one in limits:
        said = _said(one) if one.direction == "lower" else None
        if said is None:
            left_out.append(f"{one.metric} {one.text}: budget.json has no such limit")
            continue
        key, item = said
        path = path_of(one.page)
        entries.setdefault(path, {"path": path}).setdefault(key, []).append(item)
    return Writing(printed(list(entries.values())), tuple(left_out))


def page_of(path: str) -> str:
    """The pattern of pages that a `path` is about: all that begin so, unless it ends with `$`."""
    bare = path.strip()
    return pages(bare.removesuffix("$"), whole=bare.endswith("$"))


def pages(beginning: str, *, whole: bool) -> str:
    """The pattern of the pages that begin so; `whole`: and end there. Nothing for all pages."""
    found = re.sub(r"\*+", "*", beginning if whole else beginning + "*")
    return "" if found in ("*", "/*") else found


def path_of(page: str) -> str:
    """The `path` of a pattern of pages; the other way round of `page_of`."""
    return "/*" if not page else page if page.endswith("*") else page + "$"


def _entry(entry: dict[str, Any]) -> Iterator[OuterLimit | str]:
    page = page_of(str(entry.get("path", "")))
    for key in entry:
        if key not in _KEYS:
            yield f"{key}: a budget has nothing of the kind"
    for one in _items(entry, "timings"):
        audit = one.get("metric")
        if audit not in TIMINGS:
            yield f"timings: {audit}: not a metric that is known here"
            continue
        metric, unit = AUDITS[str(audit)]
        yield _limit(metric, amount(one.get("budget"), unit), page) or f"timings: {audit}: its budget is no number"
        if "tolerance" in one:
            yield f"timings: {audit}: tolerance: the interval of a measurement says how sure it is"
    for key, what in (("resourceSizes", "size"), ("resourceCounts", "count")):
        for one in _items(entry, key):
            kind, value = one.get("resourceType"), amount(one.get("budget"), RESOURCE_UNITS[what])
            if kind not in RESOURCES:
                yield f"{key}: {kind}: not a resource type that is known here"
                continue
            if value is not None and what == "size":
                value = Quantity(float(one["budget"]), UNITS["KiB"])
            yield _limit(resource_metric(str(kind), what), value, page) or f"{key}: {kind}: its budget is no number"


def _items(entry: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = entry.get(key, [])
    return [one if isinstance(one, dict) else {} for one in (found if isinstance(found, list) else [found])]


def _limit(metric: str, value: Quantity | None, page: str) -> OuterLimit | None:
    return None if value is None else OuterLimit(metric=metric, limit=value, page=page)


def _said(one: OuterLimit) -> tuple[str, dict[str, Any]] | None:
    resource = resource_of(one.metric)
    if resource is not None:
        kind, what = resource
        if one.limit.unit.dimension != UNITS[RESOURCE_UNITS[what]].dimension:
            return None
        base = one.limit.base / KIB if what == "size" else one.limit.base
        return f"resource{what.title()}s", {"resourceType": kind, "budget": number(base)}
    audit, unit = METRICS.get(one.metric, ("", ""))
    if audit not in TIMINGS or one.limit.unit.dimension != UNITS[unit].dimension:
        return None
    return "timings", {"metric": audit, "budget": number(one.limit.base)}
