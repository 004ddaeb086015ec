"""An improvement is followed over real git and a real store, and cut short at every step; only the runs are made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from resonance_perf.app import ratchet
from resonance_perf.app import shift as shifting
from resonance_perf.app.deliver import deliver, keep
from resonance_perf.app.ratchet import tend
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.judge.judge import judge_each
from resonance_perf.memory.log import read_log
from resonance_perf.model.candidate import Candidate
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.job import Job, JobKind
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.record import MemoryRow
from resonance_perf.model.run import Environment, Estimate, Run, Sample, Side
from resonance_perf.pipeline import Result
from resonance_perf.store.candidates import Candidates
from resonance_perf.store.outbox import Outbox
from resonance_perf.store.store import Store
from resonance_perf.system import documents
from tests.conftest import GitRepo

CONFIG = """version: 1
baseline: previous
approvers: ["Ada Lovelace <ada@example.org>"]
ratchet: {runs: 3, pause: 5s, cooldown: 1h}
benchmarks:
  api: {driver: command, command: ["work"], verify: ["true"], paths: ["work"], metrics: {cpu: {budget: api_cpu}}}
"""
STATE = '# State\n\n```json\n{"budgets": {"api_cpu": "100ms"}}\n```\n'
SOUL, STATE_FILE, MEMORY = (f".resonance/{name}" for name in ("00_soul.md", "01_state.md", "02_memory.md"))
HERE = Environment("here", ())


class Crash(BaseException):
    """kill -9, as far as a thread can be killed."""


@dataclass
class Track:
    """A repository that is watched, an improvement in it, and what was said. `clock` is the time."""

    repo: GitRepo
    work: Workspace
    store: Store
    clock: float = 2e9
    said: list[str] = field(default_factory=list)
    runs: int = 0
    key: str = "api_cpu"

    def restart(self) -> None:
        """As after a crash: nothing is left but what was stored."""
        self.store.close()
        self.work = open_workspace(str(self.repo.path))
        self.store = Store(self.work.repo.private)

    def run(self, side: Side, commit: str, high: float, environment: Environment = HERE) -> Run:
        self.runs += 1
        return Run(
            id=f"{self.runs:026}", benchmark="api", commit=commit, side=side, started_at=self.clock,
            environment=environment, samples=(Sample(values={"cpu": high}),) * 8, content="",
            estimates=(Estimate("cpu", high * 0.95, high * 0.9, high, "ms", 8),),
        )  # fmt: skip

    def keep(
        self, kind: JobKind, high: float, verdict: Verdict | None = None, *, commit: str = "", standing: bool = True,
        environment: Environment = HERE, begins: bool = False, trigger: str = "commit",
    ) -> None:  # fmt: skip
        """Store what a job brought, as the daemon does."""
        commit, self.clock = commit or self.repo.git("rev-parse", "HEAD"), self.clock + 10
        head, base = self.run("head", commit, high, environment), self.run("base", commit, 90.0, environment)
        compared = None
        if verdict is not None:
            compared = Comparison(
                benchmark="api", metric="cpu", base=base.id, head=head.id, before=90, after=high, unit="ms", ratio=0.1,
                low=0.1, high=0.2, verdict=verdict, pairs=8, seconds=1, decided_by="cpu", confirmed=verdict == "faster",
            )  # fmt: skip
        row = MemoryRow(
            when="2033-05-18 03:33", commit=commit[:9], trigger=kind, benchmark="api", metric="cpu", before="90 ms",
            after=f"{high} ms", change="-", budget="-", verdict=verdict or "baseline", run=head.id,
        )  # fmt: skip
        candidate = begins and compared and Candidate(
            key=self.key, metric="api.cpu", run=head.id, commit=commit, environment=environment.id, content="",
            change=compared, estimate=head.estimates[0], subject="Count less", verified="`true` passed", at=self.clock, rows=(row,),
        )  # fmt: skip
        job = Job(
            id=f"job{self.runs}", benchmark="api", kind=kind, head=commit, base=None, trigger=trigger, created_at=self.clock
        )  # fmt: skip
        waiting = [one for one in self.store.queue.open_jobs() if one.kind == kind]
        taken = self.store.queue.take(self.clock) if waiting else None
        result = Result(
            job=replace(job, id=taken.id) if taken else job, judgements=self.judged(head), rows=(row,), lesson=None,
            measurement=Measurement(
                head=head, base=base if compared else None, comparisons=(compared,) if compared else ()
            ),
            candidates=(candidate,) if candidate else (), line="", alarm=False,
        )  # fmt: skip
        self.said += keep(self.work, self.store, result, standing=standing, now=self.clock)

    def judged(self, head: Run) -> tuple[Judgement, ...]:
        from resonance_perf.app.standing import read_limits

        found = Measured(estimate=head.estimates[0], commit=head.commit, run=head.id, measured_at=self.clock)
        return judge_each(read_limits(self.work)[0].in_force, self.work.config.aliases(), {"api.cpu": found})

    def tend(self) -> None:
        self.said += tend(self.work, self.store, self.clock)

    def deliver(self) -> None:
        deliver(self.work, self.store, self.said.append)

    def sustained(self, *highs: float) -> None:
        """An improvement, and so many runs after it."""
        self.keep("commit", 30.0, "faster", begins=True)
        self.tend()
        for high in highs or (31.0, 30.0, 32.0):
            self.keep("sustain", high, standing=False)
            self.tend()

    def shifts(self) -> list[str]:
        return self.repo.git("log", "--format=%s", "--grep=^perf(budget)").splitlines()

    def file(self, name: str) -> str:
        return (self.repo.path / name).read_text()


@pytest.fixture
def track(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Track]:
    files = {".resonance/config.yaml": CONFIG, SOUL: "# Soul\n", STATE_FILE: STATE, MEMORY: "# Memory\n"}
    repo.commit({**files, "work": "90\n"}, "watch")
    repo.commit({"work": "30\n"}, "Count less")
    work = open_workspace(str(repo.path))
    made = Track(repo, work, Store(work.repo.private))
    monkeypatch.setattr("resonance_perf.app.standing.now", lambda: made.clock)
    yield made
    made.store.close()


def test_one_comparison_tightens_nothing_and_asks_for_a_run_after_a_pause(track: Track) -> None:
    track.keep("commit", 30.0, "faster", begins=True)
    track.tend()
    track.tend()
    track.deliver()
    (job,) = track.store.queue.open_jobs()
    assert (job.kind, job.base, job.due) == ("sustain", None, track.clock + 5.0)
    assert track.store.queue.take(track.clock + 4.0) is None
    assert track.store.queue.next_due() == track.clock + 5.0
    assert track.shifts() == []


def test_three_runs_tighten_it_once_and_all_of_them_are_the_evidence(track: Track) -> None:
    track.sustained(31.0, 30.0, 32.0)
    track.deliver()
    track.tend()
    track.deliver()
    assert track.shifts() == ["perf(budget): tighten api_cpu 100ms → 39ms"]  # 31 ms is 80 % of it
    body = track.repo.git("log", "-1", "--format=%B")
    assert body.count("Perf-Run: ") == 4
    assert "The median of the later ones is 29.4 ms [27.9 ms, 31 ms]. `true` passed" in body
    told = track.file(SOUL)
    assert "Tighten api_cpu from 100ms to 39ms" in told
    assert all(f"{number:026}" in told for number in (1, 3, 5, 7))
    assert "“Count less” made api" in told and "`true` passed" in told
    assert "above 39ms turns the budget red" in told
    assert '"api_cpu": "39ms"' in track.file(STATE_FILE) and "39ms" in track.file(STATE_FILE).partition("status")[2]
    for name in (SOUL, STATE_FILE):
        assert track.repo.git("show", f"HEAD:{name}") == track.file(name).strip()
    assert f"| {1:026} |" in track.repo.git("show", f"HEAD:{MEMORY}")
    assert track.store.queue.open_jobs() == () and track.store.outbox.open_entries() == ()


def test_a_lucky_run_is_not_locked_in(track: Track) -> None:
    track.sustained(30.0, 88.0, 89.0)
    track.deliver()
    assert track.shifts() == []
    assert track.said[-1].startswith("api_cpu does not tighten: 3 runs after it show 83.6 ms")
    assert track.store.candidates.open() == ()


def test_later_commits_of_the_same_level_count_and_slower_ones_end_it(track: Track) -> None:
    track.keep("commit", 30.0, "faster", begins=True)
    track.repo.commit({"work": "31\n"}, "Other things")
    track.keep("commit", 31.0, "same")
    track.keep("commit", 31.0, "unsure")
    assert track.said == ["api_cpu has 1 of 3 runs", "it does not count for api_cpu: api.cpu was unsure"]
    commit = track.repo.commit({"work": "60\n"}, "Worse")
    track.keep("commit", 60.0, "slower")
    assert track.said[-1] == f"api_cpu does not tighten: {commit[:9]} made api.cpu slower again"
    track.tend()
    assert track.store.queue.open_jobs() == ()


def test_what_is_not_where_the_branch_stands_does_not_count(track: Track) -> None:
    track.keep("commit", 30.0, "faster", begins=True)
    elsewhere = track.repo.git("rev-parse", "HEAD^")
    track.keep("commit", 30.0, "same", commit=elsewhere)
    track.keep("commit", 30.0, "slower", standing=False, trigger="command")
    track.keep("quick", 30.0, "same")
    track.keep("self", 30.0, "same")
    assert track.said == []
    track.keep("sustain", 30.0, standing=False, environment=Environment("there", ()))
    assert track.said == ["it does not count for api_cpu: it was measured on another machine, or with other tools"]


def test_runs_that_never_count_are_given_up(track: Track) -> None:
    track.keep("commit", 30.0, "faster", begins=True)
    for _ in range(6):
        track.tend()
        track.keep("sustain", 30.0, standing=False, environment=Environment("there", ()))
    track.tend()
    assert track.said[-1] == (
        "api_cpu does not tighten: only 0 of 3 runs could be counted; the last one did not count: "
        "it was measured on another machine, or with other tools"
    )
    assert track.store.queue.open_jobs() == ()


def test_a_newer_improvement_takes_the_place_of_an_older_one(track: Track) -> None:
    track.keep("commit", 30.0, "faster", begins=True)
    track.keep("sustain", 30.0, standing=False)
    commit = track.repo.commit({"work": "9\n"}, "Count even less")
    track.keep("commit", 9.0, "faster", begins=True)
    (one,) = track.store.candidates.open()
    assert (one.candidate.commit, one.witnesses) == (commit, ())


def test_a_second_step_waits_until_the_first_is_cool_and_says_so_once(track: Track) -> None:
    track.sustained()
    track.deliver()
    track.repo.commit({"work": "9\n"}, "Count even less")
    track.keep("commit", 9.0, "faster", begins=True)
    for _ in range(3):
        track.keep("sustain", 9.0, standing=False)
    track.tend()
    track.tend()
    held = [line for line in track.said if "moved a short while ago" in line]
    assert len(held) == 1
    assert held[0].startswith(
        "api_cpu can tighten 39ms → 12ms, but it moved a short while ago: that waits until 2033-05-18 "
    )
    track.clock += 3600.0
    track.tend()
    track.deliver()
    assert track.shifts()[0] == "perf(budget): tighten api_cpu 39ms → 12ms"


def test_after_an_approved_loosening_it_is_cool_first(track: Track) -> None:
    loosened = STATE.replace("100ms", "200ms")
    message = "perf(budget): loosen\n\nPerf-Approved-by: Ada Lovelace <ada@example.org>"
    track.repo.commit({STATE_FILE: loosened}, message)
    track.clock = track.work.repo.committed_at("HEAD") + 60
    track.sustained()
    assert any("moved a short while ago" in line for line in track.said)


def test_the_ratchet_of_a_team_that_turned_it_off_meanwhile_does_nothing(track: Track) -> None:
    track.sustained(30.0, 30.0)
    off = STATE.replace('"100ms"', '{"limit": "100ms", "ratchet": "off"}')
    track.repo.commit({STATE_FILE: off}, "Leave it")
    track.keep("sustain", 30.0, standing=False)
    track.tend()
    assert track.said[-1] == "api_cpu does not tighten: its ratchet is off"


def crashing(act: Callable[..., object], *, after: bool = False, nth: int = 1) -> Callable[..., object]:
    """`act`, but the process dies at the nth call, before or right after it."""
    calls = 0

    def crash(*args: object, **words: object) -> object:
        nonlocal calls
        calls += 1
        done = None if calls == nth and not after else act(*args, **words)
        if calls == nth:
            raise Crash
        return done

    return crash


STEPS: dict[str, tuple[object, str, bool, int]] = {
    "the candidate is not stored": (Candidates, "put", False, 1),
    "the candidate is stored, its job is not done": (Candidates, "put", True, 1),
    "a run counts, its job is not done": (Candidates, "bear_out", True, 2),
    "the last run is stored and not looked at": (ratchet, "settle", False, 4),
    "decided, not stored": (Candidates, "end", False, 1),
    "half of the decision is stored": (Candidates, "end", True, 1),
    "the decision is stored, its outbox is not": (Outbox, "put", False, 2),
    "stored, not committed": (shifting, "commit_edits", False, 1),
    "committed, not written": (shifting, "commit_edits", True, 1),
    "one file is written": (documents, "edit_file", True, 4),
    "written, and not known to be": (Outbox, "done", False, 2),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_all_or_nothing_and_a_replay_the_whole(
    track: Track, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, name, after, nth = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(where, name, crashing(getattr(where, name), after=after, nth=nth))
        with pytest.raises(Crash):
            _whole_story(track)
    committed = bool(track.shifts())
    if step == "one file is written":
        assert committed and "39ms" in track.file(STATE_FILE) and "Tighten" not in track.file(SOUL)
    assert ("39ms" in track.repo.git("show", f"HEAD:{STATE_FILE}")) is committed
    assert ("Tighten" in track.repo.git("show", f"HEAD:{SOUL}")) is committed
    track.restart()
    track.store.queue.recover()
    _whole_story(track)
    assert track.shifts() == ["perf(budget): tighten api_cpu 100ms → 39ms"]
    assert track.file(SOUL).count("### ") == 1
    assert track.file(STATE_FILE).count('"39ms"') == 1 and "| 39ms |" in track.file(STATE_FILE)
    rows = read_log(track.file(MEMORY), MEMORY)[0]
    assert len({row.run for row in rows}) == len(rows)
    assert track.repo.git("status", "--porcelain", SOUL) == ""
    assert track.store.outbox.open_entries() == () and track.store.candidates.open() == ()


def _whole_story(track: Track) -> None:
    """Go on from wherever it stands until nothing is left to be done; a run that was lost is measured again."""
    if not track.store.numbers.benchmarks():
        track.keep("commit", 31.0, "faster", begins=True)
    for _ in range(6):
        track.tend()
        track.deliver()
        if not track.store.candidates.open():
            return
        track.keep("sustain", 31.0, standing=False)
