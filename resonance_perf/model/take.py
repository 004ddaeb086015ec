"""What is taken from a file that any program may have written: `p95=latency.p95 ms`."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.quantity import UNITS, Unit


@dataclass(frozen=True, slots=True)
class Take:
    """A metric, where its values are (in the words of the reader), and the unit that they have there."""

    metric: str
    where: str
    unit: Unit


def parse_take(metric: str, text: str) -> Take:
    """Read `latency.p95 ms`: the last word is the unit, where it is one; otherwise it is a plain number.

    Raises:
        ValueError: the rest of a sentence that begins with where it was written.
    """
    where, _, last = text.strip().rpartition(" ")
    if not where.strip() or last not in UNITS:
        where, last = text.strip(), ""
    if not where or not metric:
        raise ValueError('must say what to take, such as "p95=latency.p95 ms"')
    return Take(metric, where.strip(), UNITS[last])
