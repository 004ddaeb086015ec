"""Large files of load tests: read in constant memory, against `json.loads` and `csv.reader` line by line."""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path

from timing import show

from resonance_perf.readers import hey, jmeter, k6

FIXTURES = Path(__file__).resolve().parent.parent / "tests/fixtures/readers"
SIZES_MB = (20, 200)
KB = 1024 if sys.platform == "darwin" else 1


def ours_k6(path: str) -> None:
    """Everything that our reader tells of the points."""
    with open(path, "rb") as file:
        assert k6.read(file, path)[0].metrics


def plain_json(path: str) -> None:
    """What a script would do at least."""
    with open(path, "rb") as file:
        for line in file:
            json.loads(line)


def ours_jmeter(path: str) -> None:
    """Everything that our reader tells of the samples."""
    with open(path, "rb") as file:
        assert jmeter.read(file, path)


def ours_hey(path: str) -> None:
    """Everything that our reader tells of the requests."""
    with open(path, "rb") as file:
        assert hey.read(file, path)[0].metrics


def plain_csv(path: str) -> None:
    """What a script would do at least."""
    with open(path, newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass


FORMATS: dict[str, tuple[str, dict[str, Callable[[str], None]]]] = {
    "k6 points": ("k6/pass.points.head400.ndjson", {"ours": ours_k6, "json.loads a line": plain_json}),
    "JTL as CSV": ("jmeter/v55.results.csv.jtl", {"ours": ours_jmeter, "csv.reader": plain_csv}),
    "requests of hey": ("hey/slow_csv.stdout.txt", {"ours": ours_hey, "csv.reader": plain_csv}),
}


def repeated(fixture: str, size: int) -> Iterator[bytes]:
    """The lines of a real output again and again, its first one once, until there are so many bytes."""
    first, *lines = (FIXTURES / fixture).read_bytes().splitlines(keepends=True)
    yield first
    block = b"".join(line for line in lines if line.endswith(b"\n"))
    for _ in range(size // len(block)):
        yield block


def timed(read: Callable[[str], None], path: str, told: object) -> None:
    """Put (seconds of CPU, growth of the peak memory in MB) into `told`."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    read(path)
    took = time.process_time() - start
    told.put((took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 * KB))  # type: ignore[attr-defined]  # a queue


def main() -> None:
    """Print the table."""
    rows = [("format", "MB", "read by", "MB/s of CPU", "× the plain one", "memory on top, MB")]
    fresh = get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for name, (fixture, readers) in FORMATS.items():
            for size in SIZES_MB:
                path = os.path.join(folder, "it")
                with open(path, "wb") as file:
                    file.writelines(repeated(fixture, size * 1_000_000))
                speeds: dict[str, tuple[float, float]] = {}
                for reader, read in readers.items():
                    told = fresh.Queue()
                    child = fresh.Process(target=timed, args=(read, path, told))
                    child.start()
                    took, memory = told.get()
                    child.join()
                    speeds[reader] = (size / took, memory)
                plain = list(speeds.values())[-1][0]
                rows += [
                    (name, str(size), reader, f"{speed:.0f}", f"{speed / plain:.1f}", f"{memory:.1f}")
                    for reader, (speed, memory) in speeds.items()
                ]
    show("large files", rows)


if __name__ == "__main__":
    main()
