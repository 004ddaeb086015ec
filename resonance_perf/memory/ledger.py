"""The typed ledger of the Resonance framework: decisions and readings as entries that its tools validate and recall.

An entry is a `## id: title`, its fields one a line, a blank line, and prose. The format is that of the framework's
`references/state_ledger.md` and `kernel/ledger.py`, schema 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from resonance_perf.memory.escape import prose
from resonance_perf.memory.markers import gap_before, newline_of, refuse_conflicts
from resonance_perf.model.record import Decision, Reading

DECISIONS, METRICS = "ledger/decisions.md", "ledger/metrics.md"
REVIEW_DAYS = 90
"""When somebody should ask whether a decision still holds."""

_SCHEMA = re.compile(r"schema:\s*resonance-ledger/(\d+)")
_HEAD = re.compile(r"^##[ \t]+((?:dec|les|met|cus|exp)-[a-z0-9-]+):", re.M)
_FIELDS = re.compile(r"(?:[a-z_]+:[^\r\n]*(?:\r?\n|\Z))*")


@dataclass(frozen=True, slots=True)
class RecordReading:
    """One more entry of `metrics.md`. A reading is never changed."""

    reading: Reading

    def apply(self, text: str) -> str:
        """See `Edit`."""
        one = self.reading
        fields = {
            "type": "metric", "created": one.as_of, "status": "closed", "value": one.value, "unit": one.unit,
            "as_of": one.as_of, "source": one.source,
        }  # fmt: skip
        return _with_entry(text, met_id(one), one.title, fields, [one.note], METRICS)


@dataclass(frozen=True, slots=True)
class RecordInLedger:
    """One more entry of `decisions.md`; the one on the same budget that was active is superseded by it.

    `key` is the budget, empty for a decision on none; `evidences` are the ids of readings.
    """

    decision: Decision
    key: str = ""
    evidences: tuple[str, ...] = ()
    confidence: str = "medium"

    def apply(self, text: str) -> str:
        """See `Edit`."""
        one, id_ = self.decision, dec_id(self.decision, self.key)
        if _has(text, id_):
            return text
        refuse_conflicts(text, DECISIONS)
        due = date.fromisoformat(one.date) + timedelta(days=REVIEW_DAYS)
        fields = {
            "type": "decision", "created": one.date, "status": "active", "confidence": self.confidence,
            "review_due": due.isoformat(),
        }  # fmt: skip
        replaced = _active(text, self.key) if self.key else []
        if replaced:
            fields["supersedes"] = ", ".join(replaced)
        if self.evidences:
            fields["evidences"] = ", ".join(self.evidences)
        for old in replaced:
            text = _superseded(text, old, id_)
        body = [
            f"{name.capitalize()}: {value}"
            for name in ("context", "decision", "evidence", "consequences")
            if (value := getattr(one, name))
        ]
        return _with_entry(text, id_, one.title, fields, body, DECISIONS)


def speaks(text: str) -> bool:
    """True for a file of a schema that we know."""
    marks = (_SCHEMA.fullmatch(line.strip()) for line in text.splitlines()[:6])
    return any(mark is not None and int(mark[1]) in (1, 2) for mark in marks)


def dec_id(decision: Decision, key: str) -> str:
    """The id of a decision: what it is about, and a last word without a dash that makes it unique."""
    about = f"perf-budget-{_slug(key)}" if key else f"performance-{_slug(decision.title)[:40].strip('-')}"
    return f"dec-{about}-{re.sub('[^a-z0-9]', '', decision.id.lower())}"


def met_id(reading: Reading) -> str:
    """The id of a reading: what was measured, and the run."""
    return f"met-{_slug(reading.metric)}-{_slug(reading.run)}"


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def _has(text: str, id_: str) -> bool:
    return any(match[1] == id_ for match in _HEAD.finditer(text))


def _active(text: str, key: str) -> list[str]:
    """Our decisions on a budget that no other has superseded."""
    wanted = re.compile(rf"dec-perf-budget-{re.escape(_slug(key))}-[a-z0-9]+")
    return [
        match[1]
        for match in _HEAD.finditer(text)
        if wanted.fullmatch(match[1]) and re.search(r"^status:\s*active\s*$", _fields(text, match[1])[2], re.M)
    ]


def _fields(text: str, id_: str) -> tuple[int, int, str]:
    """Where the fields of an entry are, and what they say."""
    head = next(match for match in _HEAD.finditer(text) if match[1] == id_)
    start = text.find("\n", head.end()) + 1
    match = _FIELDS.match(text, start)
    assert match is not None
    return start, match.end(), match[0]


def _superseded(text: str, old: str, new: str) -> str:
    start, end, fields = _fields(text, old)
    fields = re.sub(r"^status:[^\r\n]*", "status: superseded", fields, count=1, flags=re.M)
    return text[:start] + fields + f"superseded_by: {new}{newline_of(text)}" + text[end:]


def _with_entry(text: str, id_: str, title: str, fields: Mapping[str, str], body: Iterable[str], file: str) -> str:
    """The text with one more entry at its end; unchanged when it is there."""
    if _has(text, id_):
        return text
    refuse_conflicts(text, file)
    nl = newline_of(text)
    lines = [f"## {id_}: {prose(title)}", *(f"{name}: {prose(value)}" for name, value in fields.items())]
    for paragraph in body:
        lines += ["", prose(paragraph)]
    return text + gap_before(text, nl) + "".join(line + nl for line in lines)
