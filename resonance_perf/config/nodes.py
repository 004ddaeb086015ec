"""What a config is made of: single values, lists and mappings, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resonance_perf.model.errors import Location

Kind = Literal["text", "number", "boolean", "nothing"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `kind` is what YAML 1.2 (core schema) reads it as: `yes`, `on` and `12:30` are text."""

    text: str
    kind: Kind
    location: Location


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    nodes: tuple[Node, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values; every key once. `braces`: written as `{...}`."""

    entries: tuple[tuple[Scalar, Node], ...]
    location: Location
    braces: bool = False


Node = Scalar | Items | Mapping


def shown(text: str, limit: int = 60) -> str:
    """The text as it may be printed in a complaint: on one line, cut, without control characters."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in cut)
