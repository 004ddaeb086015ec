"""What a measurement depends on, whatever commit it lies in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.config import Config
from resonance_perf.plan.globs import matches_any


def content_of(benchmark: Benchmark, config: Config, files: Iterable[tuple[str, str]], own: Iterable[str]) -> str:
    """A hash of the files that can change the result, and of what the config runs; equal after a rebase or a squash.

    `files` are (path, id of its content) of a commit. `own` are our notes and the config, which change nothing.
    How long to measure, and against which margin, does not count. No file changes what is deployed.
    """
    mine = tuple(own)
    what = replace(benchmark, metrics=(), min_samples=0, max_samples=0, max_s=0.0, quick=False)
    digest = hashlib.sha256(repr((what, config.env)).encode())
    for path, blob in () if benchmark.deployed else sorted(files):
        if path in mine or any(path.startswith(f"{one}/") for one in mine):
            continue
        if not benchmark.paths or matches_any(path, benchmark.paths):
            digest.update(f"{path}\0{blob}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]
