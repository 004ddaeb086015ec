"""Which parts of a metric carry its change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.growth import KEPT, growth, typical_parts, what_moved
from resonance_perf.model.comparison import PartChange
from resonance_perf.model.run import Environment, Estimate, Part, Run, Sample


def side(value: float, *samples: dict[str, float], metric: str = "raw") -> Run:
    return Run(
        id="r", benchmark="dist", commit="c" * 40, side="head", started_at=0.0, environment=Environment("e", ()),
        samples=tuple(
            Sample(values={metric: value}, parts=tuple(Part(metric, *one) for one in parts.items())) for parts in samples
        ),
        estimates=(Estimate(metric, value, value, value, "B", 1),),
    )  # fmt: skip


def test_what_is_new_what_grew_and_what_is_gone_with_the_share_of_each() -> None:
    base, head = side(100, {"a": 60, "b": 30, "c": 10}), side(180, {"a": 70, "b": 30, "d": 80})
    assert what_moved("raw", base, head) == (
        PartChange("d", None, 80, 1.0), PartChange("a", 60, 70, 0.125), PartChange("c", 10, None, -0.125),
    )  # fmt: skip


def test_less_is_made_of_what_is_gone() -> None:
    (gone,) = what_moved("raw", side(100, {"a": 60, "b": 40}), side(60, {"a": 60}))
    assert gone == PartChange("b", 40, None, 1.0)


@pytest.mark.parametrize("value", [121, 104, 90, 100])
def test_parts_that_do_not_make_up_the_change_are_not_named(value: float) -> None:
    assert what_moved("raw", side(100, {"a": 100}), side(value, {"a": 110})) == ()


def test_a_change_without_parts_has_none() -> None:
    assert what_moved("raw", side(100, {}), side(200, {})) == ()
    assert what_moved("gzip", side(100, {"a": 1}), side(200, {"a": 2})) == ()


def test_a_part_is_what_it_is_in_most_samples() -> None:
    base = side(1200, {"h1": 1200}, {"h1": 1180}, {"img": 2000}, metric="lcp")
    head = side(2500, {"img": 2500}, {"img": 2480}, {"img": 2550}, metric="lcp")
    assert [(one.name, one.before, one.after) for one in what_moved("lcp", base, head)] == [
        ("img", None, 2500), ("h1", 1180, None),
    ]  # fmt: skip


def test_a_change_that_is_not_told_is_not_explained() -> None:
    base, head = side(100, {"a": 100}), side(110, {"a": 110})
    assert growth("raw", base, head, told=True) and not growth("raw", base, head, told=False)


def test_a_comparison_keeps_the_heaviest_whichever_way_they_moved() -> None:
    grown = {f"new-{number:03}": float(number) for number in range(100)}
    base, head = side(1000, {"old": 1000}), side(sum(grown.values()), grown)
    kept = growth("raw", base, head, told=True)
    assert len(kept) == KEPT and kept[0].name == "new-099" and kept[-1].name == "old"


def test_several_runs_are_one_with_the_median_of_each_part() -> None:
    runs = [Sample(values={}, parts=(Part("raw", "a", value), Part("gzip", "a", 1))) for value in (3, 9, 4)]
    assert typical_parts(runs) == (Part("raw", "a", 4), Part("gzip", "a", 1))


SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 10**6).map(float), max_size=8)


@given(SIZES, SIZES)
def test_where_the_parts_are_everything_their_shares_are_the_whole(
    before: dict[str, float], after: dict[str, float]
) -> None:
    base, head = side(sum(before.values()), before), side(sum(after.values()), after)
    moved = what_moved("raw", base, head)
    if sum(before.values()) != sum(after.values()):
        assert sum(one.share for one in moved) == pytest.approx(1)
    assert [one.share for one in moved] == sorted((one.share for one in moved), reverse=True)
