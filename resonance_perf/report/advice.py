"""What to try first: of all that performance engineers know, what there is evidence for here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resonance_perf.audit.checklist import CHECKS
from resonance_perf.model.cause import Cause
from resonance_perf.model.quantity import format_value
from resonance_perf.model.story import Story
from resonance_perf.model.text import shortened
from resonance_perf.profiles.hints import SOURCE as COMMIT

MOST = 4
_LIBRARIES = (  # what a function spends its time in, and what helps
    (r"json|iterencode|stringify|pickle|marshal|serial", "Send less of it, or encode it once"),
    (r"sqlite3|psycopg|asyncpg|pymysql|cursor|execute|\bpg\b", "Look at the plan of its statement (driver: sql)"),
    (r"\bre\b|re\._|regex", "Compile the pattern once, and let it fail early"),
    (r"deepcopy|\bcopy\b", "Copy less"),
    (r"sleep|\block\b|acquire|semaphore", "Wait for less while others wait"),
    (r"gzip|zlib|brotli|compress", "Compress once, or less"),
)  # fmt: skip
_DO = {one.metric: one for one in reversed(CHECKS)}
"""What the checklist says to each of its metrics."""


def advice(story: Story) -> list[str]:
    """Sentences, those for what carries most first; each names its evidence."""
    causes = [
        cause for one in story.whys if one.metric in {moved.metric for moved in story.moved} for cause in one.causes
    ]
    told = [sentence for cause in causes for sentence in _for(cause)]
    told += [one.detail for one in story.findings]
    return list(dict.fromkeys(told))[:MOST]


def _for(cause: Cause) -> Iterator[str]:
    """Only what made it worse asks for something."""
    before, after = cause.before or 0.0, cause.after or 0.0
    if cause.source == COMMIT:
        yield f"Make the index again, or let nothing ask for it: {cause.detail}"
    elif cause.kind == "function" and after > before:
        place = f" ({cause.file}:{cause.line})" if cause.line else ""
        if cause.touched:
            yield f"Look at what the commit wrote in {cause.name}{place}"
        does = next((do for pattern, do in _LIBRARIES if re.search(pattern, cause.detail)), "")
        if does:
            yield f"{does}: {cause.name}{place} {cause.detail}"
    elif cause.kind in ("count", "part"):
        metric = cause.name if cause.kind == "count" else cause.metric
        check = _DO.get(metric)
        if check is not None and after > before and after >= check.limit:
            what = cause.detail if cause.kind == "count" else cause.name
            yield f"{check.do.rstrip('.')}: {shortened(what)} ({format_value(after, cause.unit)})"
