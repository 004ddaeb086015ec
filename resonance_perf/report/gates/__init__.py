"""The gate as text, and in the formats that CI systems read. One format per file, each `render(gate) -> str`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # an answer that is remembered needs none of the values
    from resonance_perf.model.gate import Gate

FORMATS = ("text", "json", "junit", "sarif", "github", "gitlab", "markdown")


class Format(Protocol):
    """A module of this folder."""

    def render(self, gate: Gate) -> str:
        """The whole document, with its last newline."""
        ...


def render(gate: Gate, name: str) -> str:
    """The gate in the format `name`; only that one is imported."""
    module: Format = importlib.import_module(f"resonance_perf.report.gates.{name}")
    return module.render(gate)
