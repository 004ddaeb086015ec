"""The requests of a visit -> how many, how heavy, how they wait for each other, and how they are sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.reading import Reported
from resonance_perf.model.run import Part
from resonance_perf.readers.devtools import Blamed, Found, function_of, path_of, worst, worst_placed
from resonance_perf.readers.intervals import exactly, once

_COMPRESSIBLE = re.compile(r"text/|application/(?:json|javascript|xml|wasm|manifest\+json)|image/svg|.*\+(?:json|xml)$")
_WORTH_IT = 1024
"""Bytes below which compression hardly saves a packet."""
_SAVES = 1400
_SOON_S = 0.1
"""What a script asks for so soon after an answer to it, waited for that answer."""
_OF_SCRIPTS = ("Fetch", "XHR", "Script")
_MAX_AGE = re.compile(r"\bmax-age=(\d+)")
_DAY_S = 86_400

Request = Mapping[str, Any]


def network(seen: Sequence[Request]) -> Found:
    """Bytes are those on the wire, headers included."""
    chain, serial = _longest_chain(seen), _longest_chain([one for one in seen if one["kind"] in _OF_SCRIPTS])
    sizes = {path_of(one["url"]): one.get("bytes") or 0.0 for one in seen}
    plain = {path_of(one["url"]): one["bytes"] for one in seen if _is_uncompressed(one)}
    spared = {path_of(one["url"]): float(one["plain"] - one["gzip"]) for one in seen if _is_worth_compressing(one)}
    uncached = {path_of(one["url"]): 1.0 for one in seen if _is_uncached(one)}
    again = {path_of(one["url"]): one.get("bytes") or 0.0 for one in seen if _is_uncached(one)}
    protocols = Counter(one["protocol"] for one in seen if one.get("protocol"))
    metrics: tuple[Reported, ...] = (
        exactly("requests", "requests", len(seen)),
        exactly("bytes", "B", sum(one.get("bytes") or 0 for one in seen)),
        exactly("waterfall_depth", "", len(chain)),
        exactly("uncompressed_bytes", "B", sum(plain.values())),
        exactly("uncached_requests", "requests", len(uncached)),
        exactly("uncached_bytes", "B", sum(again.values())),
        exactly("compressible_bytes", "B", sum(spared.values())),
        exactly("serial_requests", "requests", len(serial)),
        once("serial_time", "ms", _spared_ms(serial)),
    )
    waits = {path_of(one["url"]): _took_ms(one) for one in seen if _is_revalidated(one)}
    if any("cache-control" in one.get("headers", ()) for one in seen):
        metrics = (*metrics, once("revalidation_time", "ms", max(waits.values(), default=0.0)))
    parts = (
        *worst("requests", {name: float(count) for name, count in protocols.items()}), *worst("bytes", sizes),
        *worst_placed("waterfall_depth", Counter(_asker(one) for one in chain)), *worst("uncompressed_bytes", plain),
        *worst("uncached_requests", uncached),
        *worst("uncached_bytes", again), *worst("compressible_bytes", spared), *worst("revalidation_time", waits),
        Part("serial_requests", " → ".join(path_of(one["url"]) for one in serial), float(len(serial))),
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


def _is_worth_compressing(one: Request) -> bool:
    """Source: Lighthouse 12, uses-text-compression: at least 1,400 bytes and a tenth are saved."""
    saved = one.get("plain", 0) - one.get("gzip", 0)
    return bool(saved >= _SAVES and saved >= one["plain"] / 10)


def _is_revalidated(one: Request) -> bool:
    """Kept for less than a day, and then asked for anew while the page waits."""
    said = one.get("headers", {}).get("cache-control", "").lower()
    if not said or "no-store" in said or "immutable" in said or "stale-while-revalidate" in said:
        return False
    age = _MAX_AGE.search(said)
    return one.get("ended") is not None and ("no-cache" in said or (age is not None and int(age[1]) < _DAY_S))


def _took_ms(one: Request) -> float:
    return 1000 * float((one.get("ended") or one["began"]) - one["began"])


def _spared_ms(chain: Sequence[Request]) -> float:
    """What a chain would take less if all of it were asked for at once."""
    took = [_took_ms(one) for one in chain]
    return sum(took) - max(took, default=0.0)


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
