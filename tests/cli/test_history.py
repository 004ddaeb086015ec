from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.model.run import Environment, Estimate, Run
from resonance_perf.store.store import Store
from tests.cli.conftest import CONFIG, Watched, state

VALUES = [100 + 0.5 * (at * 7 % 5 - 2) for at in range(40)] + [110 + 0.5 * (at * 7 % 5 - 2) for at in range(40)]


def store(watched: Watched, environment: Callable[[int], str] = lambda _at: "e") -> None:
    results = Store(str(watched.repo.path / ".git" / "resonance"))
    runs = [
        Run(
            id=f"01R{at:03}", benchmark="api", commit=f"{at:040x}", side="head", started_at=1.8e9 + 3600 * at,
            environment=Environment(environment(at), ()), samples=(),
            estimates=tuple(Estimate(name, value, value - 1, value + 1, "ms", 8) for name in ("wall", "cpu")),
        )
        for at, value in enumerate(VALUES)
    ]  # fmt: skip
    for run in runs:
        results.results.save("job", [run], [], standing=True)
    results.close()


@pytest.fixture
def watched(make_watched: Callable[[str], Watched]) -> Watched:
    """With 80 values: a step of 10 % at the 40th."""
    made = make_watched(state(api_wall="200ms"))
    store(made)
    return made


def test_change_points_stand_below_the_table_and_are_looked_for_in_all_values(watched: Watched) -> None:
    code, out, _ = watched.run("history", "api.wall", "--last", "5")
    assert code == 0
    assert len(re.findall(r"^20\S+ \S+ +\S+ +1\d\d", out, re.MULTILINE)) == 5
    assert re.search(
        r"change points of wall\n.*\n\S+ \S+ +000000000 +step +100 ms → 110 ms +\+10.\d % \[.*p < 0.0001", out
    )


def test_where_the_config_names_no_metric_the_first_is_shown_and_exported(watched: Watched, tmp_path: Path) -> None:
    bare = CONFIG.partition("    metrics:")[0]
    watched.repo.commit({".resonance/config.yaml": bare})
    code, out, _ = watched.run("history", "api")
    assert code == 0
    assert out.startswith("api wall ")
    assert watched.run("history", "api", "--export", "otava", str(tmp_path))[0] == 0
    assert (tmp_path / "api.csv").read_text().startswith("time,commit,wall\n")


def test_json_has_them_in_the_base_unit(watched: Watched) -> None:
    _, out, _ = watched.run("history", "api", "--json")
    metrics = json.loads(out)["metrics"]
    (change,) = metrics["wall"]["changes"]
    assert (change["kind"], change["commit"], change["at"]) == ("step", f"{40:040x}", 1.8e9 + 3600 * 40)
    assert change["before"] == pytest.approx(100, rel=0.01) and change["after"] == pytest.approx(110, rel=0.01)
    assert change["low"] < 1.1 < change["high"] and metrics["wall"]["points"][0]["environment"] == "e"


def test_a_new_machine_is_no_step(make_watched: Callable[[str], Watched]) -> None:
    made = make_watched(state(api_wall="200ms"))
    store(made, lambda at: "old" if at < 40 else "new")
    _, out, _ = made.run("history", "api.wall")
    assert "environment change" in out and "not compared" in out and " step " not in out


def test_the_plot_marks_them(watched: Watched) -> None:
    pytest.importorskip("matplotlib")
    code, _, _ = watched.run("history", "api.wall", "--last", "60", "--plot", str(watched.repo.path / "trend.svg"))
    assert code == 0
    assert "<!-- step +10.0 % -->" in (watched.repo.path / "trend.svg").read_text()


def test_another_export_is_a_sentence(watched: Watched) -> None:
    code, _, err = watched.run("history", "api", "--export", "excel", "x")
    assert (code, "There is: --export otava DIR" in err) == (2, True)


def test_the_export_for_otava_has_every_value(watched: Watched, tmp_path: Path) -> None:
    code, out, _ = watched.run("history", "api", "--export", "otava", str(tmp_path / "out"))
    assert code == 0 and "otava analyze api" in out
    rows = list(csv.reader((tmp_path / "out" / "api.csv").open()))
    assert rows[0] == ["time", "commit", "wall", "cpu"] and len(rows) == 81
    assert rows[41] == ["2027-01-17T00:00:00+00:00", f"{40:040x}", "109.0", "109.0"]
    (test,) = json.loads((tmp_path / "out" / "api.otava.yaml").read_text())["tests"].values()
    assert test["metrics"]["wall"] == {"column": "wall", "direction": -1, "scale": 1}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(600)
def test_otava_itself_reads_it_and_finds_the_step(
    watched: Watched, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    peers = tmp_path_factory.mktemp("peers")
    venv.create(peers)
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(peers),
        "install",
        "--quiet",
        "--no-compile",
        "apache-otava",
    ]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"no apache-otava within reach: {done.stderr.strip().splitlines()[-1:]}")
    _, out, _ = watched.run("history", "api", "--export", "otava", str(tmp_path))
    words = out.splitlines()[-1].split()
    (variable, config), since = words[0].split("="), words[-1]
    done = subprocess.run(
        [peers / "bin" / "otava", "analyze", "api", "--since", since, "--until", "2027-12-31"],
        env={**os.environ, variable: config}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "+10" in done.stdout and "wall" in done.stdout, done.stdout


def test_the_table_needs_no_scipy(watched: Watched) -> None:
    code = (
        "import sys\nfrom resonance_perf.cli import main\nmain(['history', 'api'])\n"
        "assert 'scipy' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=watched.repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_name_that_nothing_has_is_told_with_those_there_are(watched: Watched) -> None:
    assert "Measure it: resonance-perf run api\n" in watched.run("history", "api.p99")[2]
    code, _, said = watched.run("history", "nope")
    assert code == 2 and 'nothing was measured of "nope". There is api.' in said
