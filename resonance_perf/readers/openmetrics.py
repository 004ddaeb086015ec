"""openmetrics: samples of OpenMetrics or Prometheus text, told by `take` as `name{label="value"}`.

Traps: it tells what a program counted since it began, not one run; OpenMetrics without `# EOF` was cut off, and is
read as Prometheus text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from resonance_perf.model.errors import UsageError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take
from resonance_perf.readers.source import text
from resonance_perf.readers.take import number, taken, untold

TRIED = "prometheus-client 0.26"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith((b"# HELP ", b"# TYPE "))


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:  # noqa: ARG001  # it is told first
    """See `Reader`."""
    raise untold("openmetrics", 'wall=job_seconds{job="build"} s')


def read_taken(source: IO[bytes], name: str, takes: Sequence[Take]) -> tuple[Reading, ...]:
    """See `Taking`. Every sample that has the labels, and maybe others, is a value."""
    try:
        from prometheus_client import parser
        from prometheus_client.openmetrics import parser as strict
    except ImportError as error:
        hint = "Install it: pip install 'resonance-perf[generic]'"
        raise UsageError("openmetrics needs prometheus-client", hint=hint) from error
    found = text(source, name)
    families = (strict if found.rstrip().endswith("# EOF") else parser).text_string_to_metric_families(found)
    samples = [one for family in families for one in family.samples]
    values = []
    for one in takes:
        try:
            (wanted,) = (
                s for family in parser.text_string_to_metric_families(f"{one.where} 0\n") for s in family.samples
            )
        except ValueError as error:
            raise UsageError(f"{one.where} names no sample", hint='Write it as name{label="value"}.') from error
        same = (s.value for s in samples if s.name == wanted.name and wanted.labels.items() <= s.labels.items())
        values.append([value for s in same if (value := number(s)) is not None])
    return taken(takes, values)
