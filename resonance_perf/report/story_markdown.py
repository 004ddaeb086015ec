"""The story of a run for a pull request; nothing of a stranger's acts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from resonance_perf.model.story import Story
from resonance_perf.report.gates.markdown import quiet
from resonance_perf.report.story import opening, sections

_BACKTICKS = re.compile(r"`+")


def story_markdown(story: Story) -> str:
    """The same as on the screen, with headings."""
    parts = [f"**{quiet(opening(story))}**"]
    for one in sections(story):
        parts.append(f"#### {one.title[:1].upper()}{one.title[1:]}")
        parts += _blocks(one.lines)
    return "\n\n".join(parts) + "\n"


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Lines as a list; those of a diff as a block that nothing in them can end."""
    items: list[str] = []
    diff: list[str] = []
    for line in (*lines, ""):
        if diff and not line.startswith(" "):
            fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall("\n".join(diff))), default=0))
            yield f"{fence}diff\n{chr(10).join(diff)}\n{fence}"
            diff = []
        if line.startswith(" "):
            if items:
                yield "\n".join(items)
                items = []
            diff.append(line[1:])
        elif line:
            items.append(f"- {quiet(line)}")
    if items:
        yield "\n".join(items)
