"""What is too long for a row or a sentence, as files below `artifacts/` of the private folder."""

from __future__ import annotations

import json
from collections.abc import Sequence

from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.growth import what_moved
from resonance_perf.model.cause import Why
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.report.document import growth_document
from resonance_perf.report.why import why_document, whys_from_text
from resonance_perf.system.folders import by_age, remove
from resonance_perf.system.private import read_private, write_private

PARTS, WHY = "parts.json", "why.json"
MOST_BYTES = 200_000_000
"""The oldest go when there is more: a profile of both sides is 0.1 to 5 MB."""


def keep_output(work: Workspace, job: str, name: str, outcome: ProcessOutcome) -> None:
    """Keep what a failed program of a job printed, capped as it was read."""
    for stream, data in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        _write(work, job, f"{name.replace('/', '_')}.{stream}", data)


def keep_parts(work: Workspace, measurement: Measurement) -> None:
    """Keep, below the id of the head's run, every part that moved, of each metric whose change is made of parts."""
    base, head = measurement.base, measurement.head
    if base is None:
        return
    explained = [one for one in measurement.comparisons if one.parts]
    if explained:
        document = growth_document([(one, what_moved(one.metric, base, head)) for one in explained])
        _write(work, head.id, PARTS, json.dumps(document, indent=1, ensure_ascii=False).encode())


def keep_whys(work: Workspace, run: str, whys: Sequence[Why]) -> None:
    """Keep, below the id of the head's run, why metrics changed."""
    if whys:
        _write(work, run, WHY, json.dumps(why_document(whys), indent=1, ensure_ascii=False).encode())


def kept_whys(work: Workspace, run: str) -> tuple[Why, ...]:
    """What `keep_whys` kept for a run; nothing where it was not profiled."""
    text = read_private(work.private("artifacts", run, WHY))
    try:
        return whys_from_text(text) if text else ()
    except (ValueError, LookupError, TypeError):  # of a version that said it in another way
        return ()


def tidy(work: Workspace, most_bytes: int = MOST_BYTES) -> None:
    """Remove what was kept of the oldest jobs and runs, until the rest is below `most_bytes`; the newest stays."""
    used = 0
    for at, (path, size) in enumerate(by_age(work.private("artifacts"))):
        used += size
        if at and used > most_bytes:
            remove(path)


def _write(work: Workspace, below: str, name: str, data: bytes) -> None:
    write_private(work.private("artifacts", below, name), data)
