"""pyperf: scripts that begin a `Runner` of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from resonance_perf.config.finders.found import KEY, Files, Found, flow, line_of, slug, texts

WANTED = re.compile(r"(?:^|/)(?:(?:bench|bm_|perf)[^/]*|[^/]*(?:_bench|_benchmark|_perf))\.py\Z")
_IMPORT = re.compile(r"^(?:import pyperf\b|from pyperf import\b)", re.M)
_RUNNER = re.compile(r"\b(?:pyperf\.)?Runner\(\)")
_BENCH = re.compile(
    r"\.(?:bench_func|timeit|bench_time_func|bench_async_func|bench_command)\(\s*(f?)([\"'])([^\"'\n]+)\2"
)
_CALLS = re.compile(r"\.(?:bench_func|timeit|bench_time_func|bench_async_func|bench_command)\(")


def find(files: Files) -> Iterator[Found]:
    """One for each of the benchmarks of a script, by its name."""
    for path, text in texts(files, WANTED):
        benches = [one for one in _BENCH.finditer(text) if not one[1]]
        if not (_IMPORT.search(text) and _RUNNER.search(text)) or len(benches) != len(_CALLS.findall(text)):
            continue
        for bench in benches:
            part = (f"part: {flow([bench[3]])[1:-1]}",) if len(benches) > 1 else ()
            keys = ("driver: pyperf", f"script: {flow([path])[1:-1]}", *part, "timeout: 10min", "metrics:",
                    f"  wall: {{budget: {KEY}_wall}}")  # fmt: skip
            name = slug("pyperf", basename(path).removesuffix(".py"), *([bench[3]] if part else []))
            yield Found(name, "pyperf", f"{path}:{line_of(text, bench.start())}: {bench[3]}", keys)
