from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.model.bisection import Bisection, Suspect
from resonance_perf.model.comparison import Comparison
from resonance_perf.report.bisection import answer, bisect_lesson, bisection_document, lacking

CHANGE = Comparison(
    benchmark="api", metric="cpu", base="00BASE", head="01HEAD", before=10.0, after=10.3, unit="ms", ratio=1.03,
    low=1.027, high=1.033, verdict="slower", pairs=48, seconds=2.0, decided_by="cpu",
)  # fmt: skip
FOUND = Bisection(
    benchmark="api", metric="cpu", good="a" * 40, bad="b" * 40, outcome="found",
    suspects=(Suspect("c" * 40, "Count further", 0.9876),), confidence=0.9876, comparison=CHANGE, after="c" * 40,
    candidates=64, looks=9, seconds=6.04,
)  # fmt: skip
FIVE = tuple(Suspect(letter * 40, f"commit {letter}", 0.19) for letter in "cdefg")


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (FOUND, "🟡 api slower since ccccccccc “Count further”: cpu 10 ms → 10.3 ms, +3.0 % [+2.7, +3.3] (98.8 % sure, 64 commits, 9 measurements, 6.0 s)"),
        (
            replace(FOUND, outcome="among", suspects=FIVE[:2], confidence=1.0),
            "🟡 api slower since one of ccccccccc “commit c”, ddddddddd “commit d”, which cannot be told apart: cpu 10 ms → 10.3 ms, +3.0 % [+2.7, +3.3] (99.9 % sure, 64 commits, 9 measurements, 6.0 s)",
        ),
        (
            replace(FOUND, outcome="unsure", suspects=(*FIVE[:4], replace(FIVE[4], probability=0.2)), confidence=0.96, note="the time was up"),
            "⚪ api slower, and it is not clear since which commit: most likely since ggggggggg “commit g” (20 % sure); 96 % sure that it is one of 5 commits from ccccccccc “commit c” to ggggggggg “commit g”; in all cpu 10 ms → 10.3 ms, +3.0 % [+2.7, +3.3]; the time was up (64 commits, 9 measurements, 6.0 s)",
        ),
        (
            replace(FOUND, outcome="unsure", note="but against the commit before it is same"),
            "⚪ api slower, and it is not clear since which commit: most likely since ccccccccc “Count further” (98.8 % sure); in all cpu 10 ms → 10.3 ms, +3.0 % [+2.7, +3.3]; but against the commit before it is same (64 commits, 9 measurements, 6.0 s)",
        ),
        (
            replace(FOUND, outcome="unsure", suspects=(), confidence=0.0, note="but not any more when it was measured again"),
            "⚪ api bbbbbbbbb against aaaaaaaaa looked slower, cpu 10 ms → 10.3 ms, +3.0 % [+2.7, +3.3]; but not any more when it was measured again (6.0 s)",
        ),
        (
            replace(FOUND, outcome="unchanged", suspects=(), confidence=0.0, comparison=replace(CHANGE, verdict="same", ratio=1.0, low=0.998, high=1.002)),
            "🟢 api bbbbbbbbb against aaaaaaaaa is not slower, there is no change to be found: same, cpu 10 ms → 10.3 ms, +0.00 % [-0.20, +0.20] (6.0 s)",
        ),
        (
            replace(FOUND, outcome="unchanged", suspects=(), confidence=0.0, comparison=replace(CHANGE, verdict="unsure")),
            "⚪ api bbbbbbbbb against aaaaaaaaa is unsure, so there is nothing to search for yet: cpu 10 ms → 10.3 ms, +3.0 % [+2.7, +3.3] (6.0 s)",
        ),
    ],
    ids=["found", "among", "unsure", "one step is the same", "unlucky", "same", "unsure ends"],
)  # fmt: skip
def test_the_answer_is_one_line(found: Bisection, line: str) -> None:
    assert answer(found) == line


@pytest.mark.parametrize(
    ("asks", "skipped", "says"),
    [(True, True, "the time of 10 min was up, and more would tell: --time 20min"), (False, True, "those that could not be measured would"),
     (False, False, "driver: count, would")],
)  # fmt: skip
def test_what_would_settle_it_is_said(asks: bool, skipped: bool, says: str) -> None:
    assert lacking(600.0, asks=asks, skipped=skipped).endswith(says)


def test_the_lesson_names_the_range_and_only_answers_have_one() -> None:
    lesson = bisect_lesson(FOUND, 0.0)
    assert lesson is not None
    assert (lesson.date, lesson.run) == ("1970-01-01", "01HEAD")
    assert lesson.text.endswith("(98.8 % sure, bisected aaaaaaaaa..bbbbbbbbb)")
    assert bisect_lesson(replace(FOUND, outcome="unsure"), 0.0) is None


def test_the_document_has_the_change_and_the_suspects() -> None:
    document = bisection_document(FOUND)
    assert document["version"] == 1
    assert document["outcome"] == "found"
    assert document["suspects"] == [{"commit": "c" * 40, "subject": "Count further", "probability": 0.9876}]
    assert document["comparisons"][0]["ratio"] == 1.03  # type: ignore[index]
