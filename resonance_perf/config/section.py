"""A mapping of the config, read key by key; what is wrong with it is collected, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from resonance_perf.config.nodes import Mapping, Node, Scalar, shown
from resonance_perf.config.values import WrongValueError, described
from resonance_perf.model.errors import Location, Problem

T = TypeVar("T")


class Section:
    """Reads each key with a reader (`values.py`, `rules.py`, …) and complains about keys nobody asked for.

    A value that is wrong becomes a problem and reads as the default, so that all problems are found in one pass.
    """

    def __init__(self, node: Node | None, path: str, location: Location, problems: list[Problem]) -> None:
        self.path = path
        self.location = location
        self.problems = problems
        self._asked: list[str] = []
        self._entries: dict[str, tuple[Scalar, Node]] = {}
        if isinstance(node, Mapping):
            self._entries = {key.text: (key, value) for key, value in node.entries}
        elif node is not None and not is_nothing(node):
            self.problems.append(Problem(f"{path} must be a mapping, not {described(node)}", node.location,
                                         'Write its keys below it, indented, as "key: value".'))  # fmt: skip

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    @property
    def entries(self) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and values in order, for mappings whose keys are names."""
        return tuple(self._entries.values())

    def place(self, key: str) -> Location:
        """Where the value of `key` stands, or the section when it is not given."""
        found = self._entries.get(key)
        return found[1].location if found else self.location

    def get(self, key: str, read: Callable[[Node], T], default: T) -> T:
        """The value of `key`, or `default` when it is not given (or wrong, which is then a problem)."""
        self._asked.append(key)
        found = self._entries.get(key)
        if found is None:
            return default
        name, node = found
        if is_nothing(node):
            self.complain(f"{self._name(key)} has no value", name.location, "Give it one, or remove the line.")
            return default
        try:
            return read(node)
        except WrongValueError as wrong:
            for fault in wrong.faults:
                self.complain(f"{self._name(key)} {fault.what}", fault.location, fault.hint)
            return default

    def require(self, key: str, read: Callable[[Node], T], default: T, *, hint: str) -> T:
        """Like `get`, for a key that must be there."""
        if key not in self._entries:
            where = self.path or "the config"
            self.complain(f'{where} has no "{key}"', self.location, hint)
        return self.get(key, read, default)

    def section(self, key: str) -> Section:
        """The mapping below `key`; an empty one when it is not given or has no entries."""
        self._asked.append(key)
        name, node = self._entries.get(key, (None, None))
        return Section(node, self._name(key), name.location if name else self.location, self.problems)

    def child(self, key: Scalar, node: Node) -> Section:
        """The mapping that belongs to one of `entries`."""
        return Section(node, self._name(shown(key.text)), key.location, self.problems)

    def complain(self, message: str, location: Location, hint: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(message, location, hint))

    def close(self, explain: Callable[[str], str] = lambda _key: "") -> None:
        """Report every key that was never asked for. `explain` may know why somebody would write it here."""
        for key, (name, _) in self._entries.items():
            if key not in self._asked:
                where = f" in {self.path}" if self.path else ""
                hint = explain(key) or did_you_mean(key, self._asked) or f"The keys here are: {', '.join(self._asked)}."
                self.complain(f'unknown key "{shown(key)}"{where}', name.location, hint)

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def is_nothing(node: Node) -> bool:
    """True for a key without a value."""
    return isinstance(node, Scalar) and node.kind == "nothing"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "x"?`, or nothing when no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""
