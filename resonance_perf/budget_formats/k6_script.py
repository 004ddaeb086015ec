"""The `thresholds` that are written out in a k6 script: object literals of JavaScript -> values.

Only literals are read. What is computed only k6 knows, and its `inspect` prints it as JSON.
"""

from __future__ import annotations

import re

from resonance_perf.model.errors import BadFileError, Location, Problem

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TEXT = re.compile(r"""'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.|\$(?!\{))*)`""", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_SKIPPED = re.compile(rf"{_TEXT.pattern}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_KEY = re.compile(r"""(?:(?<![\w$.])thresholds|'thresholds'|"thresholds")\s*:\s*""")
_LITERALS = {"true": True, "false": False, "null": None, "undefined": None}
_DEEPEST = 32


def thresholds_of(text: str, file: str) -> dict[str, object]:
    """Metric -> its thresholds, of every `thresholds: {...}` of the script.

    Raises:
        BadFileError: where they are computed, or when there are none.
    """
    found: dict[str, object] = {}
    at = 0
    while (start := _next_key(text, at)) is not None:
        reader = _Reader(text, file, start)
        value = reader.value(0)
        if not isinstance(value, dict):
            raise _Reader(text, file, start).wrong("the thresholds are no object")
        for metric, asked in value.items():
            known = found.get(metric, [])
            assert isinstance(known, list)
            found[metric] = [*known, *(asked if isinstance(asked, list) else [asked])]
        at = reader.at
    if not at:
        problem = Problem("there are no thresholds in this script", Location(file), _INSPECT.format(file))
        raise BadFileError((problem,))
    return found


_INSPECT = "If another file adds them: k6 inspect {} > options.json, and import that."


def _next_key(text: str, at: int) -> int | None:
    """Where the value of the next `thresholds:` begins that stands neither in a comment nor in a text."""
    while (key := _KEY.search(text, at)) is not None:
        around = next((one for one in _SKIPPED.finditer(text, at) if one.end() > key.start()), None)
        if around is None or around.start() > key.start() or around[0].strip("'\"") == "thresholds":
            return key.end()
        at = around.end()
    return None


class _Reader:
    def __init__(self, text: str, file: str, at: int) -> None:
        self.text, self.file, self.at = text, file, at

    def skip(self) -> str:
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> object:
        sign = self.skip()
        if depth > _DEEPEST:
            raise self.wrong("this is nested too deeply")
        if sign == "{":
            return dict(self._sequence("}", depth))
        if sign == "[":
            return [value for _, value in self._sequence("]", depth)]
        if (text := _TEXT.match(self.text, self.at)) is not None:
            self.at = text.end()
            return re.sub(r"\\(.)", r"\1", next(one for one in text.groups() if one is not None), flags=re.DOTALL)
        if (number := _NUMBER.match(self.text, self.at)) is not None:
            self.at = number.end()
            return float(number[0])
        word = _WORD.match(self.text, self.at)
        if word is None or word[0] not in _LITERALS:
            raise self.wrong("this is computed, not written out")
        self.at = word.end()
        return _LITERALS[word[0]]

    def _sequence(self, close: str, depth: int) -> list[tuple[str, object]]:
        self.at += 1
        found: list[tuple[str, object]] = []
        while self.skip() != close:
            key = self._key() if close == "}" else ""
            found.append((key, self.value(depth + 1)))
            sign = self.skip()
            if sign == ",":
                self.at += 1
            elif sign != close:
                raise self.wrong("this is computed, not written out")
        self.at += 1
        return found

    def _key(self) -> str:
        text = _TEXT.match(self.text, self.at) or _WORD.match(self.text, self.at)
        if text is None:
            raise self.wrong("this is computed, not written out")
        self.at = text.end()
        if self.skip() != ":":
            raise self.wrong("this is computed, not written out")
        self.at += 1
        return next((one for one in text.groups() if one is not None), text[0])

    def wrong(self, message: str) -> BadFileError:
        """The complaint about what stands here."""
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        hint = f"Ask k6: k6 inspect {self.file} > options.json, and import that."
        return BadFileError((Problem(message, Location(self.file, line, column), hint),))
