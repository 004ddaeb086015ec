"""The story of a run, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.machine import TOOL
from resonance_perf.model.quantity import format_value
from resonance_perf.model.story import Story
from resonance_perf.model.text import shortened
from resonance_perf.profiles.moves import moves_of
from resonance_perf.report.advice import advice
from resonance_perf.report.causes import evidence_of, named
from resonance_perf.report.sentences import doubt, headline
from resonance_perf.report.words import one_change, short

_FILES, _COMMITS, _CAUSES, _HUNK_LINES, _UNSURE = 8, 5, 5, 12, 4
"""So many of each are shown; JSON has all."""
_WIDTH, _NAMES = 110, 60


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; one that begins with a space belongs to a piece of a diff."""

    title: str
    lines: tuple[str, ...]


def story_text(story: Story) -> str:
    """One screen for a terminal."""
    shown = sections(story)
    width = max(len(one.title) for one in shown)
    lines = [opening(story)]
    for one in shown:
        for title, line in zip([one.title, *[""] * len(one.lines)], one.lines, strict=False):
            lines.append(f"{title:<{width}}  {line}")
    return "\n".join(lines)


def opening(story: Story) -> str:
    """The one line of the run."""
    head, subject = story.head, story.commits[-1][1]
    if story.base is None:
        return f"⚪ {head.benchmark} {short(head.commit)} “{subject}”: measured alone"
    names = [one.metric for one in story.comparisons]
    return headline(
        head.benchmark,
        story.comparisons,
        story.judgements,
        names,
        head=head.commit,
        base=story.base.commit,
        subject=subject,
    )


def sections(story: Story) -> list[Section]:
    """What there is to tell, in its order; a section without anything is left out."""
    found = (
        ("what changed", _changed(story)), ("how much", _how_much(story)), ("where", _where(story)),
        ("seen with it", _evidence(story)), ("what else moved", _else(story)), ("try first", advice(story)),
        ("to verify", to_verify(story)), ("not known", story.lost), ("kept", _kept(story)),
    )  # fmt: skip
    told = [Section(title, tuple(lines)) for title, lines in found]
    return [one for one in told if one.lines]


def _changed(story: Story) -> Iterator[str]:
    if len(story.commits) > 1:
        yield f"{len(story.commits)} commits, measured as one"
    for commit, subject in story.commits[: -_COMMITS - 1 : -1]:
        yield f"{short(commit)} “{shortened(subject)}”"
    files = sorted(story.diff.files, key=lambda one: -one.added - one.removed)
    for one in files[:_FILES]:
        moved = f" (was {one.old})" if one.old and one.new and one.old != one.new else ""
        what = "new, " if not one.old else "gone, " if not one.new else ""
        yield f"{one.new or one.old}{moved}: {what}+{one.added} −{one.removed}"
    if len(files) > _FILES:
        yield f"and {len(files) - _FILES} more files"
    for (old, new), names in list(moves_of(story.diff).by_files().items())[:_FILES]:
        yield f"{old} → {new}: moved {shortened(', '.join(names), _NAMES)}"


def _how_much(story: Story) -> Iterator[str]:
    for one in story.moved or story.comparisons[:1]:
        again = one.confirmed and one.low != one.high  # what is counted needs no second look
        pairs = f"{one.pairs} pairs" + (", and again by fresh ones" if again else "")
        by = f", decided by {one.decided_by}" if one.decided_by != one.metric else ""
        yield f"{one_change(one)}: {one.verdict}; {pairs}{by}" + (f"; {one.note}" if one.note else "")


def _where(story: Story) -> Iterator[str]:
    for at, why in enumerate(_of_moved(story)):
        shared = [one for one in why.causes if one.share is not None][:_CAUSES]
        if not shared:
            continue
        basis = f" ({why.basis})" if why.basis else ""
        yield f"{why.metric}{basis}"
        for one in shared:
            yield _cause(one)
            if at == 0 and one is shared[0]:
                yield from _hunk(one)


def _cause(one: Cause) -> str:
    interval = (
        ""
        if one.low is None or one.high is None or one.low == one.high
        else f" [{one.low * 100:.0f}, {one.high * 100:.0f}]"
    )
    share = f"{(one.share or 0.0) * 100:.0f} %{interval}"
    if one.kind != "function":
        return f"{share} {named(one)}"
    numbers = " → ".join(format_value(value or 0.0, one.unit) for value in (one.before, one.after))
    touched = ", touched by the commit" if one.touched else ""
    return f"{share} {named(one)}: {numbers}{touched}"


def _hunk(one: Cause) -> Iterator[str]:
    lines = one.hunk.split("\n") if one.hunk else []
    yield from (f" {line[:_WIDTH]}" for line in lines[:_HUNK_LINES])
    if len(lines) > _HUNK_LINES:
        yield f" … {len(lines) - _HUNK_LINES} lines more"


def _evidence(story: Story) -> Iterator[str]:
    told: dict[str, None] = {}
    for why in _of_moved(story):
        for one in why.causes:
            if one.share is None:
                place = f" ({one.file}:{one.line})" if one.line else ""
                told[f"{evidence_of(one)}{place}"] = None
    yield from told


def _else(story: Story) -> Iterator[str]:
    known = {one.metric for one in story.moved} or {one.metric for one in story.comparisons[:1]}
    others = [one for one in story.comparisons if one.metric not in known]
    unsure = [one for one in others if one.verdict == "unsure"]
    yield from (f"unsure: {one_change(one)}{doubt(one)}" for one in unsure[:_UNSURE])
    if len(unsure) > _UNSURE:
        yield f"unsure, too: {', '.join(one.metric for one in unsure[_UNSURE:])}"
    same = [one.metric for one in others if one.verdict == "same"]
    if same:
        yield f"same: {', '.join(same)}"
    if story.base is not None:
        yield from story.machine
        facts = dict(story.head.environment.facts)
        tools = [f"{name.removeprefix(TOOL)} ({value})" for name, value in facts.items() if name.startswith(TOOL)]
        if not story.machine:
            yield "the same machine and tools on both sides" + (f": {', '.join(tools)}" if tools else "")


def to_verify(story: Story) -> Iterator[str]:
    """The commands that measure it again."""
    name = story.head.benchmark
    if story.base is None:
        yield f"resonance-perf run {name} --head {short(story.head.commit)}"
        return
    base, head = short(story.base.commit), short(story.head.commit)
    yield f"resonance-perf compare {base} {head} --bench {name}"
    yield f"resonance-perf run {name} --base {base}   (after a cure, on its commit)"


def _kept(story: Story) -> Iterator[str]:
    for page in (name for name in story.files if name.endswith(".html")):
        yield f"{story.folder}/{page}: the flame graph of both sides, for a browser"
    if story.folder:
        yield f"{len(story.files)} file{'s' * (len(story.files) > 1)} in {story.folder}"


def _of_moved(story: Story) -> Sequence[Why]:
    moved = {one.metric for one in story.moved}
    return [one for one in story.whys if one.metric in moved] or story.whys
