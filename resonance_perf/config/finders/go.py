"""Go benchmarks: `func BenchmarkXxx(b *testing.B)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, relpath

from resonance_perf.config.finders.found import Files, Found, command, line_of, nearest, slug, texts

WANTED = re.compile(r"_test\.go\Z")
_BENCHMARK = re.compile(r"^func (Benchmark(?:[A-Z0-9_]\w*)?)\(\w+ \*testing\.B\)", re.M)
# Left alone go repeats each benchmark for a second, however fast it is: the time of the run would say nothing.
_FIXED_WORK = ("-benchtime", "100x")


def find(files: Files) -> Iterator[Found]:
    """One benchmark per package."""
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
