"""The samples of a JTL file, added up while they are read: such a file has gigabytes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import inf
from operator import itemgetter
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from resonance_perf.readers.skipped import Skipped
from resonance_perf.readers.source import bad, refuse_entities

_OLD = (b"timeStamp", b"elapsed", b"label", b"responseCode", b"responseMessage", b"threadName", b"dataType", b"success",
        b"bytes", b"grpThreads", b"allThreads", b"Latency")  # fmt: skip
"""The columns of 2.13, which writes no header."""
_SUCCESS = {b"true": True, b"false": False}
_CHUNK = 1 << 20
_MOST_RECORD = 1 << 20
"""A quote that nobody closes does not make the rest of the file one record."""

Told = tuple[bytes, ...]
"""How long a sample took in ms, its label, and whether it succeeded, as the file says it."""


@dataclass(slots=True)
class Alike:
    """Samples that tell the same, but for when they began; times are in ms."""

    label: str
    took: float
    ok: bool
    first: float
    last: float
    count: int = 0


class Samples:
    """All samples after the warm-up, those that tell the same together."""

    def __init__(self, skipped: Skipped, warmup_s: float) -> None:
        self.skipped, self._warmup_ms = skipped, 1000 * warmup_s
        self.alike: dict[Told, Alike] = {}
        self.begin = self._counts_from = inf

    def add(self, number: int, at: float, told: Told) -> None:
        """Take in a sample that began at `at`. Lines are in the order of the answers: the first began not first."""
        if at < self.begin:
            self.begin, self._counts_from = at, at + self._warmup_ms
        if at < self._counts_from:
            return
        one = self.alike.get(told) or _alike(told, at)
        if one is None:
            self.skipped.add(number)
            return
        self.alike[told] = one
        one.count += 1
        one.first, one.last = min(one.first, at), max(one.last, at)


def add_up(source: IO[bytes], skipped: Skipped, warmup_s: float) -> Samples:
    """The samples of a file as CSV or XML without those of its first `warmup_s`."""
    samples = Samples(skipped, warmup_s)
    begins = source.read(300).lstrip()
    source.seek(0)
    (_of_xml if begins.startswith(b"<") else _of_csv)(source, samples)
    return samples


def _alike(told: Told, at: float) -> Alike | None:
    took, label, success = told
    try:
        elapsed, ok = float(took), _SUCCESS[success.strip().lower()]
    except (ValueError, KeyError):
        return None
    return Alike(label.decode("utf-8", "replace").rstrip("\r\n"), elapsed, ok, at, at) if 0 <= elapsed < inf else None


def _of_csv(source: IO[bytes], samples: Samples) -> None:
    """A line without quotes is cut at its commas, as far as it counts; csv.reader would read all of it."""
    first = source.readline()
    headless = first[:1].isdigit()
    columns = {column: at for at, column in enumerate(_OLD if headless else first.strip().split(b","))}
    places = [columns[one] for one in (b"elapsed", b"label", b"success")]
    when, wanted = columns[b"timeStamp"], itemgetter(*places)
    most = max(when, *places) + 1
    lines = enumerate(source, 2)
    known = samples.alike.get
    for number, line in chain([(1, first)], lines) if headless else lines:
        try:
            fields = line.split(b",", most)
            if b'"' in line and _quotes_matter(line, fields, most):
                fields = _record(line, lines)
            at, told = int(fields[when]), wanted(fields)
        except (ValueError, IndexError):
            if line.strip():
                samples.skipped.add(number)
            continue
        one = known(told)
        if one is None or at < one.first:
            samples.add(number, at, told)
            continue
        one.count += 1  # what began after one that counts does, too
        if at > one.last:
            one.last = at


def _quotes_matter(line: bytes, fields: list[bytes], most: int) -> bool:
    """True unless all quotes of a line are closed, and behind what counts."""
    quotes = line.count(b'"')
    return quotes % 2 == 1 or len(fields) <= most or fields[most].count(b'"') < quotes


def _record(line: bytes, lines: Iterator[tuple[int, bytes]]) -> list[bytes]:
    """The fields of a record with quotes, which may go on in the next lines."""
    while line.count(b'"') % 2:
        if len(line) > _MOST_RECORD:
            raise ValueError("no end of the quotes")
        line += next(lines, (0, b'"'))[1]
    return [field.encode() for field in next(csv.reader([line.decode("utf-8", "replace")]))]


def _of_xml(source: IO[bytes], samples: Samples) -> None:
    """Samples inside a sample are parts of it, and not counted."""
    depth = 0

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal depth
        if tag in ("httpSample", "sample"):
            depth += 1
            if depth == 1:
                told = given["t"].encode(), given["lb"].encode(), given["s"].encode()
                samples.add(parser.CurrentLineNumber, float(given["ts"]), told)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= tag in ("httpSample", "sample")

    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    refuse_entities(parser)
    while chunk := source.read(_CHUNK):
        try:
            parser.Parse(chunk, False)
        except ExpatError as error:
            what = f"this is not XML ({error})"
            raise bad(samples.skipped.name, what, "Was it cut off?", error.lineno, error.offset + 1) from error
