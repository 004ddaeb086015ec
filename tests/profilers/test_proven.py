"""Every profiler is run for real by a test, and the documentation says by which."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from types import FunctionType

import pytest

from resonance_perf.profilers.registry import installed
from tests.profilers import test_native, test_npm, test_real

SUITES = (test_real, test_native, test_npm)
_NAMED = re.compile(r'(?:seen|one = profiler)\("([\w-]+)"')


def marks(marked: object) -> tuple[pytest.Mark, ...]:
    found = getattr(marked, "pytestmark", ())
    return tuple(
        one.mark if isinstance(one, pytest.MarkDecorator) else one
        for one in (found if isinstance(found, list) else [found])
        if one
    )


def slow() -> Iterable[FunctionType]:
    """The tests that start programs: each is marked so, or its module is."""
    for module in SUITES:
        for name, one in vars(module).items():
            if name.startswith("test_") and "slow" in {mark.name for mark in (*marks(module), *marks(one))}:
                yield one


def profilers(test: FunctionType) -> set[str]:
    """Those that it is run with, or that it names."""
    rows = [row for mark in marks(test) if mark.name == "parametrize" for row in mark.args[1]]
    return {row if isinstance(row, str) else row[0] for row in rows} | set(_NAMED.findall(inspect.getsource(test)))


def proven(profiler: str) -> str:
    by = [one.__name__.removeprefix("test_").replace("_", " ") for one in slow() if profiler in profilers(one)]
    assert by, f"no test runs {profiler}"
    return f"| `{profiler}` | {'; '.join(by)} |"


def test_the_documentation_says_what_shows_that_each_profiler_works() -> None:
    page = (Path(__file__).parents[2] / "docs/profiling.md").read_text(encoding="utf-8")
    assert "\n".join(map(proven, installed())) in page
