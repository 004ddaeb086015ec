"""Go benchmarks: `func BenchmarkXxx(b *testing.B)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, relpath

from resonance_perf.config.finders.found import KEY, MOST, Files, Found, command, flow, line_of, nearest, slug, texts

WANTED = re.compile(r"_test\.go\Z")
_NESTED = re.compile(r"\b\w+\.Run\(")
_BENCHMARK = re.compile(r"^func (Benchmark(?:[A-Z0-9_]\w*)?)\(\w+ \*testing\.B\)", re.M)
# Left alone go repeats each benchmark for a second, however fast it is: the time of the run would say nothing.
_FIXED_WORK = ("-benchtime", "100x")


def find(files: Files) -> Iterator[Found]:
    """The benchmarks of each package of the root's module by name where they are few, else each package as one."""
    named = list(_named(files))
    if 0 < len(named) <= MOST:
        yield from named
        return
    seen: set[str] = set()
    for path, text in texts(files, WANTED):
        package = dirname(path)
        benchmark = _BENCHMARK.search(text)
        if benchmark is None or package in seen:
            continue
        seen.add(package)
        module = (nearest(files, package, ("go.mod",)) or ("", ""))[0]
        inside = relpath(package or ".", module or ".")
        go = ("go", "-C", module, "test") if module else ("go", "test")
        target = "." if inside == "." else f"./{inside}"
        why = f"{path}:{line_of(text, benchmark.start())}: {benchmark[1]}"
        yield command(
            slug("go", package),
            why,
            (*go, "-run", "^$", "-bench", ".", *_FIXED_WORK, target),
            setup=(*go, "-run", "^$", target),
            note="a fixed number of rounds, so that its time means something",
        )


def _named(files: Files) -> Iterator[Found]:
    """Nothing where a package needs its own folder to be built, or a benchmark may have others in it."""
    found = [(path, text, one) for path, text in texts(files, WANTED) for one in _BENCHMARK.finditer(text)]
    modules = {(nearest(files, dirname(path), ("go.mod",)) or (None, ""))[0] for path, _, _ in found}
    if modules != {""} or any(_NESTED.search(text) for _, text, _ in found):
        return
    for path, text, one in found:
        package = f"./{dirname(path)}" if dirname(path) else "."
        keys = ("driver: go", f"package: {flow([package])[1:-1]}", f"select: {flow([f'^{one[1]}$'])[1:-1]}",
                "timeout: 10min", "metrics:", f"  wall: {{budget: {KEY}_wall}}", "  allocations: {}")  # fmt: skip
        name = slug("go", dirname(path), one[1].removeprefix("Benchmark"))
        yield Found(name, "go", f"{path}:{line_of(text, one.start())}: {one[1]}", keys)
