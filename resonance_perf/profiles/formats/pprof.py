"""pprof: profile.proto, what Go's runtime, `go tool pprof` and most collectors write.

Source: github.com/google/pprof, proto/profile.proto. Left out: what binaries were mapped, the time of day. A location
may stand for several frames, of functions that were inlined: its lines have the innermost first.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats import pprof_encode, source, stacks, words
from resonance_perf.profiles.formats.wire import fields, message, number, signed, unsigned

SAMPLE_TYPE, SAMPLE, MAPPING, LOCATION, FUNCTION, STRING, DURATION, PERIOD_TYPE, PERIOD, COMMENT, DEFAULT_TYPE = (
    1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14,
)  # fmt: skip
_BEGINNING = re.compile(rb"\x0a([\x00-\x0c])", re.DOTALL)
Message = dict[int, list[int | bytes]]


def recognises(name: str, head: bytes) -> bool:
    """See `Format`. A profile begins with its first sample type, a message of two small numbers."""
    if name.endswith((".pb", ".pb.gz", ".pprof", ".pprof.gz")):
        return bool(head)
    match = _BEGINNING.match(head)
    if match is None:
        return False
    try:
        first = dict(fields(head[2 : 2 + match[1][0]]))
    except ValueError:
        return False
    return bool(first) and set(first) <= {1, 2} and all(isinstance(one, int) for one in first.values())


@source.reads("pprof")
def read(data: bytes, name: str) -> Profile:  # noqa: ARG001  # as formats are called
    """See `Format`."""
    whole = _message(data)
    if not whole[SAMPLE_TYPE]:
        raise ValueError("it does not say what it counts")
    texts = [message(one).decode("utf-8", "replace") for one in whole[STRING]]
    types, factors = zip(*(_type(message(one), texts) for one in whole[SAMPLE_TYPE]), strict=True)
    wanted = texts[_last(whole, DEFAULT_TYPE)] if DEFAULT_TYPE in whole else ""
    chosen = next((index for index, one in enumerate(types) if wanted and one.name == wanted), len(types) - 1)
    tool, note = pprof_encode.of_comments([texts[one] for each in whole[COMMENT] for one in unsigned(each)])
    return Profile(
        types=types,
        stacks=tuple(_samples(whole[SAMPLE], _locations(whole, texts), _labels(texts), factors)),
        chosen=chosen,
        tool=tool,
        seconds=_last(whole, DURATION) / 1e9,
        period=_period(whole, texts, types[chosen].unit),
        note=note,
    )


def write(profile: Profile) -> bytes:
    """See `WritableFormat`. Holds everything; a value that is not whole is rounded."""
    return gzip.compress(pprof_encode.encoded(profile), mtime=0)


def _message(data: bytes) -> Message:
    found: Message = defaultdict(list)
    for field, value in fields(data):
        found[field].append(value)
    return found


def _last(found: Message, field: int) -> int:
    return number(found[field][-1]) if found.get(field) else 0


def _type(data: bytes, texts: Sequence[str]) -> tuple[ValueType, int]:
    found = _message(data)
    unit, factor = words.common(texts[_last(found, 2)])
    return ValueType(texts[_last(found, 1)], unit), factor


def _period(whole: Message, texts: Sequence[str], unit: str) -> float:
    if not whole[PERIOD_TYPE]:
        return 0.0
    kind, factor = _type(message(whole[PERIOD_TYPE][-1]), texts)
    return float(_last(whole, PERIOD) * factor) if kind.unit == unit else 0.0


def _locations(whole: Message, texts: Sequence[str]) -> dict[int, tuple[Frame, ...]]:
    """The frames of each location, its outermost first."""
    functions, mapped = {}, {}
    for one in map(_message, map(message, whole[FUNCTION])):
        named, system, file = (texts[_last(one, field)] for field in (2, 3, 4))
        functions[_last(one, 1)] = (named or system, file, _last(one, 5))
    for one in map(_message, map(message, whole[MAPPING])):
        mapped[_last(one, 1)] = texts[_last(one, 5)]
    found = {}
    for one in map(_message, map(message, whole[LOCATION])):
        lines = [_message(message(line)) for line in one[4]]
        found[_last(one, 1)] = tuple(
            Frame(function, file, _last(line, 2), start)
            for line in reversed(lines)
            for function, file, start in (functions[_last(line, 1)],)
        ) or (Frame(f"{_last(one, 3) % 2**64:#x}", mapped.get(_last(one, 2), "")),)
    return found


def _samples(
    samples: Sequence[int | bytes],
    locations: dict[int, tuple[Frame, ...]],
    labels: Callable[[bytes], tuple[str, str]],
    factors: Sequence[int],
) -> Iterator[Stack]:
    scaled = any(one != 1 for one in factors)
    known: dict[tuple[int | bytes, ...], tuple[Frame, ...]] = {}
    frames = 0
    for sample in samples:
        path, values, labelled = [], [], []
        for field, value in fields(message(sample)):
            if field == 1:
                path.append(value)
            elif field == 2:
                values += signed(value)
            elif field == 3:
                labelled.append(labels(message(value)))
        stack = known.get(key := tuple(path))
        if stack is None:
            numbers = [one for part in path for one in unsigned(part)]
            stack = known[key] = tuple(chain.from_iterable(map(locations.__getitem__, reversed(numbers))))
            frames += len(stack)
            if frames > stacks.MOST_FRAMES:
                raise ValueError(f"its stacks have more than {stacks.MOST_FRAMES // 1_000_000} million frames")
        if scaled:
            values = [value * factor for value, factor in zip(values, factors, strict=True)]
        yield Stack(stack, tuple(map(float, values)), tuple(labelled))


def _labels(texts: Sequence[str]) -> Callable[[bytes], tuple[str, str]]:
    known: dict[bytes, tuple[str, str]] = {}

    def label(data: bytes) -> tuple[str, str]:
        if data not in known:
            one = _message(data)
            text = texts[_last(one, 2)] or f"{_last(one, 3)} {texts[_last(one, 4)]}".rstrip()
            known[data] = (texts[_last(one, 1)], text)
        return known[data]

    return label
