"""json: numbers of a document, told by `take` in JMESPath; a list holds a value in each entry.

Traps: a path that leads nowhere is null in JMESPath, and a failed run here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from resonance_perf.model.errors import UsageError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take
from resonance_perf.readers.source import document
from resonance_perf.readers.take import number, taken, untold

TRIED = "jmespath 1.1"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # any document could be
    """See `Reader`."""
    return False


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:  # noqa: ARG001  # it is told first
    """See `Reader`."""
    raise untold("json", "p95=latency.p95 ms")


def read_taken(source: IO[bytes], name: str, takes: Sequence[Take]) -> tuple[Reading, ...]:
    """See `Taking`."""
    try:
        import jmespath
    except ImportError as error:
        raise UsageError("json needs jmespath", hint="Install it: pip install 'resonance-perf[generic]'") from error
    found = document(source, name)
    values = []
    for one in takes:
        try:
            at = jmespath.search(one.where, found)
        except jmespath.exceptions.JMESPathError as error:
            what = str(error).splitlines()[0]
            raise UsageError(f"{one.where} is no JMESPath ({what})", hint="See jmespath.org.") from error
        entries = at if isinstance(at, list) else [at]
        values.append([value for entry in entries if (value := number(entry)) is not None])
    return taken(takes, values)
