"""Recordings of Java: a real one, read by the `jfr` of the JDK that made it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from resonance_perf.cli import main

JAVA = """
public class Shop {
    static double spend(int n) { double total = 0; for (int i = 1; i < n; i++) total += Math.sqrt(i) / i; return total; }
    static byte[][] keep(int n) { byte[][] kept = new byte[n][]; for (int i = 0; i < n; i++) kept[i] = new byte[10_000]; return kept; }
    public static void main(String[] words) {
        double total = 0;
        for (long end = System.nanoTime() + 1_000_000_000L; System.nanoTime() < end; )
            total += spend(2_000_000) + keep(2000).length;
        System.out.println(total);
    }
}
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a program that computes and allocates for a second."""
    if shutil.which("javac") is None or shutil.which("jfr") is None:
        pytest.skip("no JDK is installed: apt-get install default-jdk-headless")
    folder = tmp_path_factory.mktemp("java")
    (folder / "Shop.java").write_text(JAVA)
    subprocess.run(["javac", "Shop.java"], cwd=folder, check=True)
    asked = "-XX:StartFlightRecording=filename=shop.jfr,settings=profile"
    subprocess.run(["java", "-Xlog:disable", asked, "Shop"], cwd=folder, check=True, capture_output=True)
    return folder / "shop.jfr"


@pytest.mark.slow
@pytest.mark.shared
def test_a_recording_tells_where_java_computes_and_what_it_allocates(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for metric, function in (("samples", "Shop.spend"), ("alloc_space", "Shop.keep")):
        assert main(["profile", str(recording), "--metric", metric, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["format"] == "jfr"
        assert max(told["functions"], key=lambda one: one["self"])["function"] == function


@pytest.mark.slow
@pytest.mark.shared
def test_a_recording_that_was_cut_off_is_a_sentence(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.jfr"
    cut.write_bytes(recording.read_bytes()[:5000])
    assert main(["profile", str(cut)]) == 2
    said = capsys.readouterr().err
    assert "cut.jfr cannot be read: jfr ended with exit code 1: jfr print: could not read recording at cut.jfr" in said


def test_without_a_jdk_it_is_said_what_reads_a_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.jfr").write_bytes(b"FLR\0\0\2\0\1")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["profile", str(tmp_path / "shop.jfr")]) == 2
    said = "shop.jfr is a recording of Java, and the program that reads it, jfr, is not on PATH. Install a JDK: apt-get"
    assert said in capsys.readouterr().err
