from __future__ import annotations

from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.functions import sides_of
from resonance_perf.profiles.together import added, changed
from resonance_perf.profiles.tops import tops

MAIN, SCAN, PARSE = (Frame(name, "shop/api.py", line) for name, line in (("main", 3), ("scan", 40), ("parse", 90)))


def capture(scan: float, *, parse: float = 2e6, work: float = 2.0) -> Capture:
    stacks = (Stack((MAIN, SCAN), (scan,)), Stack((MAIN, PARSE), (parse,)), Stack((MAIN,), (1e6,)))
    profile = Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=stacks, period=1e6)
    return Capture(profile=profile, work=work)


def test_one_side_is_told_by_what_takes_most_per_unit_of_work() -> None:
    first, *_, last = tops(sides_of((), [capture(8e6), capture(12e6)], Diff()))
    assert (first.name, first.file, first.line) == ("shop.api.scan", "shop/api.py", 40)
    assert (first.own, first.total, first.sure) == ((0.0, 5.0), (0.0, 5.0), None)
    assert (last.name, last.own, last.total) == ("shop.api.main", (0.0, 0.5), (0.0, 6.5))


def test_two_sides_are_told_by_what_changed_most_and_whether_that_is_chance() -> None:
    base, head = [capture(10e6 + n) for n in range(4)], [capture(40e6 + n, parse=2.1e6) for n in range(4)]
    first, second, *_ = tops(sides_of(base, head, Diff()))
    assert (first.name, first.sure) == ("shop.api.scan", True)
    assert [round(one, 3) for one in first.own] == [5.0, 20.0]
    assert (second.name, second.sure) == ("shop.api.parse", False)


def test_captures_are_one_profile_for_other_tools() -> None:
    together = added([capture(10e6), capture(30e6)])
    assert together.total == 46e6 and len(together.stacks) == 3
    difference = changed([capture(10e6, work=1.0)], [capture(10e6), capture(10e6)])
    assert {stack.frames[-1].function: stack.values[0] for stack in difference.stacks} == {
        "scan": 20e6 - 40e6, "parse": 4e6 - 8e6, "main": 2e6 - 4e6,
    }  # fmt: skip
