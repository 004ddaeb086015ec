"""The budgets fence as two branches left it, key by key. A limit that both tightened is the tighter of the two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from resonance_perf.memory.budget_edits import indent_of, last_character
from resonance_perf.memory.budgets import limit_node, read_budgets
from resonance_perf.memory.fence import Fence, find_fence
from resonance_perf.memory.nodes import Scalar
from resonance_perf.memory.tighter import is_tighter
from resonance_perf.memory.versions import Versions
from resonance_perf.model.budget import Budget


@dataclass(frozen=True, slots=True)
class _Side:
    """A text with its fence and its budgets by key."""

    text: str
    fence: Fence
    budgets: Mapping[str, Budget]

    def written(self, key: str) -> str:
        """The limit as it is written, with its quotes."""
        node = limit_node(self.fence.budgets.get(key) or Scalar("", 0, 0))
        return self.fence.content[node.start : node.end] if node else ""


def with_merged_budgets(versions: Versions, file: str) -> Versions:
    """The three texts with one fence: every limit that can be merged is the same in all of them.

    A limit that both changed so that none is the right one stays three limits, for the merge of lines to mark. A fence
    whose other parts both changed (a comment here, a key removed there) is left to that merge, too.
    """
    sides = [_side(text, file) for text in (versions.base, versions.ours, versions.theirs)]
    base, ours, theirs = sides
    if base is None or ours is None or theirs is None:
        return versions
    for frame, other in ((ours, theirs), (theirs, ours)):
        added = [key for key in other.budgets if key not in base.budgets]
        if not _only_adds(base, other, added) or any(_is_lost(base, frame, other, key) for key in base.budgets):
            continue
        fence = _with_added(frame, other, [key for key in added if key not in frame.budgets])
        whole = _side(frame.text[: frame.fence.start] + fence + _after(frame), file) if fence is not None else None
        if whole is None or set(whole.budgets) != {*frame.budgets, *added}:
            continue
        limits = [_limits(whole, base, ours, theirs, at) for at in range(3)]
        contents = [_with_limits(whole, one) for one in limits]
        texts = [_replaced(side, content) for side, content in zip((base, ours, theirs), contents, strict=True)]
        return Versions(*texts)
    return versions


def _side(text: str, file: str) -> _Side | None:
    fence, _ = find_fence(text, file)
    budgets, problems = read_budgets(text, file)
    return _Side(text, fence, {one.key: one for one in budgets}) if fence and not problems else None


def _only_adds(base: _Side, side: _Side, added: list[str]) -> bool:
    """True when nothing but limits and new entries tells `side` from `base`."""
    lines = Counter(_lines(_with_limits(side, dict.fromkeys(side.budgets, ""))))
    for key in added:
        lines -= Counter(_lines(_entry(side, key, without_limit=True)))
    return lines == Counter(_lines(_with_limits(base, dict.fromkeys(base.budgets, ""))))


def _is_lost(base: _Side, frame: _Side, other: _Side, key: str) -> bool:
    """True for a key that the frame has no more, and whose limit the other side changed."""
    return key not in frame.budgets and base.written(key) != other.written(key)


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := one.strip().rstrip(",").rstrip())]


def _limits(whole: _Side, base: _Side, ours: _Side, theirs: _Side, side: int) -> dict[str, str]:
    """The limit of every key as this side (0 base, 1 ours, 2 theirs) is to have it."""
    found = {}
    for key in whole.budgets:
        has = [one.written(key) if key in one.budgets else None for one in (base, ours, theirs)]
        merged = _merged(has, [one.budgets.get(key) for one in (base, ours, theirs)])
        found[key] = merged if merged is not None else has[side] or '""'
    return found


def _merged(written: list[str | None], budgets: list[Budget | None]) -> str | None:
    """The limit in force after the merge; None when people have to say."""
    old, left, right = written
    if left is None or right is None:
        return left if right is None else right
    if left == right or right == old:
        return left
    if left == old:
        return right
    before, here, there = budgets
    assert here is not None and there is not None
    if before is not None and not (is_tighter(here, before) and is_tighter(there, before)):
        return None
    return left if is_tighter(here, there) else right if is_tighter(there, here) else None


def _with_limits(side: _Side, limits: Mapping[str, str]) -> str:
    content = side.fence.content
    for key, value in reversed(side.fence.budgets.entries):
        node = limit_node(value)
        if node is not None and key.text in limits:
            content = content[: node.start] + limits[key.text] + content[node.end :]
    return content


def _with_added(frame: _Side, other: _Side, keys: list[str]) -> str | None:
    """The frame's fence with these entries of the other side behind its own; None when they do not fit in."""
    content, here, there = frame.fence.content, frame.fence.budgets, other.fence.budgets
    if not keys:
        return content
    if here.braces != there.braces or not here.entries:
        return None
    first, last = here.entries[0][0], here.entries[-1][1]
    entries = [_entry(other, key) for key in keys]
    if here.braces:
        gap = "\n" + indent_of(content, first.start) if "\n" in content[here.start : first.start] else " "
        gap = gap.replace("\n", "\r\n") if "\r\n" in content else gap
        return content[: last.end] + "".join(f",{gap}{entry}" for entry in entries) + content[last.end :]
    at = content.find("\n", last_character(last)) + 1
    return content[:at] + "".join(entries) + content[at:]


def _entry(side: _Side, key: str, *, without_limit: bool = False) -> str:
    """An entry as it is written: in braces without what is around it, in a block with its whole lines."""
    content, budgets = side.fence.content, side.fence.budgets
    name, value = next(pair for pair in budgets.entries if pair[0].text == key)
    start, end = name.start, value.end
    if not budgets.braces:
        start = content.rfind("\n", 0, start) + 1
        end = content.find("\n", last_character(value)) + 1 or len(content)
    entry = content[start:end]
    node = limit_node(value)
    if without_limit and node is not None:
        entry = content[start : node.start] + content[node.end : end]
    return entry


def _after(side: _Side) -> str:
    return side.text[side.fence.start + len(side.fence.content) :]


def _replaced(side: _Side, content: str) -> str:
    """The side's text with this content of its fence, in the side's own line endings."""
    newline = "\r\n" if "\r\n" in side.fence.content else "\n"
    return side.text[: side.fence.start] + re.sub(r"\r?\n", newline, content) + _after(side)
