"""What Chromium told of a page -> metrics, and who is to blame. Pure, one probe of `system/browser` per file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from resonance_perf.model.reading import Reported
from resonance_perf.model.run import Part

MOST_PARTS = 10
"""So many of those to blame are kept for a metric."""


Blamed = tuple[str, str]
"""A name, and the place where it stands or nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe tells."""

    metrics: tuple[Reported, ...]
    parts: tuple[Part, ...] = ()


def path_of(url: str) -> str:
    """A URL without what changes from run to run, such as the port."""
    parts = urlsplit(url)
    return parts.path or url if parts.scheme in ("http", "https") else url


def function_of(name: str, url: str, line: int | None = None) -> Blamed:
    """A function and its place: `onBuy`, `/app.js:12`; `line` counts from 1."""
    return name or "(anonymous)", path_of(url) + (f":{line}" if line else "")


def element_of(node: Mapping[str, Any]) -> str:
    """A node of DevTools as a selector: `div#late.card`."""
    told = node.get("attributes", [])
    given = dict(zip(told[::2], told[1::2], strict=False))
    name = f"#{given['id']}" if given.get("id") else ""
    classes = "".join(f".{one}" for one in given.get("class", "").split())
    return f"{node['nodeName'].lower()}{name}{classes}"


def worst(metric: str, blamed: Mapping[str, float]) -> tuple[Part, ...]:
    """The names with the largest values, those first."""
    return worst_placed(metric, {(name, ""): value for name, value in blamed.items()})


def worst_placed(metric: str, blamed: Mapping[Blamed, float]) -> tuple[Part, ...]:
    """The same of names with their places."""
    ordered = sorted(blamed.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Part(metric, name, value, place) for (name, place), value in ordered[:MOST_PARTS])
