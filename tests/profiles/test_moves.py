"""What a commit only moved to another file is no function that is gone and no new one."""

from __future__ import annotations

from difflib import SequenceMatcher
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.model.diff import Diff, FileChange, Hunk
from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.functions import sides_of
from resonance_perf.profiles.moves import Moves
from resonance_perf.profiles.tops import tops
from resonance_perf.profiles.touched import touching
from resonance_perf.system.git.diff import diff_between
from resonance_perf.system.git.repository import discover
from tests.conftest import GitRepo

RECORDS = "def records(db):\n    rows = db.execute(SQL)\n    return [row for row in rows]\n\n\n"
TOTAL = "def total(db):\n    return sum(records(db))\n\n\n"
CART = "class Cart:\n    def __init__(self):\n        self.rows = []\n\n    async def total(self) -> int:\n        return 1\n\n\n"
MAIN = "def main(db):\n    print(total(db))\n\n\n"


def between(repo: GitRepo, before: dict[str, str], after: dict[str, str]) -> Diff:
    base = repo.commit(before)
    for gone in before.keys() - after.keys():
        repo.git("rm", "-q", gone)
    return diff_between(discover(str(repo.path)), base, repo.commit(after))


def said(diff: Diff) -> list[tuple[str, str, str, bool]]:
    return [(one.name, one.old, one.new, one.whole) for one in Moves(diff).all]


def test_what_is_gone_from_one_file_and_new_in_another_has_moved(repo: GitRepo) -> None:
    diff = between(
        repo,
        {"a.py": "import db\n\n\n" + RECORDS + MAIN + CART + TOTAL, "b.py": "# B\n"},
        {"a.py": "import db\n\n\n" + MAIN, "b.py": "# B\n" + RECORDS.replace("row for", "dict(row) for"), "c.py": CART + TOTAL},
    )  # fmt: skip
    assert said(diff) == [
        ("records", "a.py", "b.py", False), ("Cart.__init__", "a.py", "c.py", True),
        ("Cart.total", "a.py", "c.py", True), ("total", "a.py", "c.py", True),
    ]  # fmt: skip
    moves = Moves(diff)
    move = moves.of_base("a.py", "records", 5)
    assert move is not None and move.line(5) == 3 and moves.of_head("b.py", "records") == move
    assert (one := moves.of_base("a.py", "total", 0)) is not None and one.new == "c.py"
    assert (one := moves.of_base("a.py", "<genexpr>", 6)) is not None and one.new == "b.py"
    assert moves.of_base("a.py", "main", 9) is None and moves.of_base("a.py", "<genexpr>", 9) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.py": RECORDS + MAIN, "b.py": RECORDS + TOTAL}, {"a.py": MAIN, "b.py": TOTAL, "c.py": RECORDS}),
        ({"a.py": RECORDS + MAIN}, {"a.py": MAIN, "b.py": RECORDS + TOTAL, "c.py": RECORDS}),
        ({"a.py": RECORDS + MAIN}, {"a.py": "def records(db):\n    return b.records(db)\n\n\n" + MAIN, "b.py": RECORDS}),
        ({"a.py": RECORDS + MAIN, "b.py": RECORDS}, {"a.py": MAIN, "b.py": RECORDS + "# the only ones\n"}),
        ({"a.py": RECORDS + MAIN}, {"a.py": MAIN + RECORDS, "b.py": TOTAL}),
    ],
    ids=["from two files", "to two files", "something stays", "it was there", "within a file"],
)  # fmt: skip
def test_what_may_be_something_else_is_gone_and_new(
    repo: GitRepo, before: dict[str, str], after: dict[str, str]
) -> None:
    moves = Moves(between(repo, before, after))
    assert moves.of_base("a.py", "records", 2) is None
    assert all(moves.of_head(path, "records") is None for path in after)


def test_a_method_is_not_taken_for_another_that_the_profiler_calls_alike(repo: GitRepo) -> None:
    other = CART.replace("Cart", "Order")
    moves = Moves(between(repo, {"a.py": CART + other}, {"a.py": other, "b.py": CART}))
    assert (one := moves.of_base("a.py", "Cart.total", 5)) is not None and one.new == "b.py"
    assert moves.of_base("a.py", "total", 5) is None


def test_scripts_move_too(repo: GitRepo) -> None:
    drawn = "export async function draw(rows) {\n  return rows.map((row) => row.id);\n}\n\n"
    bound = "const total = (rows) => {\n  if (rows) {\n    return 1;\n  }\n};\n"
    diff = between(
        repo, {"a.js": drawn + bound + "start();\n"}, {"a.js": "start();\n", "b.mjs": "// B\n" + bound + drawn}
    )
    assert said(diff) == [("draw", "a.js", "b.mjs", True), ("total", "a.js", "b.mjs", True)]


def side(file: str, line: int, value: float) -> list[Capture]:
    stack = Frame("main", "a.py", 2), Frame("records", file, line), Frame("records.<lambda>", file, line + 1)
    profile = Profile(types=(ValueType("cpu", "ms"),), stacks=(Stack(stack, (value,)),), period=1.0, tool="made")
    return [Capture(profile=profile, work=100)] * 3


def test_a_function_that_moved_is_no_finding_unless_it_changed() -> None:
    diff = diff_of({"a.py": MAIN + RECORDS}, {"a.py": MAIN, "b.py": "import db\n\n\n" + RECORDS})
    equal = sides_of(side("a.py", 5, 300.0), side("b.py", 4, 300.0), diff)
    assert {one.name for one in tops(equal)} == {"b.records.<lambda>:5", "b.records", "a.main"}
    assert not equal.compared().findings
    more = sides_of(side("a.py", 5, 300.0), side("b.py", 4, 900.0), diff).compared()
    assert {one.frame.function for one in more.findings} == {"main", "records", "records.<lambda>:5"}


def test_what_only_moved_is_not_what_the_commit_touched() -> None:
    for text, touched in ((RECORDS, False), (RECORDS.replace("SQL", "MORE"), True)):
        diff = diff_of({"a.py": MAIN + RECORDS}, {"a.py": MAIN, "b.py": text})
        assert bool(touching(Frame("records", "b.py", line=2), diff)) is touched


def diff_of(before: dict[str, str], after: dict[str, str]) -> Diff:
    """As git would say it."""
    changes = []
    for path in sorted({*before, *after}):
        old, new = (text.splitlines() for text in (before.get(path, ""), after.get(path, "")))
        hunks = tuple(
            Hunk(a + (b > a), b - a, c + (d > c), d - c, tuple(["-" + one for one in old[a:b]] + ["+" + one for one in new[c:d]]))
            for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if tag != "equal"
        )  # fmt: skip
        if hunks:
            changes.append(FileChange(path * (path in before), path * (path in after), hunks, after.get(path, "")))
    return Diff(tuple(changes), frozenset(after))


FILES = st.sampled_from(["a.py", "b.py", "c.py"])


@settings(max_examples=40)
@given(st.lists(st.tuples(FILES, FILES), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_exactly_what_changed_its_file_has_moved(places: list[tuple[str, str]], random: Random) -> None:
    def written(end: int) -> dict[str, str]:
        texts: dict[str, str] = {}
        for number, place in random.sample(list(enumerate(places)), len(places)):
            texts[place[end]] = texts.get(place[end], "") + RECORDS.replace("records", f"f{number}")
        return texts

    moves = Moves(diff_of(written(0), written(1)))
    found = {(one.name, one.old, one.new) for one in moves.all}
    assert found == {(f"f{at}", old, new) for at, (old, new) in enumerate(places) if old != new}
    assert all(moves.of_base(old, name, 1) == moves.of_head(new, name) is not None for name, old, new in found)
