"""Why a metric changed, from captures whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from resonance_perf.model.cause import Cause
from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.diff import Diff, FileChange, Hunk
from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.causes import why
from tests.profiles.captured import SHOP, code, sampled

SOURCE = '''"""Statistics."""


def main():
    serve(handle)


def handle(request):
    orders = read(request)
    return [total(one) for one in orders]


def total(order):
    rows = fetch(order)
    return sum(rows)


def fetch(order):
    return db.execute(SQL, order)
'''


def slower(
    before: float = 3.0, after: float = 4.5, *, metric: str = "wall", unit: str = "ms", **more: object
) -> Comparison:
    ratio = after / before
    plain = Comparison(
        benchmark="api", metric=metric, base="a", head="b", before=before, after=after, unit=unit, ratio=ratio,
        low=ratio * 0.98, high=ratio * 1.02, verdict="slower", pairs=9, seconds=1.0, decided_by=metric,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def touching(*lines: int) -> Diff:
    hunks = tuple(Hunk(line, 1, line, 1, ("-old", "+new")) for line in lines)
    return Diff((FileChange(SHOP, SHOP, hunks, SOURCE),), frozenset({SHOP}))


def ms(rates: dict[str, float], random: Random, count: int = 4) -> list[Capture]:
    """Captures in which a sample is a millisecond."""
    named = ValueType("cpu", "milliseconds")
    return [
        replace(one, profile=replace(one.profile, types=(named,))) for one in sampled(rates, random, count, spread=0.02)
    ]  # fmt: skip


BEFORE = {"main;handle;total;fetch;sqlite3:execute": 1.0, "main;handle;total": 1.0, "main;handle;json:dumps": 1.0}


def after(path: str, ms_more: float) -> dict[str, float]:
    return {**BEFORE, path: BEFORE.get(path, 0.0) + ms_more}


def test_the_function_that_carries_the_change_is_named_with_its_share_and_the_library_it_calls() -> None:
    random = Random(1)
    found = why(slower(), ms(BEFORE, random), ms(after("main;handle;json:dumps", 1.5), random), touching())
    first = found.causes[0]
    assert (first.kind, first.name, first.file, first.source) == ("function", "shop.stats.handle", SHOP, "py-spy")
    assert first.detail == "in json.core.dumps" and not first.touched
    assert (
        first.share == pytest.approx(1.0, abs=0.25)
        and first.low is not None
        and first.low < 1 < (first.high or 0) + 0.3
    )
    assert found.notes == () and found.explained == pytest.approx(first.share)
    assert found.basis == "cpu by py-spy, per unit of work; shares are of the change of wall"


def test_a_touched_function_that_calls_the_slow_one_is_named_first_with_its_hunk() -> None:
    random = Random(2)
    head = ms(after("main;handle;total;fetch;sqlite3:execute", 1.5), random)
    found = why(slower(), ms(BEFORE, random), head, touching(14))
    first, *others = found.causes
    assert first.name == "shop.stats.total" and first.touched and "+new" in first.hunk
    assert first.detail == "in shop.stats.fetch" and not others
    plain = why(slower(), ms(BEFORE, random), head, touching())
    assert [one.name for one in plain.causes] == ["shop.stats.fetch"]


def test_a_touched_function_far_above_the_slow_one_is_not_blamed() -> None:
    random = Random(3)
    head = ms(after("main;handle;total;fetch;sqlite3:execute", 1.5), random)
    found = why(slower(), ms(BEFORE, random), head, touching(5))
    assert [(one.name, one.touched) for one in found.causes] == [("shop.stats.fetch", False)]


def test_a_function_is_blamed_for_the_line_that_the_commit_wrote_however_deep_it_calls() -> None:
    def at(line: int) -> tuple[Frame, ...]:
        return (Frame("main", SHOP, 5), Frame("handle", SHOP, line), Frame("total", SHOP, 14), Frame("fetch", SHOP, 19))

    def side(values: dict[int, float]) -> list[Capture]:
        stacks = tuple(Stack(at(line), (value,)) for line, value in values.items())
        profile = Profile(types=(ValueType("cpu", "milliseconds"),), stacks=stacks, period=1.0, tool="py-spy")
        return [Capture(profile=profile, work=100)] * 3

    base, head = side({9: 100.0, 10: 200.0}), side({9: 100.0, 10: 350.0})
    (named,) = why(slower(), base, head, touching(10)).causes
    assert (named.name, named.line, named.touched) == ("shop.stats.handle", 10, True)
    (other,) = why(slower(), base, head, touching(9)).causes
    assert other.name == "shop.stats.fetch" and not other.touched


def test_what_the_profile_does_not_show_is_said() -> None:
    random = Random(4)
    found = why(slower(3.0, 6.0), ms(BEFORE, random), ms(after("main;handle;total", 1.5), random), touching())
    assert found.causes[0].share == pytest.approx(0.5, abs=0.12)
    assert any(
        "% of the change of wall is not explained by the profile (cpu by py-spy)" in note for note in found.notes
    )
    nothing = why(slower(3.0, 6.0), ms(BEFORE, random), ms(BEFORE, random), touching())
    assert nothing.causes == () and "is not explained" in nothing.notes[0]


def test_a_percentile_under_load_is_explained_in_proportion() -> None:
    random = Random(5)
    change = slower(12.0, 18.0, metric="p95")
    found = why(change, ms(BEFORE, random), ms(after("main;handle;total", 1.5), random), touching())
    assert found.causes[0].share == pytest.approx(1.0, abs=0.25) and "in proportion" in found.basis
    rate = slower(100.0, 66.7, metric="throughput", unit="req/s")
    assert why(rate, ms(BEFORE, random), ms(after("main;handle;total", 1.5), random), touching()).causes


def test_a_profile_of_something_else_explains_no_time() -> None:
    random = Random(6)
    kind = ValueType("inuse_space", "bytes")

    def memory(rates: dict[str, float]) -> list[Capture]:
        return [
            replace(one, profile=replace(one.profile, types=(kind,), tool="memray")) for one in sampled(rates, random)
        ]

    base, head = memory(BEFORE), memory(after("main;handle;total", 1.5))
    assert why(slower(), base, head, touching()).causes == ()
    (grown,) = why(slower(metric="peak_rss", unit="B"), base, head, touching()).causes
    assert grown.name == "shop.stats.total" and grown.unit == "B"


def test_too_few_captures_name_nothing_and_say_so() -> None:
    random = Random(7)
    found = why(slower(), ms(BEFORE, random, 2), ms(after("main;handle", 9.0), random, 2), touching())
    assert found.causes == () and found.notes == (
        "cpu by py-spy: 2 of each side, 3 are needed to tell chance from change",
    )


def test_what_seems_to_carry_it_and_may_be_chance_is_no_cause_but_is_said() -> None:
    """Totals of a real server on a machine with seven times as much to do as it can."""

    def side(*totals: float) -> list[Capture]:
        random = Random(1)
        return [ms({"main;handle;total": one / 100, "main": 1.0, "main;handle": 1.0}, random, 1)[0] for one in totals]

    found = why(slower(12.0, 40.0), side(4612, 710, 1776), side(4920, 8060, 5790), touching())
    assert found.causes == () and any("seems to be shop.stats.total" in note for note in found.notes)


def test_the_share_of_what_took_nothing_before_is_sure_where_totals_are_not() -> None:
    random = Random(11)
    base, head = (
        [replace(one, work=one.work * factor) for one, factor in zip(ms(rates, random, 3), factors, strict=True)]
        for rates, factors in ((BEFORE, (1.0, 0.4, 0.7)), (after("main;handle;waits", 12.0), (0.5, 1.1, 0.3)))
    )
    (first, *_) = why(slower(3.0, 20.0, metric="p95"), base, head, touching()).causes
    assert first.name == "shop.stats.waits" and first.share is not None and first.low is not None
    assert 0.5 < first.low < first.share <= (first.high or 0.0) < 1.3


def test_equal_code_is_rarely_blamed() -> None:
    random = Random(8)
    blamed = 0
    for _ in range(25):
        rates = code(random)
        blamed += bool(why(slower(), ms(rates, random), ms(rates, random), touching(5, 10, 14)).causes)
    assert blamed <= 3


def test_parts_functions_counts_and_findings_are_one_ranking() -> None:
    random = Random(9)
    statements = slower(3, 103, metric="statements_per_request", unit="", parts=(PartChange("SELECT …", 1, 101, 1.0),))
    dump = Cause(
        metric="p95", kind="finding", name="full scan", source="EXPLAIN", unit="", detail="full scan of orders"
    )
    change = slower(parts=(PartChange("app.js", 1, 2, 0.2),))
    head = ms(after("main;handle;total", 1.5), random)
    found = why(change, ms(BEFORE, random), head, touching(), beside=(change, statements), findings=(dump,))
    assert [one.kind for one in found.causes] == ["function", "part", "finding", "count"]
    count = found.causes[-1]
    assert (count.name, count.before, count.after, count.detail) == ("statements_per_request", 3, 103, "SELECT …")


def test_a_touched_function_that_carries_little_does_not_stand_before_what_carries_most() -> None:
    random = Random(10)
    head = ms({**after("main;handle;total;fetch;sqlite3:execute", 2.0), "main;handle;other": 0.4}, random, 6)
    diff = touching(5)
    (change,) = diff.files
    text = change.text + "\n\ndef other():\n    pass\n"
    touched = replace(
        diff, files=(replace(change, text=text, hunks=(Hunk(1, 1, text.count("\n"), 1, ("+    pass",)),)),)
    )
    found = why(slower(3.0, 5.4), ms(BEFORE, random, 6), head, touched)
    assert [(one.name, one.touched) for one in found.causes] == [
        ("shop.stats.fetch", False),
        ("shop.stats.other", True),
    ]


LOST = Hunk(28, 1, 27, 0, ('-    "CREATE INDEX orders_by_day ON orders (day)",',))


def test_an_index_that_the_commit_no_longer_makes_is_evidence() -> None:
    diff = Diff((FileChange("shop/schema.py", "shop/schema.py", (LOST,)),))
    (one,) = why(slower(), (), (), diff).causes
    assert (one.detail, one.file, one.line, one.share) == (
        "index orders_by_day of orders gone",
        "shop/schema.py",
        27,
        None,
    )
    moved = Hunk(40, 0, 41, 1, ("+CREATE INDEX IF NOT EXISTS orders_by_day", "+  ON orders (day)"))
    assert why(slower(), (), (), Diff((FileChange("a", "a", (LOST, moved)),))).causes == ()
    dropped = Hunk(1, 0, 2, 1, ("+DROP INDEX IF EXISTS `orders_by_day`;",))
    assert (
        why(slower(), (), (), Diff((FileChange("a", "a", (dropped,)),))).causes[0].detail == "index orders_by_day gone"
    )
    assert why(slower(verdict="faster"), (), (), diff).causes == ()
