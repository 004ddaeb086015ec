"""Two branches that both wrote: three texts -> one. What is ours is merged by its ids, the rest as git merges lines."""

from __future__ import annotations

from collections.abc import Callable

from resonance_perf.memory.log import ARCHIVED, LOG
from resonance_perf.memory.markers import Section, find_section, refuse_conflicts
from resonance_perf.memory.merge_budgets import with_merged_budgets
from resonance_perf.memory.merge_entries import cut_new, new_ids, put_back
from resonance_perf.memory.merge_tables import merge_archived, merge_log, merge_status
from resonance_perf.memory.versions import Versions
from resonance_perf.model.errors import BadFileError

Weave = Callable[[Versions], tuple[str, bool]]
"""Merges lines: (the text, with markers where both changed the same ones; True when there are such places)."""

_SECTIONS = ((LOG, merge_log), (ARCHIVED, merge_archived), ("status", merge_status))


def merge(versions: Versions, name: str, weave: Weave) -> tuple[str, bool]:
    """The merged text of one of the three files, and whether a conflict is left in it for people.

    Our spans are merged first and put into all three texts, so that for `weave` they are no difference at all. Where a
    file cannot be read (a marker without its pair, an older conflict), all of it is left to `weave`.
    """
    if versions.ours == versions.theirs or versions.base == versions.theirs:
        return versions.ours, False
    if versions.base == versions.ours:
        return versions.theirs, False
    try:
        same = with_merged_budgets(_with_merged_sections(versions, name), name)
        return _with_entries(same, weave)
    except BadFileError:
        return weave(versions)


def _with_merged_sections(versions: Versions, name: str) -> Versions:
    texts = [versions.base, versions.ours, versions.theirs]
    for text in texts:
        refuse_conflicts(text, name)
    for section, merge_lines in _SECTIONS:
        places = [find_section(text, section, name) for text in texts]
        if places[1] is None or places[2] is None:
            continue  # new on one side only, or taken out by hand: lines like any others
        bodies = [_body(text, place) for text, place in zip(texts, places, strict=True)]
        merged = "".join(merge_lines(*bodies))
        texts = [
            text[: place.start] + merged + text[place.end :] if place else text
            for text, place in zip(texts, places, strict=True)
        ]
    return Versions(*texts)


def _body(text: str, place: Section | None) -> list[str]:
    return text[place.start : place.end].splitlines(keepends=True) if place else []


def _with_entries(versions: Versions, weave: Weave) -> tuple[str, bool]:
    """Weave; lessons and decisions that both sides added, or that stand in the way, are taken out meanwhile."""
    ours, theirs = new_ids(versions.ours, versions.base), new_ids(versions.theirs, versions.base)
    if not (ours and theirs):
        text, conflict = weave(versions)
        if not conflict or not (ours or theirs):
            return text, conflict
    left, entries = cut_new(versions.ours, ours, versions.theirs)
    right, others = cut_new(versions.theirs, theirs, versions.ours)
    text, conflict = weave(Versions(versions.base, left, right))
    return put_back(text, [*entries, *others]), conflict
