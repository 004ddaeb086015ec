"""`profile`: what each function takes, alone or against a base."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.cli.profile_list import listed
from resonance_perf.profilers.registry import installed
from tests.cli.conftest import Watched

BUDGETS = '# State\n\n```json\n{"budgets": {}}\n```\n'
CONFIG = """version: 1
benchmarks:
  work: {driver: command, command: ["python3", "work.py"], metrics: {wall: {}}}
  page: {driver: size, files: ["*.py"]}
"""
WORK = """
def keep(rounds):
    for _ in range(rounds):
        abs(1)

def scan(rounds):
    for _ in range(rounds):
        abs(1)

keep(100_000)
"""


@pytest.fixture
def shop(make_watched: Callable[[str], Watched], monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = make_watched(BUDGETS)
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    watched.repo.commit({".resonance/config.yaml": CONFIG, "work.py": WORK}, "start")
    return watched


@pytest.mark.slow
@pytest.mark.shared
def test_a_table_a_document_and_files(shop: Watched, tmp_path: Path) -> None:
    shop.repo.commit({"work.py": WORK + "scan(900_000)\n"}, "scan")
    out = tmp_path / "difference.svg"
    code, said, told = shop.run("profile", "work", "--against", "HEAD~1", "--time", "1s", "--out", str(out))
    assert code == 0, told
    title, head, first, *_ = said.splitlines()
    assert title.startswith("work at ") and title.endswith("wall by pyinstrument: ms per run")
    assert head.split() == ["itself", "was", "change", "with", "all", "it", "calls", "function", "at"]
    assert "work.scan" in first and "work.py:" in first
    assert "pyinstrument looked 3 times; a run took" in told and "<svg" in out.read_text()

    code, said, _ = shop.run("profile", "work", "--profiler", "cprofile", "--time", "1s", "--json")
    document = json.loads(said)
    assert (code, document["profiler"], document["per"], document["unit"]) == (0, "cprofile", "run", "calls")
    calls = {one["function"]: one["self"] for one in document["functions"]}
    assert calls["work.scan"] == 1 and calls["builtins.abs"] == 1_000_000
    (kept,) = document["files"]
    names = {one.name for one in Path(kept).iterdir()}
    assert {"head-1.cprofile.pb.gz", "profile.html"} <= names


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("work", "--profiler", "strobe"), 'there is no profiler "strobe"'),
        (("work", "--out", "x.y"), "the name of x.y says no format"),
        (("work", "--out", "x.svg", "--format", "y"), 'there is no format "y"'),
        ((), "one benchmark is profiled at a time. Name it: work, page"),
        (("page",), "page looks at files: there is nothing to profile"),
    ],
)
def test_what_cannot_be_is_a_sentence(shop: Watched, words: tuple[str, ...], sentence: str) -> None:
    code, said, told = shop.run("profile", *words)
    assert code in (2, 4) and not said and sentence in told


def test_every_profiler_is_listed_with_what_it_looks_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(as_json=True) == 0
    found = {one["profiler"]: one for one in json.loads(capsys.readouterr().out)["profilers"]}
    assert found.keys() == installed().keys()
    assert found["cprofile"]["found"].startswith("3.") and found["cprofile"]["resource"] == "calls"
    assert "--cap-add SYS_PTRACE" in found["py-spy"]["traps"]


def test_every_profiler_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs/profiling.md").read_text(encoding="utf-8")
    table = page.partition("| profiler | looks at |")[2].partition("\n\n")[0]
    assert [name for name in installed() if f"`{name}`" not in table] == []
