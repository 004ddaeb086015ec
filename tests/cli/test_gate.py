from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.app import quiet
from resonance_perf.store.store import Store
from tests.cli.conftest import CONFIG, Watched, state

Make = Callable[[str], Watched]
STATE = ".resonance/01_state.md"


def test_green_is_0_and_says_the_number_with_its_interval(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    code, out, _ = watched.run("check")
    assert code == 0
    assert out.startswith("🟢 api.wall 50 ms [49 ms, 51 ms] within api_wall (100ms), ")


def test_red_is_1(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    assert watched.run("check")[0] == 1


def test_unmeasured_is_said_and_fails_the_strict_gate(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms", typo="1s"))
    code, out, _ = watched.run("check")
    assert code == 0
    assert "⚫ api_wall: unmeasured (api.wall was never measured)" in out
    assert "⚫ typo: unmeasured (no metric: write {budget: typo}" in out
    assert watched.run("check", "--strict")[0] == 4


def test_a_loosening_by_hand_is_3_with_file_and_line_and_the_old_limit_stays(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    watched.repo.write({STATE: state(api_wall="900ms")})
    code, out, _ = watched.run("check")
    assert code == 3
    assert out.startswith(
        f"{STATE}:6: api_wall was loosened from 100ms to 900ms without approval; 100ms stays in force. "
        "One of Ada Lovelace <ada@example.org> may approve: resonance-perf budget loosen"
    )
    assert "🔴 api.wall 150 ms" in out


def test_a_committed_loosening_is_3_and_names_the_commit(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    commit = watched.repo.commit({STATE: state(api_wall="900ms")}, "more room")
    code, out, _ = watched.run("check")
    assert code == 3
    assert f"in {commit[:9]} without approval" in out


def test_an_approved_loosening_counts(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.repo.commit(
        {STATE: state(api_wall="900ms")}, "more room\n\nPerf-Approved-by: Ada Lovelace <ada@example.org>"
    )
    assert watched.run("check")[0] == 0


def test_approvers_are_those_of_the_parent_commit(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    config = (watched.repo.path / ".resonance/config.yaml").read_text().replace("Ada Lovelace <ada", "Eve <eve")
    message = "more room\n\nPerf-Approved-by: Eve <eve@example.org>"
    watched.repo.commit({STATE: state(api_wall="900ms"), ".resonance/config.yaml": config}, message)
    assert watched.run("check")[0] == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('```json\n{"budgets": {"api_wall": "1s",}}\n```\n', f"{STATE}:2:30: a comma before the closing bracket"),
        ('```json\n{"budgets": {"api_wall": "1 parsec"}}\n```\n', f"{STATE}:2:26: api_wall: unknown unit"),
        ("```yaml\nbudgets: {a: 1s}\n```\n\n```yaml\nbudgets: {b: 1s}\n```\n", f"{STATE}:5:1: there is a second"),
    ],
)
def test_a_fence_that_cannot_be_read_is_2_with_its_place(make_watched: Make, text: str, said: str) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    watched.repo.write({STATE: text})
    code, out, err = watched.run("check")
    assert code == 2
    assert out.startswith(said)
    assert "Traceback" not in out + err


def test_latin_1_and_a_link_out_of_the_repository_are_sentences(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    path = watched.repo.path / STATE
    path.write_bytes("# Straße\n".encode("latin-1"))
    code, out, err = watched.run("check")
    assert (code, "01_state.md:1:7: byte 0xdf is not UTF-8" in out + err) == (2, True)
    path.unlink()
    path.symlink_to("/etc/hostname")
    code, out, err = watched.run("check")
    assert (code, "outside the repository" in out + err) == (2, True)


def test_json_is_one_document_of_the_design(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    watched.repo.write({STATE: state(api_wall="200ms")})
    code, out, _ = watched.run("check", "--json")
    document = json.loads(out)
    assert code == 3
    assert document["version"] == 1
    assert document["verdict"] == "green"
    (budget,) = document["budgets"]
    assert {name: budget[name] for name in ("key", "metric", "limit", "unit", "direction", "value", "status", "headroom")} == {
        "key": "api_wall", "metric": "api.wall", "limit": 100, "unit": "ms", "direction": "lower", "value": 50,
        "status": "green", "headroom": 0.5,
    }  # fmt: skip
    assert document["loosened"] == [
        {"key": "api_wall", "from": "100ms", "to": "200ms", "scope": "", "file": STATE, "line": 6}
    ]


def test_what_is_remembered_is_never_stale(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    assert watched.run("check")[0] == 0
    assert watched.run("check")[0] == 0
    watched.measured(150, id_="02RUN", at=2.0)
    assert watched.run("check")[0] == 1
    watched.repo.write({STATE: state(api_wall="900ms")})
    assert watched.run("check")[0] == 3
    watched.repo.git("commit", "-qam", "x\n\nPerf-Approved-by: Ada Lovelace <ada@example.org>")
    assert watched.run("check")[0] == 0


def test_status_shows_a_table_and_always_ends_well(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    code, out, _ = watched.run("status")
    assert code == 0
    assert out.startswith("main: red\n\nbudget    limit  now     headroom  status  trend  measured\n")
    assert "No daemon runs here" in out
    assert json.loads(watched.run("status", "--json")[1])["daemon"]["pid"] is None


def test_status_tells_a_failure_apart_from_how_the_budgets_stand(
    make_watched: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet, "QUIET_S", 0.0)
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    watched = make_watched(state(api_wall="100ms"))
    config = f'{CONFIG}  other: {{driver: command, command: ["sh", "-c", "echo no port >&2; exit 3"]}}\n'
    watched.repo.commit({".resonance/config.yaml": config})
    watched.measured(50)
    assert watched.run("run", "other")[0] == 4
    said = "other ended with exit code 3: no port."
    out = watched.run("status")[1]
    assert out.startswith("main: green; 1 not measured, see below\n\nbudget") and f"! {said}\n" in out
    document = json.loads(watched.run("status", "--json")[1])
    assert document["failures"] == [said] and document["verdict"] == "unmeasured", "the whole is not green"


def test_status_without_budgets_says_what_to_do(make_watched: Make) -> None:
    assert "No budgets yet" in make_watched("# State\n").run("status")[1]


def test_colours_only_on_a_terminal(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    assert "\x1b" not in watched.run("status")[1]


def test_a_number_of_another_commit_is_never_green_by_silence(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    before = watched.repo.git("rev-parse", "--short=9", "HEAD")
    after = watched.repo.commit({"code.py": "x = 1\n"}, "a change")[:9]
    code, out, _ = watched.run("check")
    assert code == 0 and watched.run("check", "--strict")[0] == 4
    assert f"unmeasured: api_wall (100ms), {before} (measured on {before}, not on {after})" in out
    assert out.endswith(f"unmeasured on {after} “a change”: api_wall. Next: resonance-perf check --measure\n")
    assert json.loads(watched.run("check", "--json")[1])["missing"] == ["api"]


def test_a_red_number_of_another_commit_stays_red_and_says_whose_it_is(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    watched.repo.commit({"code.py": "x = 1\n"})
    code, out, _ = watched.run("check")
    assert code == 1
    assert "(measured on " in out and out.endswith("Next: resonance-perf check --measure\n")


def test_the_same_content_in_another_commit_stands(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    measured = watched.repo.git("rev-parse", "--short=9", "HEAD")
    watched.repo.commit({"code.py": "x = 1\n"})
    watched.repo.git("revert", "--no-edit", "HEAD")
    code, out, _ = watched.run("check", "--strict")
    assert code == 0
    assert f", {measured} (that commit holds the same)" in out


def test_an_adopted_run_stands_for_the_commit(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    head = watched.repo.commit({"code.py": "x = 1\n"})
    store = Store(str(watched.repo.path / ".git" / "resonance"))
    store.results.adopt("api", head, "01RUN", 1e9)
    store.close()
    assert watched.run("check", "--strict")[0] == 0


def test_a_commit_that_tightens_a_budget_is_judged_by_the_numbers_below_it(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    watched.repo.commit({STATE: state(api_wall="60ms")}, "perf(budget): tighten api_wall\n\nPerf-Run: 01RUN")
    code, out, _ = watched.run("check", "--strict")
    assert code == 0 and "holds the same" not in out


def test_a_commit_is_judged_by_its_own_limits_and_numbers_whatever_the_work_tree_says(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(80)
    old = watched.repo.git("rev-parse", "HEAD")
    watched.repo.commit({STATE: state(api_wall="60ms"), "code.py": "x = 1\n"})
    watched.measured(50, id_="02RUN", at=2.0)
    watched.repo.write({STATE: state(api_wall="900ms")})
    assert watched.run("check")[0] == 3
    code, out, _ = watched.run("check", "--commit", "HEAD")
    assert code == 0 and "50 ms" in out and "(60ms)" in out
    code, out, _ = watched.run("check", "--commit", old)
    assert code == 0 and "80 ms" in out and "(100ms)" in out
    assert watched.run("check", "--commit", "nowhere")[0] == 2


def test_formats_go_to_their_files_and_one_to_stdout(make_watched: Make, tmp_path: Path) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(150)
    words = (
        "--format",
        "github",
        "--format",
        "junit",
        "--output",
        str(tmp_path / "a.xml"),
        "--format",
        "sarif",
        "--output",
        str(tmp_path / "b"),
    )
    code, out, _ = watched.run("check", *words)
    assert code == 1
    assert out.startswith(
        "::error file=.resonance/01_state.md,line=6,title=api_wall%3A a budget is exceeded::api.wall 150 ms"
    )
    assert (tmp_path / "a.xml").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "b").read_text())["version"] == "2.1.0"
    code, out, _ = watched.run("check", "--format", "markdown", "--output", "perf.md")
    assert out.startswith("🔴 api.wall"), "a log says how it ended, also when the formats have files"
    assert (watched.repo.path / "perf.md").read_text().startswith("**🔴 red on ")


def test_formats_that_would_mix_are_refused(make_watched: Make, capsys: pytest.CaptureFixture[str]) -> None:
    watched = make_watched(state(api_wall="100ms"))
    code, _, err = watched.run("check", "--format", "json", "--format", "junit")
    assert code == 2 and "json and junit cannot both go to stdout. Give all but one a file" in err
    with pytest.raises(SystemExit):
        watched.run("check", "--format", "json", "--output", "a", "--output", "b")
    assert "--output b has no --format before it" in capsys.readouterr().err


def test_a_config_that_cannot_be_read_reaches_the_format_of_the_ci(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    watched.repo.write({".resonance/config.yaml": "version: 1\nbenchmarks:\n  a:\n    driver: htp\n"})
    code, out, _ = watched.run("check", "--format", "github")
    assert code == 2
    assert out.startswith("::error file=.resonance/config.yaml,line=4,col=13,title=")


def test_measuring_needs_trust(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    code, _, err = watched.run("check", "--measure")
    assert code == 5 and 'run "resonance-perf trust"' in err


def test_measure_measures_what_is_missing_and_only_that(make_watched: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    watched = make_watched(state(api_wall="100s"))
    watched.repo.commit({"code.py": "x = 1\n"})
    code, out, err = watched.run("check", "--measure", "--strict")
    assert (code, "measuring api …" in err) == (0, True)
    assert "🟢 api.wall" in out and "measuring" not in out
    assert "measuring" not in watched.run("check", "--measure")[2]


def test_a_benchmark_that_fails_is_4_and_says_why(make_watched: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    watched = make_watched(state(api_wall="100s"))
    config = (watched.repo.path / ".resonance/config.yaml").read_text().replace('["true"]', '["false"]')
    watched.repo.commit({".resonance/config.yaml": config})
    code, out, _ = watched.run("check", "--measure")
    assert code == 4
    assert "was not measured: " in out
    assert out.endswith("api. Next: resonance-perf run api\n")


def test_interrupted_while_it_measures_is_130_and_says_no_verdict(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100s"))
    config = (watched.repo.path / ".resonance/config.yaml").read_text().replace('["true"]', '["sleep", "60"]')
    watched.repo.commit({".resonance/config.yaml": config})
    with subprocess.Popen(
        [sys.executable, "-m", "resonance_perf", "check", "--measure"], cwd=watched.repo.path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "RESONANCE_PERF_TRUST": "1"},
    ) as process:  # fmt: skip
        assert process.stderr is not None and process.stdout is not None
        assert process.stderr.readline() == "measuring api …\n"
        process.send_signal(signal.SIGINT)
        assert (process.wait(20), process.stdout.read()) == (130, "")


def test_in_ci_the_commit_below_our_own_is_measured(make_watched: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    watched = make_watched(state(api_wall="100s"))
    people = watched.repo.commit({"code.py": "x = 1\n"}, "a change")
    watched.repo.commit({STATE: state(api_wall="60s")}, "perf(budget): tighten api_wall\n\nPerf-Run: 01RUN")
    assert watched.run("check", "--measure", "--strict")[0] == 0
    store = Store(str(watched.repo.path / ".git" / "resonance"))
    assert {one.commit for one in store.numbers.of_commit("api", people).values()} == {people}
    store.close()


def test_the_gate_for_pushes_in_the_docs_stops_a_red_push_and_no_other(make_watched: Make, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/gates.md").read_text()
    hook = re.search(r"^```sh\n(#!/bin/sh\n.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert hook is not None
    watched = make_watched(state(api_wall="100ms"))
    watched.measured(50)
    path = watched.repo.path / ".git/hooks/pre-push"
    path.parent.mkdir(exist_ok=True)
    path.write_text(hook[1])
    path.chmod(0o755)
    watched.repo.git("init", "-q", "--bare", str(tmp_path / "remote"))
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def push(*words: str) -> subprocess.CompletedProcess[str]:
        argv = ["git", "push", str(tmp_path / "remote"), *words]
        return subprocess.run(argv, cwd=watched.repo.path, env=env, capture_output=True, text=True)

    assert push("HEAD:main", "HEAD:side").returncode == 0
    watched.repo.commit({"code.py": "x = 1\n"})
    watched.measured(150, id_="02RUN", at=2.0)
    refused = push("HEAD:main")
    assert refused.returncode != 0 and "🔴 api.wall 150 ms" in refused.stdout + refused.stderr
    assert push("HEAD^:main", ":side").returncode == 0
