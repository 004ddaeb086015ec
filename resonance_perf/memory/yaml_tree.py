"""YAML text -> nodes with offsets. The only module of this room that knows the YAML library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resonance_perf.memory.nodes import MAX_DEPTH, Items, Node, Scalar, UnreadableError, mapping

if TYPE_CHECKING:  # the library costs 25 ms, and most fences are JSON
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import Event

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.M)
_TAB = re.compile(r"^ *\t", re.M)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen yet; a mapping's keys and values alternate."""

    is_mapping: bool
    braces: bool
    start: int
    nodes: list[Node] = field(default_factory=list)


def parse_yaml(text: str) -> Node:
    """Read one YAML document without anchors and tags.

    Raises:
        UnreadableError: where it is not YAML, or a key stands twice.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    conflict = _CONFLICT.search(text)
    if conflict is not None:
        raise UnreadableError("there is an unresolved merge conflict", conflict.start(), "Resolve it first.")
    tree = _Tree()
    try:
        # Events instead of composed nodes: composing recurses and follows aliases of aliases.
        for event in YAML(typ="safe", pure=True).parse(text):
            tree.take(event)
    except MarkedYAMLError as error:
        raise _unreadable(error, text) from error
    except ReaderError as error:
        message = f"the character U+{ord(text[error.position]):04X} may not stand in YAML"
        raise UnreadableError(message, error.position, "Remove it.") from error
    return tree.root or Scalar("", 0, 0)


class _Tree:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        from ruamel.yaml import events

        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise UnreadableError("anchors and aliases are not for budgets", start, "Write the value out.")
        if getattr(event, "tag", None) is not None:
            raise UnreadableError("tags are not for budgets", start, 'Quote a value that begins with "!".')
        if isinstance(event, events.ScalarEvent):
            self.add(Scalar(event.value, start, end, event.style or ""))
        elif isinstance(event, events.CollectionStartEvent):
            self.open(_Open(isinstance(event, events.MappingStartEvent), bool(event.flow_style), start))
        elif isinstance(event, events.CollectionEndEvent):
            self.close(end)
        elif isinstance(event, events.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise UnreadableError("a second YAML document begins here", start, 'Remove the line "---".')

    def open(self, one: _Open) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise UnreadableError("the fence is nested too deeply", one.start, "Budgets are two levels deep.")
        self._open.append(one)

    def close(self, end: int) -> None:
        done = self._open.pop()
        if not done.is_mapping:
            self.add(Items(done.start, end, tuple(done.nodes)))
            return
        pairs: list[tuple[Scalar, Node]] = []
        for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise UnreadableError("a key must be plain text", key.start, "Write it as: key: value")
            pairs.append((key, value))
        if not done.braces:  # the library says that a block ends where the next thing begins
            end = pairs[-1][1].end if pairs else done.start
        self.add(mapping(pairs, done.start, end, braces=done.braces))

    def add(self, node: Node) -> None:
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self.root = node


def _unreadable(error: MarkedYAMLError, text: str) -> UnreadableError:
    """What the library complains of, in the words for the usual mistakes where it is one of them."""
    if "block scalar" in str(error.context) and error.context_mark is not None:
        hint = 'Quote a bound that begins with ">": ">= 60fps".'
        return UnreadableError('a value begins with ">" or "|"', error.context_mark.index, hint)
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark is not None else 0
    tab = _TAB.match(text, text.rfind("\n", 0, at) + 1)
    if tab is not None:
        return UnreadableError("a tab in the indentation", tab.end() - 1, "YAML allows spaces only.")
    hint = "Check the quotes and the indentation of this line and the one above it."
    return UnreadableError(f"this is not YAML ({error.problem})", at, hint)
