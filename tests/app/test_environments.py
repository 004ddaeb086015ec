from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.app.environments import bridge, changed_since, last_number
from resonance_perf.model.machine import fingerprint
from resonance_perf.model.run import Environment, Estimate, Run, Sample
from resonance_perf.store.store import Store

OLD = (("cpu", "AMD EPYC 7R13"), ("kernel", "6.1.2"))


def environment(*facts: tuple[str, str]) -> Environment:
    return Environment(fingerprint(facts), facts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(str(tmp_path))
    yield made
    made.close()


def measured(store: Store, benchmark: str, at: float, here: Environment, *, standing: bool = True) -> None:
    run = Run(
        id=f"run-{benchmark}-{at}", benchmark=benchmark, commit="a1b2c3d4e5f6", side="head", started_at=at,
        environment=here, samples=(Sample(values={"wall": 1.0}),), estimates=(Estimate("wall", 1, 1, 1, "ms", 1),),
    )  # fmt: skip
    store.results.save("job", [run], [], standing=standing)


def changed(store: Store, here: Environment, benchmark: str = "api") -> str:
    return changed_since(store, here, last_number(store, benchmark))


def test_nothing_was_measured(store: Store) -> None:
    assert changed(store, environment(*OLD)) == ""


def test_the_same_machine_with_another_patch_release(store: Store) -> None:
    measured(store, "api", 1.0, environment(*OLD))
    assert changed(store, environment(OLD[0], ("kernel", "6.1.99"))) == ""


def test_another_cpu(store: Store) -> None:
    measured(store, "api", 1.0, environment(*OLD))
    assert changed(store, environment(("cpu", "AMD EPYC 9R14"), OLD[1])) == (
        "the machine changed since 1970-01-01 00:00 (a1b2c3d4e): cpu: AMD EPYC 7R13 → AMD EPYC 9R14; "
        "old numbers are not compared with new ones"
    )


def test_only_the_newest_standing_run_counts(store: Store) -> None:
    measured(store, "api", 1.0, environment(("cpu", "old")))
    measured(store, "api", 2.0, environment(*OLD))
    measured(store, "api", 3.0, environment(("cpu", "elsewhere")), standing=False)
    assert changed(store, environment(*OLD)) == ""


def test_each_benchmark_has_its_own_tools(store: Store) -> None:
    node, python = environment(*OLD, ("tool node", "22.3")), environment(*OLD, ("tool python3", "3.11"))
    measured(store, "web", 1.0, node)
    measured(store, "api", 2.0, python)
    assert changed(store, node, "web") == ""
    assert "tool node: 22.3 → 24.1" in changed(store, environment(*OLD, ("tool node", "24.1.0")), "web")


def test_many_differences_are_counted(store: Store) -> None:
    measured(store, "api", 1.0, environment(*((f"f{number}", "1") for number in range(9))))
    said = changed(store, environment(*((f"f{number}", "2") for number in range(9))))
    assert "f0: 1 → 2; f1: 1 → 2; f2: 1 → 2; and 6 more; old numbers" in said


def test_an_id_that_was_made_otherwise_blames_the_description(store: Store) -> None:
    measured(store, "api", 1.0, Environment("from-an-older-version", OLD))
    assert changed(store, environment(*OLD)).startswith("the description of the machine changed since")


def test_the_same_commit_bridges_two_machines(store: Store) -> None:
    def run(id_: str, where: str, value: float) -> Run:
        return Run(
            id=id_, benchmark="api", commit="c" * 40, side="base", started_at=1.0, environment=Environment(where, ()),
            samples=(), estimates=(Estimate("wall", value, value, value, "ms", 8),),
        )  # fmt: skip

    store.results.save("job", [run("1", "old", 12.0)], [], standing=False)
    assert bridge(store, "old", run("2", "new", 9.0)) == "ccccccccc there and here: wall 12 ms → 9 ms"
    assert bridge(store, "older", run("2", "new", 9.0)) == ""
