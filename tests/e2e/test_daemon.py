from __future__ import annotations

import logging
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from resonance_perf.app.workspace import open_workspace
from resonance_perf.daemon.daemon import Daemon
from resonance_perf.store.store import Store
from resonance_perf.system.watcher import Watcher
from tests.e2e.conftest import CONFIG, STATE, Project, until

pytestmark = [pytest.mark.slow, pytest.mark.shared]


def test_a_slower_commit_is_measured_judged_remembered_and_said_in_one_line(project: Project) -> None:
    project.repo.commit({".resonance/01_state.md": STATE % "60ms"}, "budget")
    project.start()
    project.quiet()
    commit = project.work(900_000, "Count further")
    project.measured(commit)
    (row,) = [row for row in project.rows() if row.commit == commit[:9]]
    assert (row.trigger, row.benchmark, row.metric, row.verdict) == ("commit", "work", "cpu", "slower")
    assert row.budget == "🔴 60ms"
    (line,) = [line for line in project.said if "Count further" in line]
    assert line.startswith(f"🔴 work {commit[:9]} “Count further” against ")
    assert project.run("check").returncode == 1
    assert "🔴 red" in project.read("01_state.md")
    assert "work slower in" in project.read("02_memory.md")


def test_a_comment_is_the_same_and_no_alarm(project: Project) -> None:
    counted = CONFIG.replace("driver: command", "driver: count\n    counter: calls").replace('"-I", ', "")
    project.repo.write({".resonance/config.yaml": counted.replace("cpu: {budget: work_cpu, margin: 10%}", "calls: {}")})
    assert project.run("trust", "--yes").returncode == 0
    project.start()
    project.quiet()
    commit = project.repo.commit({"work.py": "# a comment\n" + (project.repo.path / "work.py").read_text()}, "Explain")
    project.measured(commit)
    (row,) = [row for row in project.rows() if row.commit == commit[:9]]
    assert (row.metric, row.verdict) == ("calls", "same")
    (line,) = [line for line in project.said if "Explain" in line]
    assert not line.startswith(("🔴", "🟡"))


def test_an_improvement_tightens_the_budget_and_leaves_the_users_work_alone(project: Project) -> None:
    repo = project.repo
    project.work(900_000)
    project.start()
    project.quiet()
    commit = project.work(150_000, "Count less")
    repo.write({"README.md": "staged\n", "note.txt": "untracked\n"})
    repo.git("add", "README.md")
    repo.write({"README.md": "unstaged\n"})
    project.measured(commit)
    assert repo.git("log", "-1", "--format=%s").startswith("perf(budget): tighten work_cpu 10s → ")
    body = repo.git("log", "-1", "--format=%B")
    assert f"Perf-Measured-Commit: {commit}" in body
    assert "| work.cpu |" in body
    assert repo.git("diff", "--cached", "--name-only") == "README.md"
    assert repo.git("status", "--porcelain", "README.md", "note.txt") == "MM README.md\n?? note.txt"
    assert "Tighten work_cpu from 10s to " in project.read("00_soul.md")
    assert repo.git("show", "HEAD:.resonance/01_state.md") == project.read("01_state.md").strip()
    until(lambda: project.run("check").returncode == 0, "a green gate")
    time.sleep(1.0)  # long enough for a trigger of our own commit to be taken up, were there one
    assert [row.commit for row in project.rows()].count(repo.git("rev-parse", "--short=9", "HEAD")) == 0


def test_a_loosening_by_hand_is_noticed(project: Project) -> None:
    project.start()
    project.quiet()
    project.repo.write({".resonance/01_state.md": STATE % "20s"})
    project.heard("01_state.md:6: work_cpu was loosened from 10s to 20s without approval; 10s stays in force")
    assert project.run("check").returncode == 3
    project.repo.write({".resonance/01_state.md": STATE % "5s"})
    project.heard("budget work_cpu 10s → 5s by hand")


def test_commits_without_a_daemon_are_measured_when_one_comes(project: Project) -> None:
    project.start()
    project.quiet()
    project.stop()
    base = project.repo.git("rev-parse", "HEAD")
    for n in range(5):
        commit = project.work(150_000 + n)
    assert (project.repo.path / ".git/resonance/spool/hooks").read_text().count("post-commit") >= 5
    project.start()
    project.measured(commit)
    assert [row.commit for row in project.rows() if row.verdict != "baseline"] == [commit[:9]]
    store = project.store()
    run = store.numbers.newest()["work.cpu"].comparison
    assert run is not None
    base_run = store.results.run(run.base)
    store.close()
    assert base_run is not None
    assert base_run.commit == base


def test_sigterm_ends_it_in_seconds_and_the_job_goes_on_later(project: Project) -> None:
    project.start()
    project.quiet()
    commit = project.work(5_000_000, "Long")
    until(lambda: _state(project) == "running", "the job to run")
    assert project.stop() < 10
    assert _state(project) == "pending"
    assert project.said[-1].startswith("stopped")
    project.start()
    project.measured(commit)


def test_kill_9_at_any_moment_loses_no_trigger_and_doubles_no_row(project: Project) -> None:
    draw = random.Random(11)
    project.start()
    project.quiet()
    for round_ in range(3):
        commit = project.work(160_000 + round_)
        time.sleep(draw.uniform(0.0, 1.2))
        project.stop(signal.SIGKILL)
        project.start()
        project.measured(commit)
        rows = [row for row in project.rows() if row.commit == commit[:9]]
        assert len(rows) == len({(row.run, row.metric) for row in rows})
        assert rows, f"no row for round {round_}"
    runs = [(row.run, row.metric) for row in project.rows()]
    assert len(runs) == len(set(runs))
    assert "error" not in project.repo.git("fsck")


def test_a_second_daemon_is_refused(project: Project) -> None:
    project.start()
    done = project.run("daemon")
    assert done.returncode == 2
    assert "a daemon runs in this clone already (process" in done.stderr


def test_a_benchmark_that_crashes_or_hangs_does_not_stop_the_others(project: Project) -> None:
    more = (
        '  crash:\n    driver: command\n    command: ["sh", "-c", "echo broken >&2; exit 3"]\n'
        '  hang:\n    driver: command\n    command: ["sleep", "60"]\n    timeout: 1s\n'
    )
    project.repo.commit({".resonance/config.yaml": CONFIG + more}, "more")
    assert project.run("trust", "--yes").returncode == 0
    project.start()
    project.heard("crash", "was not measured", "ended with exit code 3: broken")
    project.heard("hang", "was not measured", "it took longer than its timeout")
    project.measured(project.work(160_000))
    status = project.run("status").stdout
    assert "! crash ended with exit code 3: broken" in status
    assert "! hang was killed after" in status


def test_a_config_edited_by_hand_counts_without_a_restart(project: Project) -> None:
    project.start()
    project.quiet()
    project.repo.write({".resonance/config.yaml": CONFIG.replace("work_cpu", "other")})
    project.heard(".resonance/config.yaml was changed")
    project.repo.write({".resonance/config.yaml": CONFIG.replace("driver: command", "driver: comand")})
    project.heard(".resonance/config.yaml:7:13: ", "command")
    project.repo.write({".resonance/config.yaml": CONFIG})
    project.measured(project.work(170_000))


@contextmanager
def daemon_here(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A daemon in a thread of this process, so that its clocks can be set; yields what it says."""
    said: list[str] = []
    daemons: list[Daemon] = []

    def run() -> None:
        work = open_workspace(str(project.repo.path))
        with closing(Store(work.private())) as store:
            daemons.append(Daemon(work, store, logging.getLogger("test")))
            daemons[0].run()

    monkeypatch.setattr("resonance_perf.daemon.voice.tell", lambda line, log: said.append(line))
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield said
    finally:
        daemons[0].stop()
        thread.join()


def test_a_config_edited_while_the_daemon_opens_its_eyes_anew_is_seen(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.repo.path / ".resonance" / "config.yaml"
    start = Watcher.start
    heard: list[str] = []

    def edit_and_start(watcher: Watcher) -> None:
        if heard and heard[-1].endswith("it counts from now on"):
            path.write_text(CONFIG.replace("driver: command", "driver: comand"))
        start(watcher)

    monkeypatch.setattr(Watcher, "start", edit_and_start)
    with daemon_here(project, monkeypatch) as said:
        heard = said
        until(lambda: any("baseline" in line for line in said), f"the baseline: {said}")
        path.write_text(CONFIG.replace("work_cpu", "other"))
        until(lambda: any(".resonance/config.yaml:7:13: " in line for line in said), f"the problem: {said}")


def test_when_nothing_is_to_be_done_it_checks_itself_and_a_change_goes_first(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resonance_perf.daemon.planning.QUIET_S", 0.0)
    monkeypatch.setattr("resonance_perf.daemon.daemon.LOOK_AGAIN_S", 0.3)
    slow = CONFIG.replace("margin: 10%", "margin: 0.01%")  # so fine that a check takes all of its time
    project.repo.write({".resonance/config.yaml": slow})
    assert project.run("trust", "--yes").returncode == 0
    with daemon_here(project, monkeypatch) as said:
        until(lambda: "running self" in _kinds(project), f"a self-check to run: {said}")
        project.repo.write({".resonance/config.yaml": CONFIG})
        assert project.run("trust", "--yes").returncode == 0
        commit = project.work(900_000, "Count further")
        until(lambda: any("Count further" in line for line in said), f"the change: {said}")
        until(lambda: any("against itself: cpu " in line for line in said), f"the self-check: {said}")
    assert next(line for line in said if "Count further" in line).startswith(("🔴", "🟡"))
    assert {row.commit for row in project.rows()} >= {commit[:9]}
    assert "work: smallest change seen here: cpu " in project.run("status").stdout


def test_nothing_runs_before_it_is_trusted(project: Project) -> None:
    import shutil

    shutil.rmtree(os.environ["XDG_STATE_HOME"])
    project.start()
    project.heard("nobody has allowed what .resonance/config.yaml would run")
    assert project.run("run").returncode == 5
    assert project.rows() == ()
    assert project.run("trust", "--yes").returncode == 0
    until(project.rows, "the baseline")


def test_a_saved_file_is_measured_quickly_and_leaves_no_row(project: Project) -> None:
    config = CONFIG.replace("    paths:", "    quick: true\n    paths:") + "watch: {debounce: 100ms}\n"
    project.repo.commit({".resonance/config.yaml": config}, "quick")
    project.run("trust", "--yes")
    project.start()
    project.quiet()
    before = project.rows()
    (project.repo.path / "work.py").write_text("for i in range(1_500_000): pass\n")
    project.heard("“unsaved work”", "slower")
    assert project.rows() == before
    assert project.repo.git("status", "--porcelain", "work.py") == "M work.py"


def test_a_save_is_planned_while_a_job_runs(project: Project) -> None:
    config = CONFIG.replace("    paths:", "    quick: true\n    paths:") + "watch: {debounce: 1s}\n"
    project.repo.commit({".resonance/config.yaml": config}, "quick")
    project.run("trust", "--yes")
    project.start()
    project.quiet()
    project.work(8_000_000)
    until(lambda: _kinds(project) == ["running commit"], "the job to run")
    (project.repo.path / "work.py").write_text("pass\n")
    until(lambda: _kinds(project) == ["running commit", "pending quick"], "the save beside the job")


def _kinds(project: Project) -> list[str]:
    with closing(project.store()) as store:
        return [f"{one.state} {one.kind}" for one in store.queue.open_jobs()]


def test_the_status_says_what_is_measured_and_what_waits(project: Project) -> None:
    project.start()
    project.quiet()
    project.work(4_000_000)
    until(lambda: "is measuring work" in project.run("status").stdout, "the job to show")


def _state(project: Project) -> str:
    store = project.store()
    try:
        jobs = store.queue.open_jobs()
        return jobs[0].state if jobs else "none"
    finally:
        store.close()


def test_when_several_commits_were_measured_as_one_it_says_which_made_it_slower(project: Project) -> None:
    project.start()
    project.quiet()
    project.stop()
    for number in range(3):
        project.repo.commit({f"note{number}.py": "pass\n"}, f"Before {number}")
    culprit = project.work(900_000, "Count further")
    for number in range(2):
        head = project.repo.commit({f"after{number}.py": "pass\n"}, f"After {number}")
    project.start()
    project.measured(head)
    project.heard(culprit[:9], "Count further", "%")
    assert any(line.startswith("🟡 work slower since ") for line in project.said)
    assert any(row.trigger == "bisect" and row.commit == culprit[:9] for row in project.rows())
