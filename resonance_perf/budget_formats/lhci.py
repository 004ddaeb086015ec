"""Assertions of Lighthouse CI: `lighthouserc.json`, or the `assertions` alone.

A size is in bytes (checked against its results), a timing in ms, a score between 0 and 1. Without options an assertion
asks for a score of 0.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resonance_perf.budget_formats.lighthouse import pages
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

CATEGORIES = ("performance", "accessibility", "best-practices", "seo", "pwa")
DEFAULT_SCORE = 0.9
_ORIGIN = "https?://[^/]+"
_PLAIN = re.compile(r"(?:[\w/~%-]|\\[^\w\s]|\.\*)*\$?")
"""What a regular expression may hold to be a path with stars."""
_OURS = ("assertions", "assertMatrix", "matchingUrlPattern", "includePassedAssertions")


def read(text: str, file: str) -> Reading:
    """Every limit of the file.

    Raises:
        BadFileError: when it is not JSON.
    """
    document = parsed(text, file)
    rules = _rules(document)
    found: list[OuterLimit] = []
    left_out: list[str] = []
    for page, key, assertion in _assertions(rules, left_out):
        for said in _one(key, assertion, page):
            if isinstance(said, str):
                left_out.append(f"{key}: {said}")
            else:
                found.append(said)
    return tightest(found, left_out)


def write(limits: Iterable[OuterLimit]) -> Writing:
    """A `lighthouserc.json` that asserts these limits, each as an error."""
    pages: dict[str, dict[str, Any]] = {}
    left_out: list[str] = []
    for one in limits:
        said = _said(one)
        if said is None:
            left_out.append(f"{one.metric} {one.text}: Lighthouse CI has no such assertion")
            continue
        key, options = said
        assertion = pages.setdefault(one.page, {}).setdefault(key, ["error", {}])
        assertion[1].update(options, aggregationMethod="median")
    rules: dict[str, Any] = {"assertions": pages.get("", {})}
    if set(pages) - {""}:
        rules = {
            "assertMatrix": [
                {"matchingUrlPattern": url_pattern(page), "assertions": asked} for page, asked in pages.items()
            ]
        }
    return Writing(printed({"ci": {"assert": rules}}), tuple(left_out))


def page_of_url(pattern: str) -> str | None:
    """The pattern of pages of a `matchingUrlPattern`; None for a regular expression that is more than a path."""
    if pattern in (".*", "", "^.*$"):
        return ""
    bare = pattern.removeprefix("^")
    if not bare.startswith(_ORIGIN) or not _PLAIN.fullmatch(rest := bare.removeprefix(_ORIGIN)):
        return None
    whole = rest.endswith("$") and not rest.endswith("\\$")
    return pages(re.sub(r"\\(.)", r"\1", rest.removesuffix("$" if whole else "").replace(".*", "*")), whole=whole)


def url_pattern(page: str) -> str:
    """The other way round."""
    if not page:
        return ".*"
    end = "" if page.endswith("*") else "$"
    return _ORIGIN + ".*".join(map(_escaped, page.removesuffix("*").split("*"))) + end


def _escaped(text: str) -> str:
    return re.sub(r"([^\w/~%-])", r"\\\1", text)


def _rules(document: object) -> Mapping[str, Any]:
    rules: Any = document
    for key in ("ci", "assert"):
        if isinstance(rules, dict) and isinstance(rules.get(key), dict):
            rules = rules[key]
    return rules if isinstance(rules, dict) else {}


def _assertions(rules: Mapping[str, Any], left_out: list[str]) -> Iterator[tuple[str, str, object]]:
    for key, value in rules.items():
        if key not in _OURS:
            left_out.append(f"{key}: {_why_not(key, value)}")
    matrix = rules.get("assertMatrix")
    for one in matrix if isinstance(matrix, list) else [rules]:
        asked = one.get("assertions", {}) if isinstance(one, dict) else None
        if not isinstance(asked, dict):
            left_out.append(f"{one!r}: not assertions")
            continue
        pattern = str(one.get("matchingUrlPattern", ".*"))
        page = page_of_url(pattern)
        if page is None:
            left_out.append(f"{pattern}: more than a path, and so are its assertions: {', '.join(asked)}")
            continue
        if one is not rules:
            left_out.extend(f"{key}: {_why_not(key, one[key])}" for key in one if key not in _OURS)
        for key, assertion in asked.items():
            yield page, key, assertion


def _why_not(key: str, value: object) -> str:
    if key == "preset":
        return f"what {value} asks for is in Lighthouse CI, not in this file"
    if key == "budgetsFile":
        return f"import {value} by itself"
    if key == "aggregationMethod":
        return "a budget is held against the interval over all runs"
    return "nothing that limits"


def _one(key: str, assertion: object, page: str) -> Iterator[OuterLimit | str]:
    level, options = (assertion, {}) if not isinstance(assertion, list) else [*assertion, {}, {}][:2]
    if level not in ("warn", "error") or not isinstance(options, dict):
        yield "it is off" if level == "off" else f"not an assertion: {assertion!r}"
        return
    if level == "warn":
        yield "it only warns there; here it is a limit like others"
    asked = {name: value for name, value in options.items() if name in _READERS}
    yield from (f"{name}: {_why_not(name, value)}" for name, value in options.items() if name not in _READERS)
    for name, value in (asked or {"minScore": DEFAULT_SCORE}).items():
        yield _READERS[name](key, value, page)


def _score(key: str, value: object, page: str) -> OuterLimit | str:
    audit = key.removeprefix("categories:")
    score = amount(value, "score")
    if score is None or ":" in audit or (audit in CATEGORIES) != (audit != key):
        return f"minScore {value}: there is no such score"
    return OuterLimit(metric=f"{audit.replace('-', '_')}_score", limit=score, direction="higher", page=page)


def _items(key: str, value: object, page: str) -> OuterLimit | str:
    count = amount(value, "")
    if count is None or ":" in key:
        return f"maxLength {value}: there is no such list"
    return OuterLimit(metric=f"{key.replace('-', '_')}_items", limit=count, page=page)


def _numeric(key: str, value: object, page: str) -> OuterLimit | str:
    parts = re.split("[:.]", key)
    if parts[0] == "resource-summary" and len(parts) == 3 and parts[1] in RESOURCES and parts[2] in RESOURCE_UNITS:
        metric, unit = resource_metric(parts[1], parts[2]), RESOURCE_UNITS[parts[2]]
    elif key in AUDITS:
        metric, unit = AUDITS[key]
    else:
        return f"maxNumericValue {value}: its unit is not known here"
    limit = amount(value, unit)
    return OuterLimit(metric=metric, limit=limit, page=page) if limit else f"maxNumericValue {value}: not a number"


_READERS = {"minScore": _score, "maxLength": _items, "maxNumericValue": _numeric}


def _said(one: OuterLimit) -> tuple[str, dict[str, Any]] | None:
    if one.metric.endswith("_score") and one.direction == "higher" and _is(one.limit, "score"):
        audit = one.metric.removesuffix("_score").replace("_", "-")
        return f"categories:{audit}" if audit in CATEGORIES else audit, {"minScore": one.limit.base}
    if one.direction == "higher":
        return None
    if one.metric.endswith("_items") and _is(one.limit, ""):
        return one.metric.removesuffix("_items").replace("_", "-"), {"maxLength": number(one.limit.base)}
    resource = resource_of(one.metric)
    if resource is not None:
        key, unit = f"resource-summary:{resource[0]}:{resource[1]}", RESOURCE_UNITS[resource[1]]
    elif one.metric in METRICS:
        key, unit = METRICS[one.metric]
    else:
        return None
    return (key, {"maxNumericValue": number(one.limit.base)}) if _is(one.limit, unit) else None


def _is(limit: Quantity, unit: str) -> bool:
    return limit.unit.dimension == UNITS[unit].dimension
