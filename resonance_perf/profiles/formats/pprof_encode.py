"""A profile as a message of profile.proto."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from resonance_perf.model.errors import UsageError
from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats.wire import bytes_field, packed_field, varint_field

_TOOL, _NOTE = "tool: ", "note: "
"""What a profile says of itself stands in the comments."""


def encoded(profile: Profile) -> bytes:
    """The message, not zipped.

    Raises:
        UsageError: when a value is none that fits into 64 bits.
    """
    try:
        return _Encoder().whole(profile)
    except OverflowError as error:
        raise UsageError(f"pprof cannot hold this profile: {error}", hint="Write it as speedscope.") from error


def of_comments(comments: Sequence[str]) -> tuple[str, str]:
    """(the tool, the note) that `encoded` put into the comments; what others say there is a note."""
    tool = next((one.removeprefix(_TOOL) for one in comments if one.startswith(_TOOL)), "")
    return tool, "\n".join(one.removeprefix(_NOTE) for one in comments if not one.startswith(_TOOL))


class _Encoder:
    """Numbers texts, functions and locations in the order in which they are met."""

    def __init__(self) -> None:
        self._texts = {"": 0}
        self._functions: dict[tuple[str, str, int], int] = {}
        self._locations: dict[Frame, int] = {}

    def whole(self, profile: Profile) -> bytes:
        chosen = profile.types[profile.chosen]
        comments = [prefix + text for prefix, text in ((_TOOL, profile.tool), (_NOTE, profile.note)) if text]
        parts = [bytes_field(1, self._type(one)) for one in profile.types]
        parts += [bytes_field(2, self._sample(one)) for one in profile.stacks]
        parts += [bytes_field(4, self._location(*one)) for one in self._locations.items()]
        parts += [bytes_field(5, self._function(*one)) for one in self._functions.items()]
        parts += [varint_field(10, _whole(profile.seconds * 1e9))]
        if profile.period:
            parts += [bytes_field(11, self._type(chosen)), varint_field(12, _whole(profile.period))]
        parts += [packed_field(13, [self._text(one) for one in comments]), varint_field(14, self._text(chosen.name))]
        return b"".join(parts) + b"".join(bytes_field(6, _utf8(one)) for one in self._texts)

    def _text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def _type(self, one: ValueType) -> bytes:
        return varint_field(1, self._text(one.name)) + varint_field(2, self._text(one.unit))

    def _sample(self, stack: Stack) -> bytes:
        path = [self._locations.setdefault(one, len(self._locations) + 1) for one in reversed(stack.frames)]
        labels = [
            bytes_field(3, varint_field(1, self._text(key)) + varint_field(2, self._text(text)))
            for key, text in stack.labels
        ]
        return packed_field(1, path) + packed_field(2, map(_whole, stack.values)) + b"".join(labels)

    def _location(self, frame: Frame, number: int) -> bytes:
        key = (frame.function, frame.file, frame.start)
        function = self._functions.setdefault(key, len(self._functions) + 1)
        return varint_field(1, number) + bytes_field(4, varint_field(1, function) + varint_field(2, frame.line))

    def _function(self, key: tuple[str, str, int], number: int) -> bytes:
        name, file, start = key
        named = varint_field(2, self._text(name)) + varint_field(4, self._text(file))
        return varint_field(1, number) + named + varint_field(5, start)


def _whole(value: float) -> int:
    if not isfinite(value):
        raise OverflowError(f"{value} is no number")
    return round(value)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
