"""JSON text -> nodes with offsets. The standard parser knows neither the places of values nor doubled keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from resonance_perf.memory.nodes import MAX_DEPTH, Items, Node, Scalar, UnreadableError, mapping

_SPACE = re.compile(r"[ \t\r\n]*")
_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_PLAIN = re.compile(r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])", re.A)


def parse_json(text: str) -> Node:
    """Read one JSON value.

    Raises:
        UnreadableError: where it is not JSON, or a key stands twice.
    """
    reader = _Reader(text)
    node = reader.value(0)
    reader.skip()
    if reader.at < len(text):
        raise reader.wrong("the JSON has ended before this", "Remove what follows it.")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def skip(self) -> str:
        """Pass over white space; the character that follows, or nothing at the end."""
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.wrong("the fence is nested too deeply", "Budgets are two levels deep.")
        sign = self.skip()
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            start = self.at
            nodes: list[Node] = []
            self._sequence("]", lambda: nodes.append(self.value(depth + 1)))
            return Items(start, self.at, tuple(nodes))
        if sign == '"':
            return self._text()
        match = _PLAIN.match(self.text, self.at)
        if match is None:
            raise self.wrong("a value is missing here", 'Write one, in double quotes: "100ms".')
        self.at = match.end()
        return Scalar(match[0], match.start(), match.end())

    def _object(self, depth: int) -> Node:
        start = self.at
        pairs: list[tuple[Scalar, Node]] = []

        def pair() -> None:
            if self.skip() != '"':
                raise self.wrong("a key is missing here", 'Write one, in double quotes: "key": "100ms".')
            key = self._text()
            if self.skip() != ":":
                raise self.wrong('a ":" is missing after the key', 'Write "key": "100ms".')
            self.at += 1
            pairs.append((key, self.value(depth + 1)))

        self._sequence("}", pair)
        return mapping(pairs, start, self.at, braces=True)

    def _sequence(self, close: str, item: Callable[[], object]) -> None:
        self.at += 1
        if self.skip() == close:
            self.at += 1
            return
        while True:
            item()
            sign = self.skip()
            if sign == close:
                self.at += 1
                return
            if sign != ",":
                raise self.wrong(f'a "," or "{close}" is missing here', "Put one between the values.")
            comma = self.at
            self.at += 1
            if self.skip() == close:
                hint = "Remove the comma, or write the fence in yaml."
                raise UnreadableError("a comma before the closing bracket is not JSON", comma, hint)

    def _text(self) -> Scalar:
        match = _TEXT.match(self.text, self.at)
        if match is None:
            raise self.wrong("a text that does not end, or has a character that JSON does not allow in one",
                             'Close it with ", and write \\\\ for a backslash.')  # fmt: skip
        self.at = match.end()
        return Scalar(json.loads(match[0]), match.start(), match.end(), '"')

    def wrong(self, message: str, hint: str) -> UnreadableError:
        """The complaint about what stands here, in the words for the usual mistakes where it is one of them."""
        rest = self.text[self.at : self.at + 80]
        if not rest:
            return UnreadableError("the JSON ends too early", self.at, 'Close every "{" with a "}".')
        if rest.startswith(("//", "/*", "#")):
            hint = 'Remove it, use the key "why", or write the fence in yaml.'
            return UnreadableError("JSON has no comments", self.at, hint)
        if rest.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            return UnreadableError("there is an unresolved merge conflict", self.at, "Resolve it first.")
        if rest[0] in "'“”‘’" or rest[0].isalnum() or rest[0] in "<>+_.":
            return UnreadableError("a text in JSON stands in double quotes", self.at, 'Write "100ms".')
        return UnreadableError(message, self.at, hint)
