"""pytest-benchmark: tests that take its `benchmark` fixture, or a dependency on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from resonance_perf.config.finders.found import KEY, MOST, Files, Found, command, flow, line_of, slug, texts

WANTED = re.compile(
    r"(?:^|/)(?:(?:test|bench)[^/]*\.py|[^/]*(?:_test|_bench|_benchmark)\.py"
    r"|pyproject\.toml|setup\.(?:py|cfg)|tox\.ini|Pipfile|[^/]*requirements[^/]*\.(?:txt|in))\Z"
)
_TEST = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)\(([^)]{0,2000})\)", re.M)
_DEPENDENCY = re.compile(r"^[^#\n]*\bpytest[-_]benchmark\b", re.M)
# Left alone it repeats each function for a second, however fast that is: the time of the run would say nothing.
_FIXED_WORK = ("--benchmark-max-time=0", "--benchmark-min-time=0", "--benchmark-min-rounds=50")
_PARAMETERS = re.compile(r"\bparametrize\b|\bparams\s*=")
_MOST_FILES = 8


def find(files: Files) -> Iterator[Found]:
    """Each such test by its name where they are few and take no parameters, else one benchmark for all of them."""
    named = list(_named(files))
    if 0 < len(named) <= MOST:
        yield from named
        return
    tests: list[str] = []
    why = ""
    for path, text in texts(files, WANTED):
        if path.endswith(".py"):
            test = next((one for one in _TEST.finditer(text) if re.search(r"\bbenchmark\b", one[2])), None)
            if test:
                tests.append(path)
                why = why or f"{path}:{line_of(text, test.start(1))}: {test[1]} takes the benchmark fixture"
    for path, text in texts(files, WANTED):
        dependency = _DEPENDENCY.search(text) if not path.endswith(".py") or path.endswith("setup.py") else None
        if dependency and not why:
            why = f"{path}:{line_of(text, dependency.end())}: depends on pytest-benchmark"
    if why:
        where = tests if len(tests) <= _MOST_FILES else sorted({dirname(path) or "." for path in tests})
        words = ("python3", "-m", "pytest", "--benchmark-only", "-q", *_FIXED_WORK, *where)
        note = "a fixed number of rounds, so that its time means something"
        yield command("pytest-benchmark", why, words, note=note, countable=True)


def _named(files: Files) -> Iterator[Found]:
    found = [
        (path, text, [one for one in _TEST.finditer(text) if re.search(r"\bbenchmark\b", one[2])])
        for path, text in texts(files, WANTED) if path.endswith(".py")
    ]  # fmt: skip
    if any(tests and _PARAMETERS.search(text) for _, text, tests in found):
        return
    for path, text, tests in found:
        for test in tests:
            # Others may hold its name in theirs: they are run, too, and the part is this one.
            chosen = (f"select: {test[1]}", f"part: {test[1]}") if len(tests) > 1 else ()
            keys = ("driver: pytest-benchmark", f"tests: {flow([path])[1:-1]}", *chosen, "timeout: 10min", "metrics:",
                    f"  wall: {{budget: {KEY}_wall}}")  # fmt: skip
            why = f"{path}:{line_of(text, test.start(1))}: {test[1]} takes the benchmark fixture"
            yield Found(slug("pytest", test[1].removeprefix("test_")), "pytest-benchmark", why, keys)
