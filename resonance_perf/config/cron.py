"""Cron expressions, checked and brought into a form that every scheduler reads alike."""

from __future__ import annotations

import re

from resonance_perf.config.nodes import Node, shown
from resonance_perf.config.values import text, wrong

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELDS = (
    ("a minute", 0, 59, ()),
    ("an hour", 0, 23, ()),
    ("a day of the month", 1, 31, ()),
    ("a month", 1, 12, _MONTHS),
    ("a day of the week", 0, 7, _DAYS),
)
_PART = re.compile(r"(?:\*|(\d{1,4}|[a-z]{3})(?:-(\d{1,4}|[a-z]{3}))?)(?:/(\d{1,4}))?", re.A)
_HINT = 'Such as "30 3 * * mon-fri": at 3:30 from Monday to Friday.'


def cron(node: Node) -> str:
    """Five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).

    Months come out as numbers and days of the week as names, because schedulers disagree on what day 0 is
    (APScheduler 3 begins with Monday).
    """
    fields = text(node).lower().split()
    if len(fields) != len(_FIELDS):
        count = len(fields)
        raise wrong(node, f"must have five fields (minute hour day month weekday), not {count}", _HINT)
    done: list[str] = []
    for field, (name, low, high, words) in zip(fields, _FIELDS, strict=True):
        values = _expand(field, low, high, words)
        if values is None:
            raise wrong(node, f'has {name} that cannot be "{shown(field)}"', _HINT)
        if field == "*" or not words:
            done.append(field)
        elif words is _DAYS:
            done.append(",".join(_DAYS[day] for day in sorted({value % 7 for value in values})))
        else:
            done.append(",".join(str(value) for value in values))
    return " ".join(done)


def _expand(field: str, low: int, high: int, words: tuple[str, ...]) -> list[int] | None:
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        first, last = _number(match[1], low, words), _number(match[2], low, words)
        step = int(match[3] or 1)
        if match[1] is None:
            first, last = low, 6 if words is _DAYS else high
        elif match[2] is None and first is not None:
            last = high if match[3] else first
        if first is None or last is None or step == 0:
            return None
        if not low <= first <= high or not low <= last <= high:
            return None
        if last < first and words is _DAYS:
            last += 7
        if last < first:
            return None
        values.update(range(first, last + 1, step))
    return sorted(values)


def _number(word: str | None, low: int, words: tuple[str, ...]) -> int | None:
    if word is None:
        return None
    if word.isdigit():
        return int(word)
    return words.index(word) + low if word in words else None
