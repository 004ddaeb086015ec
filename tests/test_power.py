"""The scripts that prove the engine run, with numbers too small to prove anything."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
ARMS = {"0 %", "+1 %", "+2 %", "+5 %"}


def run(script: str, *args: str) -> str:
    done = subprocess.run([sys.executable, str(BENCHMARKS / script), *args], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.shared
def test_power_asks_every_rule_about_every_arm(tmp_path: Path) -> None:
    said = run("power.py", "--seconds", "0.2", "--trials", "1", "--no-peers", "--json", str(tmp_path / "power.json"))
    found = json.loads((tmp_path / "power.json").read_text())
    rules = {row["rule"] for row in found["rows"]}
    assert {"ours, CPU", "ours, wall alone, 2 × time", "block, Welch t", "block, min > 2 %"} <= rules
    assert {(row["rule"], row["arm"]) for row in found["rows"]} == {(rule, arm) for rule in rules for arm in ARMS}
    assert all(row["trials"] == len(row["answers"]) == 1 for row in found["rows"])
    assert found["program_ms"] > 0 and found["noise"] is False and set(found["arms"]) == ARMS
    assert set(found["missing"]) == {"hyperfine", "pytest-benchmark", "pyperf", "asv"}
    assert "false alarms at 0 %" in said and "missing: not asked for" in said


@pytest.mark.slow
@pytest.mark.shared
def test_power_compares_a_program_with_its_copy_and_keeps_a_stream_of_runs(tmp_path: Path) -> None:
    run("power.py", "--seconds", "0.2", "--aa", "2", "--noise", "--json", str(tmp_path / "aa.json"))
    found = json.loads((tmp_path / "aa.json").read_text())["aa"]
    assert found["comparisons"] == sum(found["verdicts"].values()) == 2
    assert found["low"] <= found["alarms"] / 2 <= found["high"] and found["mean_s"] > 0
    run("power.py", "--record", str(tmp_path), "--runs", "20")
    (kept,) = tmp_path.glob("*-quiet.csv.xz")
    with lzma.open(kept, "rt") as file:
        lines = file.read().splitlines()
    assert lines[0] == "wall_us,cpu_us" and len(lines) == 21
    assert all(int(value) > 0 for line in lines[1:] for value in line.split(","))


@pytest.mark.slow
@pytest.mark.shared
def test_every_aim_is_asked_of_the_machine(tmp_path: Path) -> None:
    said = run("aims.py", "--seconds", "0.2", "--trials", "1", "--json", str(tmp_path / "aims.json"))
    found = json.loads((tmp_path / "aims.json").read_text())
    asked = {(one["aim"]["stream"], one["aim"]["effect"]) for one in found["asked"]}
    assert asked == {("c-quiet cpu", effect) for effect in (0.0, 0.01, 0.02, 0.05)} | {
        ("c-quiet wall", effect) for effect in (0.0, 0.02)
    }
    assert all(len(one["verdicts"]) == len(one["seconds"]) == 1 for one in found["asked"])
    assert "cpu: +5 % found within 0.8 s" in said and "wall: equal sides" in said


@pytest.mark.slow
@pytest.mark.shared
def test_simulate_fills_every_table(tmp_path: Path) -> None:
    said = run("simulate.py", "--trials", "2", "--json", str(tmp_path / "simulate.json"))
    found = json.loads((tmp_path / "simulate.json").read_text())
    assert {row["effect"] for row in found["cells"]} == {0.0, 0.01, 0.02, 0.05}
    for row in found["cells"]:
        assert row["slower"] + row["faster"] + row["same"] + row["unsure"] == row["trials"] >= row["covered"] >= 0
    assert {row["pairs"] for row in found["estimators"]} == {20, 80, 240}
    assert all(0 <= row["coverage"] <= 1 and row["mean_pairs"] <= 240 for row in found["designs"])
    assert {row["order"] for row in found["orders"]} == {"a coin each (ours)", "couples"}
    assert all(one["said"] in ("met", "open", "MISSED") for one in found["aims"])
    assert "estimators of the ratio" in said and "when to stop" in said
