"""What is done on a page, as one line each: `click #buy`, `type #q shoes`, `wait 200ms`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from resonance_perf.model.quantity import parse_quantity

Step = tuple[str, tuple[Any, ...]]
"""(verb, its arguments): texts, a number of pixels, a number of ms."""


def read_step(text: str) -> Step:
    """The step that a line says.

    Raises:
        ValueError: the rest of a sentence that begins with the benchmark.
    """
    verb, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if verb not in _ARGUMENTS:
        raise ValueError(f'has a step "{text}" that begins with none of {", ".join(_ARGUMENTS)}')
    read, example = _ARGUMENTS[verb]
    try:
        return verb, read(rest)
    except ValueError as error:
        raise ValueError(f'has a step "{text}" that should look like "{example}"') from error


def _given(rest: str) -> tuple[str]:
    if not rest:
        raise ValueError("nothing follows the verb")
    return (rest,)


def _typed(rest: str) -> tuple[str, str]:
    """A selector, quoted where it has spaces, and the text."""
    words = shlex.split(rest)
    if len(words) < 2:
        raise ValueError("a selector and a text")
    return words[0], " ".join(words[1:])


def _pixels(rest: str) -> tuple[int]:
    return (int(rest),)


def _pause(rest: str) -> tuple[float]:
    pause = parse_quantity(rest)
    if pause.unit.dimension != "time" or not 0 < pause.base <= 60_000:
        raise ValueError("a time of at most a minute")
    return (pause.base,)


_ARGUMENTS: Mapping[str, tuple[Callable[[str], tuple[Any, ...]], str]] = {
    "goto": (_given, "goto /cart"), "click": (_given, "click #buy"), "hover": (_given, "hover #menu"),
    "type": (_typed, "type #q shoes"), "press": (_given, "press Enter"), "scroll": (_pixels, "scroll 600"),
    "wait": (_pause, "wait 200ms"), "wait-for": (_given, "wait-for .results"),
}  # fmt: skip
