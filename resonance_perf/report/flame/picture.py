"""What every form of a flame graph is made from."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.quantity import format_value
from resonance_perf.profiles.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A tree with its words. `unit` is the base unit of its values, `per` what they are for one of, such as `request`;
    `about` are lines that are shown above it: who recorded it, of which commits."""

    title: str
    root: Node
    unit: str
    per: str = "run"
    about: tuple[str, ...] = ()

    @property
    def compares(self) -> bool:
        """Whether it shows two sides."""
        return self.root.before > 0 and self.root.after > 0

    def told(self, node: Node) -> str:
        """`total_revenue shop/stats.py:41: 3.1 ms → 9.4 ms (41 %)`, with its share of the whole."""
        whole = max(self.root.before, self.root.after) or 1.0
        if self.compares:
            values = f"{format_value(node.before, self.unit)} → {format_value(node.after, self.unit)}"
        else:
            values = format_value(max(node.before, node.after), self.unit)
        share = max(node.before, node.after) / whole * 100
        return f"{node.name}{f' {node.place}' if node.place else ''}: {values} ({share:.1f} %)"
