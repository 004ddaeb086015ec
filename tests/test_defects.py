"""Commits that put one defect each into the sample shop, and what the lesson says of them."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from resonance_perf.config.load import load_config

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests/defects"
TABLE: dict[str, dict[str, Any]] = YAML(typ="safe").load((FOLDER / "table.yaml").read_text())
SOME = ["dropped-index:stats-plan", "n-plus-one:orders-calls", "layout-thrash", "clean-refactor:orders-calls"]
"""A statement, a function, a page, and nothing: all of it is counted, and neighbours change no count.

RESONANCE_PERF_DEFECTS=all takes all of them, which is what `make defects` does."""
WORDS = re.compile(
    r"index|n\+1|loop|quadratic|json|block|leak|lock|image|thrash|reflow|unused|bundle|font|serial|water"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop as a repository; its first commit is tagged `start`."""
    made = shutil.copytree(
        ROOT / "sample_repo", tmp_path_factory.mktemp("defects") / "shop", ignore=shutil.ignore_patterns("__pycache__", "*.db")
    )  # fmt: skip
    for args in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "A small shop"], ["tag", "start"]):
        git(made, *args)
    return made


def git(shop: Path, *args: str) -> str:
    who = ["-c", "user.name=Grace Hopper", "-c", "user.email=grace@example.org"]
    done = subprocess.run(["git", *who, *args], cwd=shop, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def apply(shop: Path, name: str) -> None:
    git(shop, "reset", "--quiet", "--hard", "start")
    git(shop, "am", "--quiet", str(FOLDER / f"{name}.patch"))


def test_every_patch_has_its_expectation_and_benchmarks_that_there_are() -> None:
    assert set(TABLE) == {path.stem for path in FOLDER.glob("*.patch")}
    clean = [one for one in TABLE.values() if isinstance(one["benchmarks"], list)]
    assert len(TABLE) - len(clean) >= 12 and len(clean) >= 2
    named = {benchmark for one in TABLE.values() for benchmark in one["benchmarks"]}
    more = (path.read_text() for path in sorted((ROOT / "sample_repo/perf").glob("*.yaml")))
    wanted = [text for text in more if any(f"\n  {one}:" in f"\n{text}" for one in named)]
    text = "".join([(ROOT / "sample_repo/config.yaml").read_text(), *wanted])
    config, problems = load_config(text, "config.yaml")
    assert config is not None and problems == ()
    assert named <= {one.name for one in config.benchmarks}


def test_every_patch_applies_and_its_message_does_not_give_it_away(shop: Path) -> None:
    for name in TABLE:
        apply(shop, name)
        assert not WORDS.search(git(shop, "log", "-1", "--format=%B").lower()), name


@pytest.mark.parametrize(
    ("told", "moved", "cause", "share"),
    [
        ("calls 9 → 12, +33 % (exact): 80 % of it is shop.api.f (shop/api.py:6, new) in g", "calls 9 → 12, +33 % (exact)", "shop.api.f (shop/api.py:6)", "80 %"),
        ("p95 1 ms → 2 ms, +100 %: all of it is shop.f (f.py:5) in shop.g; cpu 1 ms → 2 ms, +100 %", "p95 1 ms → 2 ms, +100 %", "shop.f (f.py:5) in shop.g", "all"),
        ("raw 1 B → 2 B, +100 %; bytes 1 B → 9 B, +800 %: all of it is /a.png (+8 B)", "bytes 1 B → 9 B, +800 %", "/a.png", "all"),
        ("fcp 1 s → 2 s, +100 %: it is waiting for /f.css (new, 2 s), less first paint (−1 s)", "fcp 1 s → 2 s, +100 %", "waiting for /f.css", "more than all"),
        ("p95 1 ms → 2 ms, +100 %: seen with it: index a_b of a gone", "p95 1 ms → 2 ms, +100 %", "index a_b of a gone", "seen with it"),
        ("p95 1 ms → 2 ms, +100 %", "p95 1 ms → 2 ms, +100 %", "", ""),
    ],
)  # fmt: skip
def test_the_first_cause_of_a_lesson_is_read_with_its_share(
    monkeypatch: pytest.MonkeyPatch, told: str, moved: str, cause: str, share: str
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    read = importlib.import_module("defects").told
    older = "- 2026-11-24: feed slower in 0a1b2c3d4: p95 1 ms → 3 ms, +200 %: all of it is other (o.py:1) (run 01A)"
    memory = f"## Lessons\n\n- 2026-11-25: shop slower in 1a2b3c4d5 “Say it”: {told} (run 01B)\n{older}\n"
    assert read(memory, "shop") == (moved, cause, share)
    assert read(memory, "page") == read("## Lessons\n", "shop") == ("", "", "")


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", TABLE)
def test_the_shop_is_still_right(shop: Path, name: str) -> None:
    apply(shop, name)
    done = subprocess.run([sys.executable, "-m", "unittest", "-q"], cwd=shop, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(3600)
def test_the_lesson_names_the_right_cause_first_and_blames_nothing_on_a_clean_commit(tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    names = [] if os.environ.get("RESONANCE_PERF_DEFECTS") == "all" else SOME
    found = tmp_path / "found.json"
    command = [sys.executable, str(ROOT / "benchmarks/defects.py"), *names, "--json", str(found)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {one["case"]["name"] for one in json.loads(found.read_text())} == {
        one.partition(":")[0] for one in names or TABLE
    }
