"""The story of a run, as a terminal, a pull request and a program get it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from resonance_perf.model.cause import Cause, Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff, FileChange, Hunk
from resonance_perf.model.run import Environment, Run
from resonance_perf.model.story import Story
from resonance_perf.profiles.hints import SOURCE as COMMIT
from resonance_perf.report.advice import advice
from resonance_perf.report.causes import named
from resonance_perf.report.story import story_text
from resonance_perf.report.story_document import story_document
from resonance_perf.report.story_markdown import story_markdown

GOLDEN = Path(__file__).parent.parent / "golden"
BASE, HEAD = "f79065721" + "0" * 31, "9f10f89e4" + "0" * 31
STATEMENT = "SELECT total FROM orders WHERE id = ?"
HUNK = Hunk(41, 1, 41, 2, ("-    return db.execute(SUM)", "+    rows = db.execute(ALL)", "+    return sum(`rows`)"))
TOTAL = Cause(
    metric="p95", kind="function", name="shop.stats.total", source="py-spy", unit="ms", before=4.0, after=12.1, share=0.81,
    low=0.7, high=0.92, file="shop/stats.py", line=41, touched=True, hunk=str(HUNK), detail="in sqlite3.Cursor.fetchall",
)  # fmt: skip
DUMPS = replace(
    TOTAL, name="shop.server.reply", file="shop/server.py", line=70, share=0.08, low=0.02, high=0.14, before=1.0, after=1.8,
    touched=False, hunk="", detail="in json.encoder.iterencode",
)  # fmt: skip
INDEX = Cause(
    metric="p95", kind="finding", name="orders_by_day", source=COMMIT, unit="", touched=True, file="shop/schema.py", line=27,
    detail="index orders_by_day of orders gone",
)  # fmt: skip
CALLS = Cause(
    metric="p95", kind="count", name="statements_per_request", source="", unit="", before=3, after=103, detail=STATEMENT
)
SCAN = Cause(
    metric="seq_scans", kind="finding", name="missing indexes", source="EXPLAIN", unit="", before=0, after=1,
    detail="orders (200,000 rows): 1 tables of 1,000 rows and more are read from end to end. Create an index.",
)  # fmt: skip


def compared(metric: str, before: float, after: float, verdict: str = "slower", unit: str = "ms") -> Comparison:
    ratio = after / before
    return Comparison(
        benchmark="stats-api", metric=metric, base="01BASE", head="01HEAD", before=before, after=after, unit=unit,
        ratio=ratio, low=ratio * 0.9, high=ratio * 1.1, verdict=verdict, pairs=13, seconds=22.0, decided_by=metric,  # type: ignore[arg-type]
        confirmed=verdict == "slower",
    )  # fmt: skip


def measured(id_: str, commit: str, python: str = "3.11.7") -> Run:
    facts = (("cpu", "AMD EPYC"), ("tool python3", f"Python {python}"))
    return Run(
        id=id_, benchmark="stats-api", commit=commit, side="head", started_at=1_764_000_000.0,
        environment=Environment("e", facts), samples=(),
    )  # fmt: skip


P99 = replace(compared("p99", 14.0, 15.0, "unsure"), note="looked slower, but nobody asked: name p99 in the config")
STORY = Story(
    head=measured("01HEAD", HEAD), base=measured("01BASE", BASE), commits=((HEAD, "Remove an index that nothing uses"),),
    diff=Diff(
        (
            FileChange("shop/schema.py", "shop/schema.py", (Hunk(28, 1, 27, 0, ("-    index,",)),)),
            FileChange("shop/old.py", "shop/stats.py", (HUNK,)), FileChange("", "shop/new.py", (Hunk(0, 0, 1, 9),)),
        )
    ),
    comparisons=(
        compared("p95", 12.3, 31.8), P99, compared("error_rate", 1.0, 1.0, "same", "%"),
    ),
    whys=(
        Why(
            metric="p95", causes=(TOTAL, DUMPS, INDEX, CALLS), explained=0.89,
            basis="cpu by py-spy, per unit of work; shares are of the growth of p95 in proportion to it",
            notes=("11 % of the change of p95 is not explained by the profile (cpu by py-spy)",),
        ),
    ),
    findings=(SCAN,), folder=".git/resonance/artifacts/01HEAD", files=("base-1.py-spy.pb.gz", "profile.html", "why.json"),
    lost=("11 % of the change of p95 is not explained by the profile (cpu by py-spy)",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shown"), [("explain.txt", story_text(STORY) + "\n"), ("explain.md", story_markdown(STORY))]
)
def test_the_story_is_told_as_it_was(name: str, shown: str) -> None:
    assert shown == (GOLDEN / name).read_text(encoding="utf-8")


def test_one_screen_is_enough() -> None:
    lines = story_text(STORY).splitlines()
    assert len(lines) <= 40 and all(len(line) <= 180 for line in lines)


def test_a_program_gets_all_of_it() -> None:
    told = json.loads(json.dumps(story_document(STORY)))
    assert told["whys"][0]["causes"][0]["hunk"] == str(HUNK) and told["whys"][0]["explained"] == 0.89
    assert told["files"][1] == {"path": "shop/stats.py", "old_path": "shop/old.py", "added": 2, "removed": 1}
    assert told["verify"][0] == "resonance-perf compare f79065721 9f10f89e4 --bench stats-api"


def test_functions_that_moved_are_said_to_have_moved() -> None:
    text = "def total(db):\n    return 1\n"
    gone, came = (tuple(sign + line for line in text.splitlines()) for sign in "-+")
    files = (
        FileChange("a.py", "a.py", (Hunk(3, 2, 2, 0, gone),), "import b\n"),
        FileChange("", "b.py", (Hunk(0, 0, 1, 2, came),), text),
    )
    story = replace(STORY, diff=Diff(files))
    assert "  a.py → b.py: moved total\n" in story_text(story)
    assert story_document(story)["moved"] == [{"function": "total", "path": "b.py", "old_path": "a.py"}]
    assert "shop.stats.total (shop/stats.py:41, moved from shop/old.py) in " in named(replace(TOTAL, was="shop/old.py"))


def test_only_what_there_is_evidence_for_is_advised() -> None:
    assert advice(STORY) == [
        "Look at what the commit wrote in shop.stats.total (shop/stats.py:41)",
        "Look at the plan of its statement (driver: sql): shop.stats.total (shop/stats.py:41) in sqlite3.Cursor.fetchall",
        "Send less of it, or encode it once: shop.server.reply (shop/server.py:70) in json.encoder.iterencode",
        "Make the index again, or let nothing ask for it: index orders_by_day of orders gone",
    ]
    counted = replace(STORY, whys=(Why(metric="p95", causes=(CALLS,)),), findings=())
    assert advice(counted) == [f"Ask for all rows at once: a join, or IN: {STATEMENT} (103)"]
    assert (
        advice(replace(STORY, whys=(Why(metric="p95", causes=(replace(CALLS, before=103, after=3),)),), findings=()))
        == []
    )
    assert advice(replace(STORY, comparisons=())) == [SCAN.detail]


def test_what_else_moved_is_the_machine_when_it_did() -> None:
    moved = replace(STORY, machine=("tool python3: Python 3.11 → Python 3.12",))
    assert "tool python3: Python 3.11 → Python 3.12" in story_text(moved) and "the same machine" not in story_text(
        moved
    )


def test_what_was_counted_is_told_without_a_second_look_that_nobody_took() -> None:
    counted = replace(
        compared("instructions", 100.0, 144.0, unit="instructions"), low=1.44, high=1.44, pairs=2, confirmed=True
    )
    text = story_text(replace(STORY, comparisons=(counted,)))
    assert "instructions 100 → 144, +44.0 % (exact): slower; 2 pairs\n" in text


def test_of_many_that_are_unsure_a_few_are_told_and_the_others_named() -> None:
    many = [replace(P99, metric=f"m{at}", note="", more_s=20_679) for at in range(90, 97)]
    lines = story_text(replace(STORY, comparisons=(STORY.comparisons[0], *many))).splitlines()
    told = [line.strip() for line in lines if "unsure" in line]
    assert len(told) == 5 and told[-1] == "unsure, too: m94, m95, m96"
    assert told[0].endswith("m90 14 ms → 15 ms, +7.1 % [-3.6, +17.9] (some 5.74 h more would settle it)")


def test_a_run_without_a_base_says_what_it_is() -> None:
    alone = replace(
        STORY,
        base=None,
        comparisons=(),
        whys=(),
        findings=(),
        lost=("it has no base: nothing says what it was before",),
    )
    text = story_text(alone)
    assert text.startswith("⚪ stats-api 9f10f89e4 “Remove an index that nothing uses”: measured alone")
    assert "resonance-perf run stats-api --head 9f10f89e4" in text and "not known" in text


HOSTILE = "</details><script>x</script> @everyone #1 [a](b) | `` ``` ````"


def test_nothing_of_a_stranger_acts_in_a_pull_request() -> None:
    hunk = Hunk(1, 1, 1, 1, (f"+{HOSTILE}", "+```", "+@everyone"))
    cause = replace(TOTAL, name=HOSTILE, detail=HOSTILE, hunk=str(hunk))
    page = story_markdown(
        replace(
            STORY,
            commits=((HEAD, HOSTILE),),
            whys=(Why(metric="p95", causes=(cause,)),),
            lost=(HOSTILE,),
            files=(HOSTILE,),
        )
    )
    fence = next(line for line in page.splitlines() if line.endswith("diff"))
    assert fence == "`````diff" and page.count("`````") == 2
    outside = page.partition("`````diff")[0] + page.rpartition("`````")[2]
    assert "<script>" not in outside.replace("\\<", "") and "@everyone" not in outside and "[a](b)" not in outside
