"""Google Benchmark: programs of CMake that are linked with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from resonance_perf.config.finders.found import KEY, MOST, Files, Found, flow, line_of, slug, texts

WANTED = re.compile(r"(?:^|/)CMakeLists\.txt\Z|bench[^\n]*\.(?:cc|cpp|cxx)\Z", re.I)
_CMAKE = re.compile(r"(?:^|/)CMakeLists\.txt\Z")
_LINKED = re.compile(r"^[ \t]*target_link_libraries\(\s*([\w-]+)\s[^)]*\bbenchmark::benchmark(?:_main)?\b", re.M)
_PROGRAM = r"^[ \t]*add_executable\(\s*{}\s+([^)]*)\)"
_BENCHMARK = re.compile(r"^BENCHMARK\((\w+)\);", re.M)
_ANY = re.compile(r"^\s*BENCHMARK(?!_MAIN\b)(?:_\w+)?\(", re.M)


def find(files: Files) -> Iterator[Found]:
    """One for each of the first benchmarks that are registered as they are, without arguments."""
    left = MOST
    for path, text in texts(files, _CMAKE) if "CMakeLists.txt" in files else ():
        for link in _LINKED.finditer(text):
            target = link[1]
            program = re.search(_PROGRAM.format(re.escape(target)), text, re.M)
            sources = [normpath(join(dirname(path), one)) for one in program[1].split()] if program else []
            build = f"cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build --target {target}"
            for source, name, line in _registered(files, sources)[:left]:
                place = join("build", dirname(path), target)
                keys = ("driver: google-benchmark", f"setup: {flow(('sh', '-c', build))}", f"program: {flow([place])}",
                        f"select: {flow([f'^{name}$'])[1:-1]}", "timeout: 10min", "metrics:",
                        f"  cpu: {{budget: {KEY}_cpu}}", "  wall: {}")  # fmt: skip
                left -= 1
                yield Found(slug(target, name), "google-benchmark", f"{source}:{line}: {name} of {target}", keys)


def _registered(files: Files, sources: list[str]) -> list[tuple[str, str, int]]:
    found = []
    for source in sources:
        text = files.get(source) or ""
        plain = list(_BENCHMARK.finditer(text))
        found += [
            (source, one[1], line_of(text, one.start())) for one in plain if len(plain) == len(_ANY.findall(text))
        ]
    return found
