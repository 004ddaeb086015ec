"""YAML text -> nodes. With `syntax.py` the only module that knows the YAML library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resonance_perf.config.nodes import Items, Kind, Mapping, Node, Scalar, shown
from resonance_perf.config.syntax import syntax_problem, unreadable
from resonance_perf.model.errors import BadFileError, Location, Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import StreamMark

MAX_CHARACTERS = 1_000_000
MAX_VALUES = 100_000
"""Values after aliases are written out: an alias of an alias of an alias is the classic YAML bomb."""
MAX_DEPTH = 32

_NUMBER = re.compile(r"[-+]?(?:\d+|0o[0-7]+|0x[0-9a-fA-F]+|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|\.inf|\.nan)", re.I)
_BOOLEANS = {"true", "True", "TRUE", "false", "False", "FALSE"}
_NOTHINGS = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen yet; a mapping's keys and values alternate."""

    is_mapping: bool
    braces: bool
    anchor: str | None
    location: Location
    nodes: list[Node] = field(default_factory=list)
    values: int = 1


def parse_tree(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document; None when it is empty.

    The problems are those that leave the rest readable: duplicate keys, merge keys, tags.

    Raises:
        BadFileError: the text is not YAML, has a second document, or is far too large, deep or repetitive.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import (  # fmt: skip
        AliasEvent,
        CollectionEndEvent,
        CollectionStartEvent,
        DocumentStartEvent,
        MappingStartEvent,
        ScalarEvent,
    )
    from ruamel.yaml.reader import ReaderError

    if len(text) > MAX_CHARACTERS:
        hint = "Is it a config? One needs a few kilobytes."
        raise _refused(f"the file is larger than {MAX_CHARACTERS:,} characters", Location(file, 1, 1), hint)
    builder = _Builder(file)
    try:
        # Events instead of composed nodes: composing recurses, and does not say where a duplicate key stands.
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, ScalarEvent):
                builder.scalar(event.value, event.tag, event.implicit[0], event.anchor, event.start_mark)
            elif isinstance(event, AliasEvent):
                builder.alias(str(event.anchor), event.start_mark)
            elif isinstance(event, CollectionStartEvent):
                is_mapping = isinstance(event, MappingStartEvent)
                builder.open(is_mapping, bool(event.flow_style), event.tag, event.anchor, event.start_mark)
            elif isinstance(event, CollectionEndEvent):
                builder.close()
            elif isinstance(event, DocumentStartEvent):
                builder.document(event.start_mark)
    except MarkedYAMLError as error:
        raise BadFileError([syntax_problem(error, text, file)]) from error
    except ReaderError as error:
        raise BadFileError([unreadable(error, text, file)]) from error
    return builder.root, builder.problems


class _Builder:
    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._file = file
        self._documents = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int] | None] = {}

    def document(self, mark: StreamMark) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _refused("a second YAML document begins here", self._at(mark), 'Remove the line "---".')

    def scalar(self, value: str, tag: str | None, plain: bool, anchor: str | None, mark: StreamMark) -> None:
        location = self._at(mark)
        self._check_tag(tag, location)
        kind: Kind = _kind(value) if plain and tag is None else "text"
        self._add(Scalar(value, kind, location), 1, anchor)

    def alias(self, name: str, mark: StreamMark) -> None:
        location = self._at(mark)
        hint = f'Quote a value that begins with "*", such as "*{name}".'
        if name not in self._anchors:
            raise _refused(f"*{name} refers to an anchor (&{name}) that is not above it", location, hint)
        found = self._anchors[name]
        if found is None:
            raise _refused(f"*{name} stands inside the value that it refers to", location, hint)
        node, values = found
        if self._open and self._open[-1].values + values > MAX_VALUES:
            raise _refused(f"aliases repeat more than {MAX_VALUES:,} values", location, "Write fewer of them.")
        self._add(node, values, None)

    def open(self, is_mapping: bool, braces: bool, tag: str | None, anchor: str | None, mark: StreamMark) -> None:
        location = self._at(mark)
        self._check_tag(tag, location)
        if len(self._open) >= MAX_DEPTH:
            raise _refused(f"nested more than {MAX_DEPTH} levels deep", location, "A config needs no more than five.")
        if anchor is not None:
            self._anchors[anchor] = None
        self._open.append(_Open(is_mapping, braces, anchor, location))

    def close(self) -> None:
        done = self._open.pop()
        node: Node = self._mapping(done) if done.is_mapping else Items(tuple(done.nodes), done.location)
        self._add(node, done.values, done.anchor)

    def _add(self, node: Node, values: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, values)
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.nodes.append(node)
        parent.values += values
        if parent.values > MAX_VALUES:
            raise _refused(f"more than {MAX_VALUES:,} values", node.location, "Split the config.")

    def _mapping(self, done: _Open) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._note("a key must be plain text", key.location, "Write it as: key: value")
            elif key.text == "<<" and key.kind == "text":
                hint = "Write the keys out, or use an alias (*name) for a whole value."
                self._note('merge keys ("<<") are not supported', key.location, hint)
            elif key.text in entries:
                first = entries[key.text][0].location
                hint = f"The first is on line {first.line}; remove one of them."
                self._note(f'the key "{shown(key.text)}" is there twice', key.location, hint)
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), done.location, done.braces)

    def _check_tag(self, tag: str | None, location: Location) -> None:
        if tag not in (None, "!", "tag:yaml.org,2002:str"):
            hint = 'Quote a value that begins with "!", such as "!dist/**".'
            self._note(f'the YAML tag "{shown(str(tag))}" is not supported', location, hint)

    def _note(self, message: str, location: Location, hint: str) -> None:
        self.problems.append(Problem(message, location, hint))

    def _at(self, mark: StreamMark) -> Location:
        return Location(self._file, mark.line + 1, mark.column + 1)


def _refused(message: str, location: Location, hint: str) -> BadFileError:
    return BadFileError([Problem(message, location, hint)])


def _kind(plain: str) -> Kind:
    if plain in _NOTHINGS:
        return "nothing"
    if plain in _BOOLEANS:
        return "boolean"
    return "number" if _NUMBER.fullmatch(plain) else "text"
