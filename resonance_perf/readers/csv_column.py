"""csv: a column of a table with a header, told by `take`; each row is a value."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take
from resonance_perf.readers.source import bad, text
from resonance_perf.readers.take import number, taken, untold

TRIED = "RFC 4180"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # any table could be
    """See `Reader`."""
    return False


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:  # noqa: ARG001  # it is told first
    """See `Reader`."""
    raise untold("csv", "p95=latency ms")


def read_taken(source: IO[bytes], name: str, takes: Sequence[Take]) -> tuple[Reading, ...]:
    """See `Taking`. What is no number in a row is left out."""
    rows = csv.DictReader(io.StringIO(text(source, name), newline=""))
    columns = rows.fieldnames or ()
    for one in takes:
        if one.where not in columns:
            raise bad(name, f"there is no column {one.where}", f"It has {', '.join(columns) or 'none'}.", 1)
    all_ = list(rows)
    return taken(takes, [[v for row in all_ if (v := number(row[one.where])) is not None] for one in takes])
