"""How large files are: as they are, and as a browser would download them."""

from __future__ import annotations

import glob
import gzip
import hashlib
import os
from collections.abc import Iterator

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.work import SizeFiles, SizeOutcome


def measure_sizes(work: SizeFiles, cwd: str, known: dict[bytes, tuple[int, int]]) -> SizeOutcome:
    """Add up the files that the globs match below `cwd`, each compressed alone (gzip 9, brotli 11).

    `known` keeps the compressed sizes by content hash: brotli 11 is slow, and most files do not change.

    Raises:
        BenchmarkError: when nothing matches, or a file cannot be read.
    """
    files = raw = gzipped = brotlied = 0
    for path in matching(work.globs, cwd):
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise BenchmarkError(f"cannot read {os.path.relpath(path, cwd)}: {error.strerror}") from error
        key = hashlib.sha256(data).digest()
        if key not in known:
            known[key] = _compressed(data)
        files += 1
        raw += len(data)
        gzipped += known[key][0]
        brotlied += known[key][1]
    if not files:
        raise BenchmarkError(
            f"no file matches {', '.join(work.globs)}", hint="Correct the globs, or build the files in setup."
        )
    return SizeOutcome(files=files, raw=raw, gzip=gzipped, brotli=brotlied)


def matching(globs: tuple[str, ...], cwd: str) -> Iterator[str]:
    """The files that the globs match, without those that a `!` glob matches or that lie outside `cwd`."""
    top = os.path.realpath(cwd)
    left_out = {path for one in globs if one.startswith("!") for path in _expand(one[1:], cwd)}
    wanted = {path for one in globs if not one.startswith("!") for path in _expand(one, cwd)}
    for path in sorted(wanted - left_out):
        real = os.path.realpath(path)
        if os.path.isfile(real) and os.path.commonpath([real, top]) == top:
            yield path


def _expand(pattern: str, cwd: str) -> list[str]:
    found = glob.glob(pattern, root_dir=cwd, recursive=True, include_hidden=True)
    return [os.path.join(cwd, name) for name in found]


def _compressed(data: bytes) -> tuple[int, int]:
    import brotli

    return len(gzip.compress(data, 9, mtime=0)), len(brotli.compress(data, quality=11))
