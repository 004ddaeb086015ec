"""What a page knows of its elements and requests -> bytes and time that it could have saved, and by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from resonance_perf.model.reading import Reported
from resonance_perf.model.run import Part
from resonance_perf.readers.devtools import Found, path_of, worst
from resonance_perf.readers.intervals import exactly, once

CONNECTIONS = 6
"""So many requests to one host run at once over HTTP/1.1. Source: Chromium, `kDefaultMaxSocketsPerGroup`."""
HIDDEN_MS = 3000.0
"""A font that blocks hides its text no longer. Source: CSS Fonts 4, section 4.9, block period."""
_HIDES = ("auto", "block")

Told = Mapping[str, Any]


def page(seen: Told) -> Found:
    """Of the page that the visit ends on. Bytes of images are those that WebP would take at the size shown, encoded by
    the browser itself; an image of another origin, whose pixels it may not read, is left out."""
    images: Sequence[Told] = seen["images"]
    waste, formats = _spared(images, "needed", _shown), _spared(images, "webp", _typed)
    unsized = {_image(one): 1.0 for one in images if not one.get("sized", True) and not one["vector"]}
    early = {_image(one): float(one["bytes"]) for one in images if _is_early(one)}
    hidden = {
        f"{one['family']} (font-display: {one['display']}, {path_of(one['url'])})": min(HIDDEN_MS, float(one["took"]))
        for one in seen["fonts"]
        if one["display"] in _HIDES
    }
    blocking = [one for one in seen["requests"] if one["blocking"]]
    queued = dict(_queued(seen["requests"]))
    longest = seen["longest"]
    metrics: list[Reported] = [
        exactly("image_waste_bytes", "B", sum(waste.values())),
        exactly("image_format_bytes", "B", sum(formats.values())),
        exactly("unsized_images", "", len(unsized)), exactly("offscreen_image_bytes", "B", sum(early.values())),
        once("render_blocking_time", "ms", _busy(blocking, seen["received"])),
        once("connection_wait", "ms", max(queued.values(), default=0.0)),
        exactly("dom_nodes", "", seen["nodes"]),
    ]  # fmt: skip
    if not seen["unreadable"]:
        metrics.append(once("hidden_text_time", "ms", max(hidden.values(), default=0.0)))
    parts = [
        *worst("image_waste_bytes", waste), *worst("image_format_bytes", formats), *worst("unsized_images", unsized),
        *worst("offscreen_image_bytes", early), *worst("hidden_text_time", hidden), *worst("connection_wait", queued),
        *worst("render_blocking_time", {path_of(one["url"]): one["ended"] - one["sent"] for one in blocking}),
        Part("dom_nodes", f"{longest['target']} ({longest['children']} children)", float(longest["children"])),
    ]  # fmt: skip
    lcp = seen["lcp"]
    if lcp and lcp["began"] is not None:
        # Source: web.dev/articles/optimize-lcp: it should be asked for as soon as the first of all others.
        first = min((one["began"] for one in seen["requests"]), default=lcp["began"])
        late = max(0.0, lcp["began"] - first)
        metrics.append(once("lcp_image_delay", "ms", late))
        parts.append(Part("lcp_image_delay", f"{path_of(lcp['url'])} (fetchpriority: {lcp['priority']})", late))
    return Found(tuple(metrics), tuple(parts))


def _spared(images: Sequence[Told], key: str, named: Any) -> dict[str, float]:
    """Image -> the bytes that it is heavier than it would have to be."""
    return {named(one): float(one["bytes"] - one[key]) for one in images if one.get(key) and one["bytes"] > one[key]}


def _image(one: Told) -> str:
    return f"{path_of(one['url'])} ({one.get('target', 'background')})"


def _shown(one: Told) -> str:
    (width, height), (wide, high) = one["natural"], one["box"]
    return f"{path_of(one['url'])} ({width}×{height}, shown at {wide}×{high})"


def _typed(one: Told) -> str:
    return path_of(one["url"])


def _is_early(one: Told) -> bool:
    """Loaded with the page, though it is to be seen only after scrolling, or not at all."""
    return not one.get("seen", True) and not one["lazy"] and bool(one["bytes"])


def _busy(requests: Sequence[Told], since: float) -> float:
    """The time in which at least one of them was under way, after `since`."""
    total, reached = 0.0, since
    for one in sorted(requests, key=lambda one: one["sent"]):
        total += max(0.0, one["ended"] - max(one["sent"], reached))
        reached = max(reached, one["ended"])
    return total


def _queued(requests: Sequence[Told]) -> Iterator[tuple[str, float]]:
    """(URL, ms) of the requests over HTTP/1 that found every connection to their host taken."""
    hosts: dict[str, list[Told]] = defaultdict(list)
    for one in requests:
        if one["protocol"].startswith("http/1"):
            hosts["/".join(one["url"].split("/", 3)[:3])].append(one)
    for of in hosts.values():
        for one in of:
            ahead = [other for other in of if other["sent"] < one["sent"] and other["ended"] > one["began"]]
            if len(ahead) >= CONNECTIONS:
                yield path_of(one["url"]), one["sent"] - one["began"]
