"""The story of a run, as JSON."""

from __future__ import annotations

from resonance_perf.model.story import Story
from resonance_perf.profiles.moves import moves_of
from resonance_perf.report.advice import advice
from resonance_perf.report.document import VERSION, comparisons_document
from resonance_perf.report.story import to_verify
from resonance_perf.report.why import why_document


def story_document(story: Story) -> dict[str, object]:
    """What `explain --json` prints; nothing is cut."""
    head, base = story.head, story.base
    return {
        "version": VERSION, "run": head.id, "benchmark": head.benchmark, "commit": head.commit, "at": head.started_at,
        "base": base and {"run": base.id, "commit": base.commit},
        "commits": [{"commit": commit, "subject": subject} for commit, subject in story.commits],
        "files": [
            {"path": one.new or None, "old_path": one.old or None, "added": one.added, "removed": one.removed}
            for one in story.diff.files
        ],
        "moved": [{"function": one.name, "path": one.new, "old_path": one.old} for one in moves_of(story.diff).all],
        "comparisons": comparisons_document(story.comparisons)["comparisons"],
        "whys": why_document(story.whys)["whys"],
        "machine": {
            "base": base.environment.id if base else None, "head": head.environment.id, "changed": list(story.machine),
            "facts": dict(head.environment.facts),
        },
        "try_first": advice(story), "verify": list(to_verify(story)), "unknown": list(story.lost),
        "artifacts": {"folder": story.folder or None, "files": list(story.files)},
    }  # fmt: skip
