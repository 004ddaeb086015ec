"""pyroscope-push: what agents send to a Pyroscope server: profiles in pprof with labels.

Source: github.com/grafana/pyroscope, api/push/v1/push.proto. A request has series; a series has labels and profiles.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from resonance_perf.model.profile import Profile
from resonance_perf.profiles.formats import pprof, source
from resonance_perf.profiles.formats.wire import bytes_field, fields, message

NAME, SERVICE = "__name__", "service_name"
"""The labels that a server asks for: what is counted, and of which program."""
_BEGINNING = re.compile(rb"\x0a[\x80-\xff]{0,4}[\x00-\x7f]\x0a[\x00-\x7f]\x0a([\x00-\x7f])", re.DOTALL)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`. The first field of the first series is a label, whose first field is a text."""
    match = _BEGINNING.match(head)
    if match is None:
        return False
    key, rest = head[match.end() :][: match[1][0]], head[match.end() + match[1][0] :]
    return len(key) == match[1][0] > 0 and key.isascii() and key.decode().isprintable() and rest.startswith(b"\x12")


def body(profile: Profile, labels: Mapping[str, str]) -> bytes:
    """The body of a push of one profile, zipped; `labels` need `__name__` and `service_name`."""
    told = b"".join(
        bytes_field(1, bytes_field(1, key.encode()) + bytes_field(2, labels[key].encode())) for key in labels
    )
    return gzip.compress(bytes_field(1, told + bytes_field(2, bytes_field(1, pprof.write(profile)))), mtime=0)


@source.reads("pyroscope-push")
def read(data: bytes, name: str) -> Profile:
    """See `Format`. All profiles of one kind are told together; the labels of a series are those of its stacks."""
    found = [
        (_labels(series), pprof.read(raw, name))
        for field, series in fields(data)
        if field == 1
        for raw in _profiles(message(series))
    ]
    if not found:
        raise ValueError("it holds no profile")
    first = found[0][1]
    stacks = [
        replace(stack, labels=(*stack.labels, *labels))
        for labels, one in found
        if one.types == first.types
        for stack in one.stacks
    ]
    return replace(first, stacks=tuple(stacks), seconds=max(one.seconds for _, one in found))


def _profiles(series: bytes) -> Iterator[bytes]:
    for field, sample in fields(series):
        if field == 2:
            yield from (message(value) for number, value in fields(message(sample)) if number == 1)


def _labels(series: int | bytes) -> tuple[tuple[str, str], ...]:
    """What the program calls itself; what the agent says of itself is left out."""
    found = []
    for field, label in fields(message(series)):
        if field == 1:
            pair = {number: message(value).decode("utf-8", "replace") for number, value in fields(message(label))}
            key = pair.get(1, "")
            if not key.startswith(("__", "otel.")):
                found.append((key, pair.get(2, "")))
    return tuple(found)
