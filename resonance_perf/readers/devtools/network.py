"""The requests of a visit -> how many, how heavy, how they wait for each other, and how they are sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.readers.devtools import Blamed, Found, function_of, path_of, worst, worst_placed
from resonance_perf.readers.intervals import exactly

_COMPRESSIBLE = re.compile(r"text/|application/(?:json|javascript|xml|wasm|manifest\+json)|image/svg|.*\+(?:json|xml)$")
_WORTH_IT = 1024
"""Bytes below which compression hardly saves a packet."""
_SOON_S = 0.1
"""What a script asks for so soon after an answer to it, waited for that answer."""

Request = Mapping[str, Any]


def network(seen: Sequence[Request]) -> Found:
    """Bytes are those on the wire, headers included."""
    chain = _longest_chain(seen)
    sizes = {path_of(one["url"]): one.get("bytes") or 0.0 for one in seen}
    plain = {path_of(one["url"]): one["bytes"] for one in seen if _is_uncompressed(one)}
    uncached = {path_of(one["url"]): 1.0 for one in seen if _is_uncached(one)}
    protocols = Counter(one["protocol"] for one in seen if one.get("protocol"))
    metrics = (
        exactly("requests", "requests", len(seen)),
        exactly("bytes", "B", sum(one.get("bytes") or 0 for one in seen)),
        exactly("waterfall_depth", "", len(chain)),
        exactly("uncompressed_bytes", "B", sum(plain.values())),
        exactly("uncached_requests", "requests", len(uncached)),
    )
    parts = (
        *worst("requests", {name: float(count) for name, count in protocols.items()}), *worst("bytes", sizes),
        *worst_placed("waterfall_depth", Counter(_asker(one) for one in chain)), *worst("uncompressed_bytes", plain),
        *worst("uncached_requests", uncached),
    )  # fmt: skip
    return Found(metrics, parts)


def _asker(one: Request) -> Blamed:
    """The function, or the document or style sheet, that made a request wait for its answer."""
    if "function" in one:
        return function_of(one["function"], one["by"], one["line"])
    return path_of(one["by"]) or "the visit", ""


def _is_uncompressed(one: Request) -> bool:
    if not one.get("status") or (one.get("bytes") or 0) < _WORTH_IT or "content-encoding" in one["headers"]:
        return False
    return _COMPRESSIBLE.match(one["mime"]) is not None


def _is_uncached(one: Request) -> bool:
    """A resource whose answer says nothing of caching; of the documents themselves nobody expects it."""
    if one.get("status") != 200 or one["method"] != "GET" or one["kind"] in ("Document", "Preflight"):
        return False
    return not {"cache-control", "expires"} & set(one["headers"])


def _longest_chain(seen: Sequence[Request]) -> list[Request]:
    """The most requests of which each had to wait for the one before: it was asked for by it, or by the same script
    right after its answer."""
    chains: list[list[Request]] = []
    for one in seen:
        before = max((chain for chain in chains if _waited(one, chain[-1])), key=len, default=[])
        chains.append([*before, one])
    return max(chains, key=len, default=[])


def _waited(one: Request, other: Request) -> bool:
    if one["by"] == other["url"]:
        return True
    if not one["by_script"] or one["by"] != other["by"] or other.get("ended") is None:
        return False
    return bool(other.get("answered", other["ended"]) <= one["began"] < other["ended"] + _SOON_S)
