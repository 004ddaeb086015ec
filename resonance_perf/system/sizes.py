"""How large files are: as they are, and as a browser would download them."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator

from resonance_perf.model.benchmark import SizeLevels
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import FileSizes, SizeOutcome
from resonance_perf.model.work import SizeFiles
from resonance_perf.plan.globs import matches_any

Known = dict[tuple[bytes, SizeLevels], tuple[int, int, int]]
"""The compressed sizes (gzip, brotli, zstd) of a content, by its hash and the levels."""


def measure_sizes(work: SizeFiles, cwd: str, known: Known, between: Callable[[], None]) -> SizeOutcome:
    """The files that the globs match below `cwd`, each compressed alone.

    `known` is looked into and filled: brotli 11 takes seconds per megabyte, and most files do not change. `between` is
    called before each file.

    Raises:
        BenchmarkError: when nothing matches, or a file cannot be read.
    """
    files = []
    for path in matching(work.globs, cwd):
        between()
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise BenchmarkError(f"cannot read {os.path.relpath(path, cwd)}: {error.strerror}") from error
        key = hashlib.sha256(data).digest(), work.levels
        if key not in known:
            known[key] = _compressed(data, work.levels)
        name = os.path.relpath(path, cwd).replace(os.sep, "/")
        gzipped, brotlied, zstandard = known[key]
        files.append(FileSizes(name=name, raw=len(data), gzip=gzipped, brotli=brotlied, zstd=zstandard))
    if not files:
        raise BenchmarkError(
            f"no file matches {', '.join(work.globs)}", hint="Correct the globs, or build the files in setup."
        )
    return SizeOutcome(files=tuple(files))


def matching(globs: tuple[str, ...], cwd: str) -> list[str]:
    """The files that the globs match and that do not lie outside `cwd`, in order.

    Linked folders are not walked into (package managers make cycles of them); a file that is linked counts once.
    """
    top = os.path.realpath(cwd)
    found: dict[str, str] = {}
    for folder in {_fixed_part(glob) for glob in globs if not glob.startswith("!")}:
        if not _is_below(os.path.realpath(os.path.join(cwd, folder)), top):
            continue
        for name in _files_below(folder, cwd):
            if matches_any(name, globs):
                path = os.path.join(cwd, name)
                real = os.path.realpath(path)
                if os.path.isfile(real) and _is_below(real, top):
                    found[real] = min(path, found.get(real, path))
    return sorted(found.values())


def _is_below(real: str, top: str) -> bool:
    return os.path.commonpath([real, top]) == top


def _files_below(folder: str, cwd: str) -> Iterator[str]:
    """Every file below `folder`, or `folder` itself if it is a file, relative to `cwd`, with `/`."""
    start = os.path.join(cwd, folder)
    if os.path.isfile(start):
        yield folder
    for root, folders, names in os.walk(start):
        if ".git" in folders:
            folders.remove(".git")
        below = os.path.relpath(root, cwd)
        for name in names:
            yield name if below == os.curdir else f"{below}/{name}"


def _fixed_part(glob: str) -> str:
    """The folders before the first wildcard, below which alone a match can lie; a bare name matches at any depth."""
    fixed, wild, _ = re.split(r"([*?\[]|$)", glob, maxsplit=1)
    if "/" not in glob.rstrip("/"):
        return ""
    return fixed.rpartition("/")[0] if wild else fixed.rstrip("/")


def _compressed(data: bytes, levels: SizeLevels) -> tuple[int, int, int]:
    import brotli

    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return (
        len(gzip.compress(data, levels.gzip, mtime=0)),
        len(brotli.compress(data, quality=levels.brotli)),
        len(zstd.compress(data, levels.zstd)),
    )
