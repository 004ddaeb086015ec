"""What is in a bundle: where a module comes from, which packages are there more than once, and names without hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from resonance_perf.model.reading import Reported
from resonance_perf.model.run import Part
from resonance_perf.readers.intervals import exactly

_HASH = re.compile(r"[.-][0-9a-f]{8,32}(?=\.)|-[A-Z0-9]{8}(?=\.)|[.-](?P<any>[A-Za-z0-9_-]{8})(?=\.)")
"""Of webpack and most others; of esbuild; of Rollup and Vite, where it must look like none of somebody's words."""
_FEW_CAPITALS = 3
_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/@.][^/]*)(?=/)")
_STORE = re.compile(r"node_modules/\.(?:pnpm|store)/[^/]+/")
_BEFORE = re.compile(r"^(?:\0|\([^)]*\):|\w[\w.+-]*://[^/]*/|\.{0,2}/)+")
_AFTER = re.compile(r"[?|].*$", re.S)


def without_hash(name: str) -> str:
    """The name of a file without the hash of its content, so that it keeps its name when that changes."""
    return _HASH.sub(_unless_a_word, name)


def origin(module: str) -> str:
    """`node_modules/NAME` for a module of a package, in the folder of the package that brought a copy of its own; else
    its file."""
    path = _STORE.sub("", _plain(module))
    packages = list(_PACKAGE.finditer(path))
    return path[packages[0].start() : packages[-1].end()] if packages else path


def by_origin(metric: str, modules: Iterable[tuple[str, float]], total: float, rest: str) -> tuple[Part, ...]:
    """The parts of `total` by where they come from; what no module has is the bundler's own, and called `rest`."""
    sums: dict[str, float] = {}
    for module, size in modules:
        sums[origin(module)] = sums.get(origin(module), 0.0) + size
    left = total - sum(sums.values())
    return tuple(Part(metric, *one) for one in {**sums, rest: sums.get(rest, 0.0) + left}.items() if one[1] > 0)


def duplicates(modules: Iterable[str]) -> tuple[Reported, tuple[Part, ...]]:
    """How many copies of packages there are beyond the first of each; as parts, which they are of."""
    folders: dict[str, set[str]] = {}
    for module in map(_plain, modules):
        for package in list(_PACKAGE.finditer(module))[-1:]:
            folders.setdefault(package[1], set()).add(module[: package.end()])
    more = {name: float(len(copies) - 1) for name, copies in folders.items() if len(copies) > 1}
    parts = tuple(Part("duplicates", f"node_modules/{name}", count) for name, count in sorted(more.items()))
    return exactly("duplicates", "", sum(more.values())), parts


def merged(sizes: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    """The sizes of files by their names without hashes."""
    sums: dict[str, float] = {}
    for name, size in sizes:
        plain = without_hash(name)
        sums[plain] = sums.get(plain, 0.0) + size
    return sums


def _plain(module: str) -> str:
    """The path of a module without what bundlers and loaders put before and after it."""
    path = _AFTER.sub("", module.replace("\\", "/").rpartition("!")[2])
    return _BEFORE.sub("", path)


def _unless_a_word(found: re.Match[str]) -> str:
    text = found["any"]
    if text is None or any(one.isdigit() or one == "_" for one in text):
        return ""
    capitals = sum(one.isupper() for one in text)
    return "" if _FEW_CAPITALS <= capitals < len(text) else found[0]
