"""Lines of a large file that could not be read: counted, and the first of them named."""

from __future__ import annotations

from dataclasses import dataclass, field

from resonance_perf.model.errors import Location, Problem

_TOLD = 5


@dataclass(slots=True)
class Skipped:
    """`what` is the sentence about each of them, such as "this line is no sample of JMeter"."""

    name: str
    what: str
    hint: str = "It is left out."
    count: int = 0
    first: list[Problem] = field(default_factory=list)

    def add(self, number: int) -> None:
        """Leave out a line."""
        self.count += 1
        if len(self.first) < _TOLD:
            self.first.append(Problem(self.what, Location(self.name, number), self.hint))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first of them."""
        return tuple(self.first)
