"""The stacks of two sides as one tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.tree import Node, functions, tree_of

MAIN, HOT, COLD = Frame("main", "a.py", 3, 1), Frame("hot", "a.py", 12, 10), Frame("cold", "b.py", 7, 5)
CPU = ValueType("cpu", "nanoseconds")


def capture(*stacks: tuple[tuple[Frame, ...], float], work: float = 1.0, kind: ValueType = CPU) -> Capture:
    return Capture(profile=Profile(types=(kind,), stacks=tuple(Stack(f, (v,)) for f, v in stacks)), work=work)


def child(node: Node, *names: str) -> Node:
    for name in names:
        node = next(one for one in node.children.values() if one.name == name)
    return node


def test_a_side_is_the_mean_of_its_captures_per_unit_of_work_in_base_units() -> None:
    base = [capture(((MAIN, HOT), 4e6), work=2), capture(((MAIN, HOT), 12e6), work=3)]
    root = tree_of(base, [capture(((MAIN, HOT), 9e6), ((MAIN,), 1e6))])
    assert root.before == pytest.approx(3.0)
    assert root.after == pytest.approx(10.0)
    assert child(root, "main", "hot").before == pytest.approx(3.0)
    assert child(root, "main", "hot").after == pytest.approx(9.0)


def test_lines_of_one_function_are_one_frame() -> None:
    other_line = Frame("hot", "a.py", 14, 10)
    root = tree_of([], [capture(((MAIN, HOT), 1e6), ((MAIN, other_line), 2e6))])
    assert [one.name for one in child(root, "main").children.values()] == ["hot"]
    assert child(root, "main", "hot").place == "a.py:10"


def test_functions_are_told_by_what_they_use_themselves_those_that_changed_most_first() -> None:
    root = tree_of(
        [capture(((MAIN, HOT), 1e6), ((MAIN, COLD), 5e6))], [capture(((MAIN, HOT), 7e6), ((MAIN, COLD), 4e6))]
    )
    told = [(one.name, one.before, one.after) for one in functions(root)]
    assert told[:2] == [("hot", 1.0, 7.0), ("cold", 5.0, 4.0)]
    assert ("main", 0.0, 0.0) in told


_FRAMES = st.lists(st.sampled_from([MAIN, HOT, COLD]), max_size=6).map(tuple)
_STACKS = st.lists(st.tuples(_FRAMES, st.integers(0, 10**9).map(float)), max_size=12)


@given(_STACKS)
def test_what_functions_use_themselves_adds_up_to_everything(stacks: list[tuple[tuple[Frame, ...], float]]) -> None:
    root = tree_of([], [capture(*stacks)])
    assert sum(one.after for one in functions(root)) == pytest.approx(root.after)


@given(_STACKS)
def test_a_frame_holds_what_it_calls(stacks: list[tuple[tuple[Frame, ...], float]]) -> None:
    for _depth, node in tree_of([], [capture(*stacks)]).walk():
        assert sum(one.after for one in node.children.values()) <= node.after * (1 + 1e-9)


def test_a_deep_recursion_is_no_recursion_of_ours() -> None:
    root = tree_of([], [capture(((MAIN,) * 5000, 1e6))])
    assert max(depth for depth, _node in root.walk()) == 5000
    assert functions(root)
