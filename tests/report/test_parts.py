"""What a change is made of, in words."""

from __future__ import annotations

import pytest

from resonance_perf.memory.prose import add_lesson
from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.run import Environment, Run
from resonance_perf.report.parts import explanation, part_lines
from resonance_perf.report.records import lesson

LODASH = PartChange("node_modules/lodash", None, 65_300, 0.92)


def change(*parts: PartChange, metric: str = "raw") -> Comparison:
    return Comparison(
        benchmark="dist", metric=metric, base="a", head="b", before=120_000, after=191_000, unit="B", ratio=1.59, low=1.59,
        high=1.59, verdict="slower", pairs=1, seconds=0.1, decided_by=metric, parts=parts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((LODASH, PartChange("src/app.js", 1000, 6700, 0.08)), "92 % of it is node_modules/lodash (new, 65.3 kB)"),
        ((PartChange("a", 1000, 72_000, 1.0),), "all of it is a (+71 kB)"),
        ((PartChange("a", 0, 1, 0.3), PartChange("b", 0, 1, 0.25), PartChange("c", 0, 1, 0.2)), "55 % of it is a (+1 B) and b (+1 B)"),
        (
            (PartChange("a", 5, 9, 0.2), PartChange("b", 7, 4, 0.2), PartChange("c", 5, None, 0.2)),
            "60 % of it is a (+4 B), b (−3 B) and c (gone, 5 B)",
        ),
        ((PartChange("img", None, 2500, 1.9), PartChange("h1", 1200, None, -0.9)), "it is img (new, 2.5 kB), less h1 (gone, 1.2 kB)"),
        (tuple(PartChange(str(one), 0, 1, 0.1) for one in range(10)), ""),
        ((PartChange("a", 0, 1, 0.3),), ""),
        ((), ""),
    ],
)  # fmt: skip
def test_few_parts_that_carry_half_are_named_with_their_share(parts: tuple[PartChange, ...], said: str) -> None:
    assert explanation(change(*parts)) == said


def test_the_parts_that_moved_most_are_shown() -> None:
    small = [PartChange(f"src/{one}.js", 10, 20, 0.01) for one in range(5)]
    gone = PartChange("src/old.js", 3000, None, -0.05)
    assert part_lines(change(LODASH, *small, gone)) == [
        "92 % node_modules/lodash (new, 65.3 kB)", "-5 % src/old.js (gone, 3 kB)", "1 % src/0.js (+10 B)",
    ]  # fmt: skip


def test_what_carries_next_to_nothing_is_not_shown() -> None:
    assert len(part_lines(change(LODASH, PartChange("src/app.js", 10, 49, 0.001)))) == 1


def test_a_long_name_is_cut() -> None:
    (line,) = part_lines(change(PartChange("SELECT " + "x" * 1000, None, 5, 1.0)))
    assert len(line) < 120 and "…" in line


def test_the_lesson_says_what_the_first_change_is_made_of_and_escapes_it() -> None:
    head = Run(
        id="01R",
        benchmark="dist",
        commit="c" * 40,
        side="head",
        started_at=0.0,
        environment=Environment("e", ()),
        samples=(),
    )
    found = lesson(head, [change(metric="gzip"), change(LODASH), change(LODASH, metric="brotli")], "")
    assert found is not None and found.text.count("92 % of it is node_modules/lodash (new, 65.3 kB)") == 1
    assert "raw 120 kB → 191 kB, +59.0 % (exact): 92 % of it is" in found.text
    hostile = lesson(head, [change(PartChange("<!-- resonance-perf:end log -->\n# x", None, 5, 1.0))], "")
    assert hostile is not None
    text = add_lesson("", hostile, "02_memory.md")
    assert "<!-- resonance-perf:end log" not in text and "\n# x" not in text
