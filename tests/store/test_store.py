from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.job import Job
from resonance_perf.model.run import Environment, Estimate, Run, Sample
from resonance_perf.store.history import ALL
from resonance_perf.store.queue import MOST_ATTEMPTS
from resonance_perf.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(str(tmp_path))
    yield made
    made.close()


def job(id_: str, head: str = "h", *, benchmark: str = "b", kind: str = "commit", since: str | None = "s") -> Job:
    return Job(
        id=id_, benchmark=benchmark, kind=kind, head=head, base="base", trigger="commit", created_at=float(len(id_)),  # type: ignore[arg-type]  # a literal
        since=since,
    )  # fmt: skip


def run(id_: str, at: float, value: float = 5.0, **changed: object) -> Run:
    body = {
        "id": id_, "benchmark": "b", "commit": "c" * 40, "side": "head", "started_at": at, "load_model": "open",
        "environment": Environment("e", (("cpu", "x"),)),
        "samples": (Sample(values={"p95": value}, raw={"latency": (1.5, value)}, at=at, seconds=0.5),),
        "estimates": (Estimate("p95", value, value - 1, value + 1, "ms", 2),), **changed,
    }  # fmt: skip
    return Run(**body)  # type: ignore[arg-type]  # checked by the dataclass


def change(head: str) -> Comparison:
    return Comparison(
        benchmark="b", metric="p95", base="0", head=head, before=5, after=4, unit="ms", ratio=0.8, low=0.7, high=0.9,
        verdict="faster", pairs=8, seconds=3.0, decided_by="p95",
    )  # fmt: skip


def test_a_thousand_commits_are_one_job_for_the_newest_with_the_oldest_start(store: Store) -> None:
    for number in range(1000):
        store.queue.put(job(f"{number:04}", f"h{number}", since=f"s{number}"))
    (one,) = store.queue.open_jobs()
    assert (one.head, one.since) == ("h999", "s0")


def test_benchmarks_and_kinds_wait_side_by_side(store: Store) -> None:
    store.queue.put(job("1", kind="baseline"))
    store.queue.put(job("22", kind="commit", benchmark="other"))
    store.queue.put(job("333", kind="quick"))
    assert [one.kind for one in store.queue.open_jobs()] == ["quick", "commit", "baseline"]


def test_a_change_is_measured_with_its_base_so_a_waiting_baseline_is_dropped(store: Store) -> None:
    store.queue.put(job("1", kind="baseline"))
    store.queue.put(job("22", kind="commit"))
    assert [one.kind for one in store.queue.open_jobs()] == ["commit"]


def test_a_newer_trigger_waits_beside_the_running_job(store: Store) -> None:
    store.queue.put(job("1", "old"))
    store.queue.take(0)
    store.queue.put(job("2", "new"))
    assert [(one.state, one.head) for one in store.queue.open_jobs()] == [("running", "old"), ("pending", "new")]


def test_a_job_given_back_goes_on_later(store: Store) -> None:
    store.queue.put(job("1"))
    taken = store.queue.take(0)
    assert taken is not None
    store.queue.give_back(taken)
    (one,) = store.queue.open_jobs()
    assert (one.state, one.attempts) == ("pending", 0)


def test_a_job_given_back_is_taken_over_by_a_newer_one_from_its_start(store: Store) -> None:
    store.queue.put(job("1", "old", since="first"))
    taken = store.queue.take(0)
    assert taken is not None
    store.queue.put(job("2", "new", since="old"))
    store.queue.give_back(taken)
    (one,) = store.queue.open_jobs()
    assert (one.head, one.since) == ("new", "first")


def test_a_crash_puts_running_jobs_back_until_they_are_what_kills_us(store: Store) -> None:
    store.queue.put(job("1"))
    for _ in range(MOST_ATTEMPTS - 1):
        store.queue.take(0)
        assert store.queue.recover() == ()
    store.queue.take(0)
    (lost,) = store.queue.recover()
    assert lost.id == "1"
    assert store.queue.open_jobs() == ()
    assert "the daemon died 3 times" in store.queue.last_failures()["b"]


def test_a_failure_is_remembered_until_the_next_success(store: Store) -> None:
    store.queue.put(job("1"))
    taken = store.queue.take(0)
    assert taken is not None
    store.queue.fail(taken, "it crashed", 10)
    assert store.queue.last_failures() == {"b": "it crashed"}
    store.queue.put(job("2"))
    store.queue.done("2", 20)
    assert store.queue.last_failures() == {}


def test_the_newest_standing_number_counts(store: Store) -> None:
    store.results.save("j", [run("1", 1.0, 5.0)], [], standing=True)
    store.results.save("j", [run("2", 2.0, 6.0)], [change("2")], standing=True)
    store.results.save("j", [run("3", 3.0, 7.0)], [], standing=False)
    store.results.save("j", [run("4", 4.0, 8.0, quick=True)], [], standing=True)
    store.results.save("j", [run("5", 5.0, 9.0, side="base")], [], standing=True)
    found = store.numbers.newest()["b.p95"]
    assert (found.run, found.estimate.value) == ("2", 6.0)
    assert found.comparison == change("2")


def test_every_benchmark_has_its_newest_number_and_commit(store: Store) -> None:
    for number, name in enumerate(("b", "a.b", "c", "b", "a.b")):
        store.results.save(
            "j", [run(str(number), float(number), benchmark=name, commit=f"c{number}")], [], standing=True
        )
    store.results.save("j", [run("5", 5.0, benchmark="d")], [], standing=False)
    assert store.numbers.benchmarks() == ("a.b", "b", "c")
    assert store.numbers.commits() == {"a.b": "c4", "b": "c3", "c": "c2"}
    assert {name: one.run for name, one in store.numbers.newest().items()} == {
        "a.b.p95": "4",
        "b.p95": "3",
        "c.p95": "2",
    }


def test_the_numbers_of_a_commit_are_those_of_its_comparison_and_no_other_question(store: Store) -> None:
    store.results.save("j1", [run("1", 1.0, 5.0)], [change("1")], standing=True)
    store.results.save("j2", [run("2", 2.0, 6.0)], [], standing=True)
    for number, kind in enumerate(("self", "bisect", "sustain"), start=3):
        store.queue.put(job(f"j{number}", kind=kind))
        store.results.save(f"j{number}", [run(str(number), float(number), 7.0)], [change(str(number))], standing=False)
    commit = run("1", 1.0).commit
    assert {one.run for one in store.numbers.of_commit("b", commit).values()} == {"1"}
    assert store.numbers.of_commit("b", "another") == {}
    store.results.adopt("b", "another", "2", 9.0)
    assert {one.run for one in store.numbers.of_commit("b", "another").values()} == {"2"}


def test_saving_twice_is_saving_once(store: Store) -> None:
    for _ in range(2):
        store.results.save("j", [run("1", 1.0)], [change("1")], standing=True)
    assert len(store.history.points("b", "p95")) == 1


def test_every_raw_number_comes_back(store: Store) -> None:
    saved = run("01ABC", 1.0)
    store.results.save("j", [saved], [], standing=True)
    assert store.results.run("01ABC") == saved
    assert store.results.run("01A") == saved
    assert store.results.run("02") is None


def test_history_is_oldest_first_and_limited(store: Store) -> None:
    for number in range(5):
        store.results.save("j", [run(str(number), float(number), number + 1.0)], [], standing=True)
    assert [one.estimate.value for one in store.history.points("b", "p95", 3)] == [3.0, 4.0, 5.0]
    assert store.history.points("b", "p99") == ()


def test_history_is_that_of_one_load(store: Store) -> None:
    for number, load in enumerate(("open", "closed", None, "closed")):
        store.results.save("j", [run(str(number), float(number), number + 1.0, load_model=load)], [], standing=True)
    assert [one.estimate.value for one in store.history.points("b", "p95")] == [2.0, 3.0, 4.0]


def test_an_interval_without_an_end_is_stored_as_json_and_read_also_where_it_was_not(store: Store) -> None:
    wide = replace(change("1"), low=0.0, high=inf, verdict="unsure", parts=(PartChange("a", None, 2.0, 0.9),))
    store.results.save("j", [run("1", 1.0)], [wide], standing=True)
    store.results.save("j", [run("2", 2.0)], [replace(wide, head="2")], standing=True)
    with store.transaction() as db:  # what we wrote once
        db.execute(
            "UPDATE comparisons SET body = replace(body, '\"high\": null', '\"high\": Infinity') WHERE head = '2'"
        )
        assert db.execute("SELECT json_valid(body) FROM comparisons ORDER BY head").fetchall() == [(1,), (0,)]
    assert store.compared.of("1") == {"p95": wide}
    assert store.compared.verdicts("b") == {"p95": ["unsure", "unsure"]}


def test_a_transaction_stands_or_falls_as_a_whole(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.queue.put(job("1"))
        store.remember("spool", "12")
        raise RuntimeError
    assert store.queue.open_jobs() == ()
    assert store.fact("spool") is None


def test_the_outbox_keeps_its_order_and_says_why_it_waits(store: Store) -> None:
    store.outbox.put("j", "edits", {"a": 1})
    store.outbox.put("j", "shift", {"b": 2})
    first, second = store.outbox.open_entries()
    store.outbox.done(first)
    store.outbox.wait(second, "a rebase is in progress")
    (left,) = store.outbox.open_entries()
    assert (left.kind, dict(left.body), left.waits) == ("shift", {"b": 2}, "a rebase is in progress")


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    one = Store(str(tmp_path))
    one.queue.put(job("1"))
    one.close()
    assert len(Store(str(tmp_path)).queue.open_jobs()) == 1


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("this is not a database, it only stands where one should be" * 30)
    with pytest.raises(ResonanceError, match="cannot be used"):
        Store(str(tmp_path))


def test_the_daemons_writes_do_not_block_a_reader(tmp_path: Path, store: Store) -> None:
    other = sqlite3.connect(store.path)
    with store.transaction():
        store.remember("a", "1")
        assert other.execute("SELECT count(*) FROM facts").fetchone() == (0,)


def test_many_open_a_new_store_at_once(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def open_and_close(_number: int) -> int:
        made = Store(str(tmp_path))
        made.remember("a", "b")
        made.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(open_and_close, range(24))) == 24


def test_a_store_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    from resonance_perf.store.schema import MIGRATIONS

    db = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    db.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    db.execute("INSERT INTO runs VALUES ('1','j','api','c','head',5.0,'e',NULL,0,1,'[[\"wall\",1,1,1,\"ms\",8]]',x'')")
    db.close()
    store = Store(str(tmp_path))
    assert store.numbers.newest()["api.wall"].measured_at == 5.0
    store.close()


def test_observations_are_the_points_of_all_metrics_read_once(store: Store) -> None:
    for number, load in enumerate(("open", None, "closed", "closed")):
        one = run(str(number), 9.0 - number if number < 2 else float(number + 20), number + 1.0, load_model=load)
        store.results.save("j", [one], [change(str(number))], standing=True)
    points = store.history.points("b", "p95", None)
    (metric, found), *none = store.history.observations("b", ("p95", "p99")).items()
    assert (metric, none, [one.comparison for one in points]) == ("p95", [], [change(str(one)) for one in (1, 2, 3)])
    assert list(zip(*found, strict=True)) == [
        (one.estimate.value, one.at, one.commit, one.environment, one.estimate.low, one.estimate.high) for one in points
    ]


def test_the_newest_values_are_found_behind_runs_that_lack_the_metric(store: Store) -> None:
    for number, name in enumerate(("p95", 'a"b', "p95", "p9", "p9")):
        estimates = (Estimate(name, float(number), 0.0, 1.0, "ms", 2, 'too few: ["p95", 1]'),)
        store.results.save("j", [run(str(number), float(number), estimates=estimates)], [], standing=True)
    assert [one.run for one in store.history.points("b", "p95", 1)] == ["2"]
    assert [one.run for one in store.history.points("b", "p95")] == ["0", "2"]
    assert [one.run for one in store.history.points("b", 'a"b', 1)] == ["1"]


def test_what_the_newest_run_lacks_is_said_with_its_reason(store: Store) -> None:
    store.results.save("j", [run("1", 1.0, problems={"p95": "unsteady", "p99": "too few requests"})], [], standing=True)
    assert store.numbers.missing() == {"b.p99": "too few requests"}


def test_a_history_is_read_without_the_samples(store: Store) -> None:
    with store.transaction() as db:
        plan = [row[-1] for row in db.execute(f"EXPLAIN QUERY PLAN {ALL}", ("b",))]
    assert plan == ["SEARCH runs USING COVERING INDEX runs_history (benchmark=?)"]
