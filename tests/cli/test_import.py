"""Another tool's file becomes a number that is judged, shown and remembered; somebody else's reader is found, too."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.cli import main
from resonance_perf.config.load import load_config
from tests.cli.conftest import Watched

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
BUDGETS = '# State\n\n```json\n{"budgets": {"checkout": {"limit": "%s", "metric": "checkout.p95"}}}\n```\n'


def test_a_file_is_judged_shown_and_remembered(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS % "150ms")
    code, out, _ = watched.run("import", str(FIXTURES / "hey/slow.stdout.txt"), "--benchmark", "checkout")
    assert code == 0 and "checkout" in out and "within checkout (150ms)" in out
    assert "p95 102 ms [84.2 ms, 147 ms]" in out
    assert "102 ms" in watched.run("status")[1]
    log = (watched.repo.path / ".resonance/02_memory.md").read_text()
    assert "| import | checkout | p95 | – | 102 ms | – | 🟢 150ms |" in log


def test_a_red_budget_is_red(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS % "50ms")
    assert watched.run("import", "hey", str(FIXTURES / "hey/slow.stdout.txt"), "--benchmark", "checkout")[0] == 1


def test_a_failed_run_is_told_and_not_stored(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS % "150ms")
    code, _, err = watched.run("import", str(FIXTURES / "k6/refused.summary-export.json"), "--benchmark", "checkout")
    assert code == 4 and "checkout is a failed run: no request succeeded" in err
    assert "unmeasured" in watched.run("status")[1]


def test_several_files_are_several_runs(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched('# State\n\n```json\n{"budgets": {"lcp": {"limit": "2.5s", "metric": "home.lcp"}}}\n```\n')
    report = json.loads((FIXTURES / "lighthouse/mobile.report.trimmed.json").read_text())
    for number, lcp in enumerate((1900, 2100, 2000, 2200, 2050)):
        report["audits"]["largest-contentful-paint"]["numericValue"] = lcp
        watched.repo.write({f"run-{number}.json": json.dumps(report)})
    one = watched.run("import", "run-0.json", "--benchmark", "home")
    assert one[0] == 0 and "unsure about lcp" in one[1] and "lcp was measured once" in one[1]
    code, out, _ = watched.run("import", *(f"run-{number}.json" for number in range(5)), "--benchmark", "home")
    assert code == 0 and "within lcp (2.5s)" in out and "lcp 2.05 s [1.9 s, 2.2 s]\n" in out


def test_json(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS % "150ms")
    _, out, _ = watched.run("import", str(FIXTURES / "wrk/slow.stdout.txt"), "--json")
    (run,) = json.loads(out)["runs"]
    assert run["benchmark"] == "wrk" and run["load_model"] == "closed"
    assert run["metrics"]["p99"]["value"] == pytest.approx(169.34)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hey"], "which file of hey?"),
        (["--tool", "nonsense", "x.json"], 'there is no reader for "nonsense"'),
        (["nonsense", "x.json"], "No such file or directory"),
        (["x.json"], "x.json is of no tool that is known here"),
        (["k6", "x.json"], "x.json:1:1: this is not JSON"),
        (["none.json"], "none.json is empty. Did the tool that was to write it fail?"),
    ],
)
def test_what_is_wrong_is_a_sentence(make_watched: Callable[[str], Watched], words: list[str], said: str) -> None:
    watched = make_watched(BUDGETS % "150ms")
    watched.repo.write({"x.json": "\x00 what", "none.json": ""})
    code, _, err = watched.run("import", *words)
    assert code == 2 and said in err


def test_the_page_on_tools_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tools", "--markdown"]) == 0
    page = (Path(__file__).parents[2] / "docs/tools.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + capsys.readouterr().out)


def test_the_example_of_extending_is_a_reader(
    make_watched: Callable[[str], Watched], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs/extending.md").read_text(encoding="utf-8")
    _installed(tmp_path, monkeypatch, page.partition("```python\n")[2].partition("```")[0], "readers")
    watched = make_watched(BUDGETS % "150ms")
    watched.repo.write({"lap.stopwatch": "0.5\n0.25\n1.5\n"})
    code, out, _ = watched.run("import", "lap.stopwatch")
    assert code == 0 and "wall 500 ms" in out
    assert "one line with seconds for each lap" in watched.run("tools")[1]


def test_the_example_of_extending_is_a_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs/extending.md").read_text(encoding="utf-8")
    _installed(tmp_path, monkeypatch, page.split("```python\n")[2].partition("```")[0], "drivers")
    text = "version: 1\nbenchmarks: {b: {driver: stopwatch, program: ./run, metrics: {wall: {}}}}\n"
    config, problems = load_config(text, "c.yaml")
    assert config is not None, problems
    assert "-n 3 -o {out}/lap.stopwatch ./run" in " ".join(config.names_files)


def _installed(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str, group: str) -> None:
    """A package of somebody else, as an installer leaves it."""
    info = folder / "stopwatch-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stopwatch\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[resonance_perf.{group}]\nstopwatch = stopwatch\n")
    (folder / "stopwatch.py").write_text(source)
    monkeypatch.delitem(sys.modules, "stopwatch", raising=False)
    monkeypatch.syspath_prepend(folder)
