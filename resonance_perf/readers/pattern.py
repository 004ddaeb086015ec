"""regex: numbers in any text, told by `take` as a regular expression with one group; each match is a value.

Traps: the expression is one of RE2, which takes linear time on any text, and so has no backreference and no lookaround.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from resonance_perf.model.errors import UsageError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take
from resonance_perf.readers.source import text
from resonance_perf.readers.take import number, taken, untold

TRIED = "google-re2 1.1"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # any text could be
    """See `Reader`."""
    return False


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:  # noqa: ARG001  # it is told first
    """See `Reader`."""
    raise untold("regex", r"wall=took ([0-9.]+) ms")


def read_taken(source: IO[bytes], name: str, takes: Sequence[Take]) -> tuple[Reading, ...]:
    """See `Taking`."""
    try:
        import re2
    except ImportError as error:
        raise UsageError("regex needs RE2", hint="Install it: pip install 'resonance-perf[generic]'") from error
    found = text(source, name)
    quiet = re2.Options()
    quiet.log_errors = False
    values = []
    for one in takes:
        try:
            pattern = re2.compile(one.where, options=quiet)
        except re2.error as error:
            what = error.args[0].decode() if isinstance(error.args[0], bytes) else error
            raise UsageError(f"{one.where} is no expression of RE2 ({what})", hint="See its syntax.") from error
        if pattern.groups != 1:
            hint = "Put the number, and nothing else, into ( )."
            raise UsageError(f"{one.where} has {pattern.groups} groups, not one", hint=hint)
        values.append([value for m in pattern.finditer(found) if (value := number(m.group(1))) is not None])
    return taken(takes, values)
