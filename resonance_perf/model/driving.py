"""What a driver of another tool declares, is given, and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from resonance_perf.model.benchmark import ToolSettings

KeyKind = Literal["text", "command", "duration", "rate", "whole", "texts", "flag"]
"""What the value of a key is read as: `str`, words, seconds (`float`), per second (`float`), `int`, texts, `bool`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that a benchmark with this driver has in the config, besides those that every tool has.

    One without a `default` is required; `means` and `example` are shown to people.
    """

    kind: KeyKind
    means: str
    example: str
    default: Any = None
    optional: bool = False
    """It may be left out, and is None then."""

    @property
    def required(self) -> bool:
        """True when a config without it is wrong."""
        return self.default is None and not self.optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The program behind a driver: what it is called on PATH, how it is asked for its version, what installs it.

    `module`: what has to be installed beside resonance-perf, too.
    """

    name: str
    install: str
    version: tuple[str, ...] = ("--version",)
    module: str = ""


class Tooling(Protocol):
    """A module that says how to run one tool so that its reader understands what it wrote; pure.

    It is found through the entry point group `resonance_perf.drivers`, under the name that the config calls it by.
    """

    __doc__: str | None
    """`NAME: what it runs.`"""
    KEYS: Mapping[str, Key]
    METRICS: Sequence[str]
    """What it can give; empty where only its result shows that."""
    PROGRAM: Program

    def tool(self, given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
        """The command for these values of `KEYS`, and for the metrics that the config wants.

        Raises:
            ValueError: when the values do not go together; the rest of a sentence that begins with the benchmark.
        """
        ...
