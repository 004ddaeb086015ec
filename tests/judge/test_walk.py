from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.judge.approval import Approval, Signature, email_of, mailmap
from resonance_perf.judge.limits import is_looser
from resonance_perf.judge.state import Revision, State, limits_of
from resonance_perf.judge.walk import step
from resonance_perf.model.budget import SIGNATURE
from resonance_perf.model.law import Law
from tests.judge.walking import ADA, BOB, EVE, LAW, START, after, budget, unrelated, walked, wrote


def revision(text: str | None, commit: str | None = "c", *, metric: str | None = None, **more: object) -> Revision:
    """The commit leaves one budget, p95, or none."""
    return wrote(commit, *([budget(text, metric=metric)] if text else []), **more)  # type: ignore[arg-type]


def text_in_force(state: State) -> str:
    return limits_of(state).in_force["p95"].budget.text


def test_a_tightening_counts_from_anyone() -> None:
    found = walked(revision("100ms", "a"), revision("60ms", "b"))
    assert (found.in_force["p95"].budget.text, found.in_force["p95"].commit) == ("60ms", "b")
    assert found.loosened == ()


def test_an_unapproved_loosening_is_reported_and_the_old_limit_stays() -> None:
    found = walked(revision("60ms", "a"), revision("200ms", None))
    assert found.in_force["p95"].budget.text == "60ms"
    (one,) = found.loosened
    assert (one.key, one.old, one.to, one.file, one.line) == ("p95", "60ms", "200ms", "01_state.md", 5)
    assert one.commit is None


def test_a_committed_unapproved_loosening_names_its_commit_ever_after() -> None:
    found = walked(revision("60ms", "a"), revision("200ms", "b"), revision("200ms", None))
    assert found.loosened[0].commit == "b"


def test_an_approval_of_a_listed_person_loosens() -> None:
    found = walked(revision("60ms", "a"), revision("90ms", "b", by=(ADA,)))
    assert (found.in_force["p95"].budget.text, found.in_force["p95"].approved_by) == ("90ms", ADA)
    assert found.loosened == ()


@pytest.mark.parametrize(
    ("by", "author", "why"),
    [
        ((), BOB, ""),
        ((ADA,), ADA, f"{ADA} is its author"),
        ((ADA,), "A. Lovelace <ADA@X.ORG>", f"{ADA} is its author"),
        ((EVE,), BOB, f"{EVE} is not among the approvers"),
        (("ada@x.org",), BOB, "ada@x.org is not among the approvers"),
        (("Ada <ada@x.org> <eve@x.org>",), BOB, "is not among the approvers"),
        (("Ada <ada@x.org>, Eve <eve@x.org>",), BOB, "is not among the approvers"),
        (("Ada <аda@x.org>",), BOB, "is not among the approvers"),  # the first letter is Cyrillic
    ],
)
def test_these_approve_nothing(by: tuple[str, ...], author: str, why: str) -> None:
    (one,) = walked(revision("60ms", "a"), revision("90ms", "b", by=by, author=author)).loosened
    assert why in one.why


@pytest.mark.parametrize("by", [(EVE, ADA), (ADA, ADA), ("ada <ADA@x.org>",)])
def test_one_good_approval_among_several_is_enough(by: tuple[str, ...]) -> None:
    assert walked(revision("60ms", "a"), revision("90ms", "b", by=by)).loosened == ()


def test_the_same_person_under_another_address_is_still_the_author() -> None:
    same = mailmap("# team\nAda Lovelace <ada@x.org> A <ada@home.org>\n")
    found = walked(revision("60ms", "a"), revision("90ms", "b", author="A <ada@home.org>", by=(ADA,), same=same))
    assert found.loosened[0].why == f"{ADA} is its author"


def test_a_mailmap_makes_nobody_an_approver() -> None:
    found = walked(revision("60ms", "a"), revision("90ms", "b", by=(EVE,), same={"eve@x.org": "ada@x.org"}))
    assert found.loosened


def test_an_approval_covers_what_it_names_and_nothing_else() -> None:
    first = revision("60ms", "a")
    assert walked(first, revision("90ms", "b", by=(ADA,), names={"p95": "90ms"})).loosened == ()
    assert walked(first, revision("95ms", "b", by=(ADA,), names={"p95": "90ms"})).loosened
    assert walked(first, revision("90ms", "b", by=(ADA,), names={"p50": "90ms"})).loosened
    assert walked(first, revision("90ms", "b", by=(ADA,), names={"p95": None})).loosened == ()
    assert walked(first, revision(None, "b", by=(ADA,), names={"p95": "none"})).in_force == {}


def test_an_approval_that_names_nothing_does_not_cover_what_was_there_before() -> None:
    sneaked = (revision("60ms", "a"), revision("900ms", "b"))
    assert walked(*sneaked, revision("900ms", "c", by=(ADA,))).loosened[0].commit == "b"
    assert walked(*sneaked, revision("900ms", "c", by=(ADA,), names={"p95": "900ms"})).loosened == ()
    assert walked(*sneaked, revision("90ms", "c", by=(ADA,))).in_force["p95"].budget.text == "90ms"


def test_a_removal_is_a_loosening() -> None:
    found = walked(revision("60ms", "a"), revision(None, None))
    assert found.loosened[0].to is None
    assert "p95" in found.in_force


def test_what_an_approver_took_out_may_be_set_anew_by_anyone() -> None:
    gone = (revision("60ms", "a"), revision(None, "b", by=(ADA,)))
    assert walked(*gone).in_force == {}
    assert walked(*gone, revision("90ms", "c")).in_force["p95"].commit == "c"


def test_putting_it_back_ends_the_matter() -> None:
    assert walked(revision("60ms", "a"), revision("90ms", "b"), revision("60ms", "c")).loosened == ()


def test_a_revision_that_cannot_be_read_changes_nothing() -> None:
    broken = replace(revision(None, "b"), budgets=None)
    found = walked(revision("60ms", "a"), broken, revision("90ms", "c"))
    assert (found.in_force["p95"].budget.text, found.loosened[0].commit) == ("60ms", "c")


@pytest.mark.parametrize(("one", "other"), [("1s", "1000ms"), ("16.7ms", "0.0167s"), ("100ms", "<= 100ms")])
def test_the_same_limit_in_other_words_keeps_counting(one: str, other: str) -> None:
    found = walked(revision(one, "a"), revision(other, "b"))
    assert (found.loosened, found.in_force["p95"].commit) == ((), "a")


def test_many_steps_within_the_tolerance_do_not_add_up() -> None:
    steps = [revision(f"{100 * (1 + 9e-10 * n):.12f}ms", f"c{n}") for n in range(50)]
    assert walked(*steps).loosened


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">= 60fps", ">= 50fps"), ("60ms", "10kb"), ("60ms", ">= 60ms"), ("60ms", "+5%"), ("+5%", "+6%"), ("+5%", "60ms"),
        ("150kb", "150KiB"), ("60ms", "0.1s"), ("100", "100ms"), ("500 req/s", "<= 500 req/s"),
    ],
)  # fmt: skip
def test_units_directions_and_kinds_are_no_way_around(old: str, new: str) -> None:
    found = walked(revision(old, "a"), revision(new, None))
    assert found.loosened
    assert found.in_force["p95"].budget.text == old


def test_another_metric_is_no_way_around_wherever_it_is_named() -> None:
    tied = replace(LAW, metrics={"p95": "api.p95"})
    said = [
        revision("60ms", None, metric="api.p50", law=tied),
        revision("60ms", None, law=replace(LAW, metrics={"p95": "api.p50"})),
        revision("60ms", None, law=LAW),
    ]
    for one in said:
        (found,) = walked(revision("60ms", "a", law=tied), one).loosened
        assert found.scope in ("api.p95 → api.p50", "api.p95 → no metric")
    assert walked(revision("60ms", "a", law=tied), revision("60ms", None, metric="api.p95", law=None)).loosened == ()


def test_how_early_it_warns_and_whether_it_tightens_alone_is_no_loosening() -> None:
    loose = replace(revision("60ms", None), budgets={"p95": replace(budget("60ms"), warn=0.0, ratchet="off")})
    assert walked(revision("60ms", "a"), loose).loosened == ()


class TestApprovers:
    """They count as the commit before lists them."""

    def test_a_new_approver_counts_from_the_next_commit_on(self) -> None:
        new = replace(LAW, approvers=(EVE,))
        both = walked(revision("60ms", "a"), revision("90ms", "b", by=(EVE,), law=new))
        assert both.loosened
        apart = walked(revision("60ms", "a"), revision("60ms", "b", law=new), revision("90ms", "c", by=(EVE,), law=new))
        assert apart.loosened == ()

    @pytest.mark.parametrize("law", [None, Law(state_dir=".resonance")], ids=["no config", "an empty list"])
    def test_where_nobody_is_listed_nobody_approves(self, law: Law | None) -> None:
        found = walked(revision("60ms", "a"), revision("60ms", "b", law=law), revision("90ms", "c", by=(ADA,)))
        assert found.loosened

    def test_of_a_merge_only_those_that_every_parent_lists(self) -> None:
        theirs = after(revision("60ms", "a", law=replace(LAW, approvers=(EVE,))))
        ours = after(revision("60ms", "a"))
        merge = revision("90ms", "m", by=(EVE, ADA))
        assert step([theirs, ours], merge, unrelated).pending
        assert not step([ours, ours], merge, unrelated).pending


class TestSignatures:
    """`require_signature` is a law that is itself loosened by a signed approval only."""

    LAW = replace(LAW, require_signature=True)
    GOOD = Signature(emails=("ada@x.org",))

    def signed(self, text: str, signature: Signature | None, **more: object) -> Revision:
        return revision(text, "b", by=(ADA,), signature=signature, law=self.LAW, **more)  # type: ignore[arg-type]

    def test_an_approval_needs_the_signature_of_the_same_person(self) -> None:
        first = revision("60ms", "a", law=self.LAW)
        assert walked(first, self.signed("90ms", self.GOOD)).loosened == ()
        for signature in (None, Signature(problem="the key has expired"), Signature(emails=("eve@x.org",))):
            (one,) = walked(first, self.signed("90ms", signature)).loosened
            assert f"it is not signed by {ADA}: " in one.why

    def test_a_signature_alone_is_no_approval(self) -> None:
        first = revision("60ms", "a", law=self.LAW)
        assert walked(first, revision("90ms", "b", signature=self.GOOD, law=self.LAW)).loosened

    def test_taking_the_rule_out_is_a_loosening_and_it_stays(self) -> None:
        steps = (revision("60ms", "a", law=self.LAW), revision("60ms", "b"), revision("90ms", "c", by=(ADA,)))
        unsigned, loosened = walked(*steps).loosened
        assert (unsigned.key, unsigned.file, unsigned.commit, loosened.key) == (SIGNATURE, "c.yaml", "b", "p95")
        assert walked(*steps, revision("60ms", "d", law=None)).loosened[0].commit == "b"

    def test_an_approver_takes_it_out_with_a_signature(self) -> None:
        off = revision("60ms", "b", by=(ADA,), signature=self.GOOD)
        assert walked(revision("60ms", "a", law=self.LAW), off, revision("90ms", "c", by=(ADA,))).loosened == ()


class TestMerges:
    """Two branches and a merge; `descends` says which settings knew of which."""

    BASE = after(revision("100ms", "a"))

    def merge(self, ours: State, theirs: State, written: Revision, *, newer: Sequence[tuple[str, str]] = ()) -> State:
        return step([ours, theirs], written, lambda new, old: (new, old) in newer)

    def test_the_side_that_decided_later_counts(self) -> None:
        loosened = after(revision("150ms", "b", by=(ADA,)), start=self.BASE)
        for sides in ((self.BASE, loosened), (loosened, self.BASE)):
            found = self.merge(*sides, revision("150ms", "m"), newer=[("b", "a")])
            assert (text_in_force(found), dict(found.pending)) == ("150ms", {})

    def test_of_two_that_did_not_know_of_each_other_the_tighter_counts(self) -> None:
        loosened = after(revision("150ms", "b", by=(ADA,)), start=self.BASE)
        tightened = after(revision("60ms", "c"), start=self.BASE)
        newer = [("b", "a"), ("c", "a")]
        found = self.merge(tightened, loosened, revision("150ms", "m"), newer=newer)
        assert (text_in_force(found), found.pending["p95"].commit) == ("60ms", "m")
        assert not self.merge(loosened, tightened, revision("60ms", "m"), newer=newer).pending

    def test_a_merge_that_takes_the_looser_side_or_more_is_reported(self) -> None:
        tightened = after(revision("60ms", "c"), start=self.BASE)
        for text in ("100ms", "900ms", None):
            found = self.merge(self.BASE, tightened, revision(text, "m"), newer=[("c", "a")])
            assert (text_in_force(found), found.pending["p95"].commit) == ("60ms", "m")

    def test_a_merge_may_carry_the_approval_of_what_it_brings(self) -> None:
        sneaked = after(revision("900ms", "b"), start=self.BASE)
        found = self.merge(self.BASE, sneaked, revision("900ms", "m", by=(ADA,)))
        assert (text_in_force(found), dict(found.pending)) == ("900ms", {})
        assert self.merge(sneaked, self.BASE, revision("900ms", "m", by=(ADA,))).pending["p95"].commit == "b"

    def test_limits_of_new_keys_that_cannot_be_compared_hold_both(self) -> None:
        ours, theirs = after(revision("9s", "b", metric="x.p50")), after(revision("60ms", "c", metric="x.p95"))
        merged = self.merge(ours, theirs, revision("9s", "m", metric="x.p50"))
        assert merged.pending
        assert after(revision("9s", "d", metric="x.p50"), start=merged).pending
        assert not after(revision("60ms", "d", metric="x.p*", by=(ADA,)), start=merged).pending

    def test_what_was_taken_out_on_one_side_stays_out(self) -> None:
        gone = after(revision(None, "b", by=(ADA,)), start=self.BASE)
        assert limits_of(self.merge(self.BASE, gone, revision(None, "m"), newer=[("b", "a")])).in_force == {}
        tightened = after(revision("60ms", "c"), start=self.BASE)
        assert self.merge(tightened, gone, revision(None, "m"), newer=[("b", "a"), ("c", "a")]).pending


def test_a_person_is_written_one_way() -> None:
    assert email_of("Ada Lovelace <Ada@X.org>") == "ada@x.org"
    assert [email_of(one) for one in ("ada@x.org", "", "<>", "A <a> <ada@x.org>", "A <ada@x.org> x")] == [""] * 5


TEXTS = st.sampled_from(
    ["10ms", "60ms", "100ms", "0.1s", "2s", "> 60fps", "50fps", "+5%", "+4%", "1kb", ">= 60ms", "<= 60ms", "0.06s"]
)
METRICS = st.sampled_from([None, "a.p95", "a.*", "b.p95"])


@st.composite
def unapproved(draw: st.DrawFn) -> Revision:
    """A commit that Ada did not approve: others signed, listed themselves, or wrote her name on their own."""
    keys = draw(st.sets(st.sampled_from(["p95", "p50"])))
    budgets = {key: budget(draw(TEXTS), key=key, metric=draw(METRICS)) for key in keys}
    author, by = draw(st.sampled_from([(BOB, ()), (BOB, (EVE,)), (ADA, (ADA,)), (BOB, ("Ada ada@x.org",))]))
    law = replace(LAW, metrics=draw(st.sampled_from([{}, {"p95": "a.p95"}, {"p95": "b.p95"}])))
    return Revision(
        commit=draw(st.uuids()).hex, approval=Approval(author=author, by=by), law=draw(st.sampled_from([law, None])),
        budgets=draw(st.sampled_from([budgets, None])), file="f", config="c",
    )  # fmt: skip


@given(st.lists(st.tuples(unapproved(), st.integers(0, 5)), min_size=1, max_size=12))
def test_without_approvals_no_sequence_of_commits_and_merges_makes_a_limit_looser(
    steps: list[tuple[Revision, int]],
) -> None:
    line = [START]
    for one, back in steps:
        other = max(0, len(line) - 1 - back)
        parents = [line[-1]] if other == len(line) - 1 else [line[-1], line[other]]
        line.append(step(parents, one, unrelated))
        for parent in parents:
            for key, settings in parent.limits.items():
                for old in settings:
                    assert old.budget is not None
                    kept = [new.budget for new in line[-1].limits[key]]
                    assert any(new is not None and not is_looser(old.budget, new) for new in kept)
