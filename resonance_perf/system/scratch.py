"""A folder for the files that a measuring tool leaves."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from resonance_perf.model.errors import BenchmarkError

MOST_BYTES = 256_000_000


@contextmanager
def scratch() -> Iterator[str]:
    """The path of an empty folder that is gone afterwards, with everything in it.

    The path always has the same length: where a program keeps its arguments decides what some tools count.
    """
    with tempfile.TemporaryDirectory(prefix="resonance-perf-") as folder:
        yield folder


def write_file(folder: str, name: str, text: str) -> None:
    """Write a file that a tool is given."""
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def read_files(folder: str) -> tuple[tuple[str, bytes], ...]:
    """(name, content) of every regular file in the folder, by name; links are not followed.

    Raises:
        BenchmarkError: when they have more than 256 MB together.
    """
    found, left = [], MOST_BYTES
    with os.scandir(folder) as entries:
        paths = sorted((one.name, one.path) for one in entries if one.is_file(follow_symlinks=False))
    for name, path in paths:
        with open(path, "rb") as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise BenchmarkError(
                f"the tool left more than {MOST_BYTES // 1_000_000} MB ({name} and before)",
                hint="Measure less at a time.",
            )
        found.append((name, data))
    return tuple(found)
