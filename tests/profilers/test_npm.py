"""The profilers that npm installs, on a real program of Node."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome
from resonance_perf.model.work import Command, Load, LoadServer, RunProcess
from resonance_perf.profilers.registry import profiler
from resonance_perf.system.host import LocalHost
from tests.e2e.conftest import NODE
from tests.profilers import targets

URL = "http://127.0.0.1:{port}/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work.js").write_text(targets.NODE)
    return tmp_path


def installed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{NODE}:{Path('/usr/bin')}:{Path('/bin')}")
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed: .ci/tools")


@pytest.mark.slow
@pytest.mark.shared
def test_0x_sees_a_program_from_its_start_to_its_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("0x", monkeypatch)
    one = profiler("0x")
    with LocalHost() as host:
        work = RunProcess(command=Command(argv=("node", "work.js"), timeout_s=60))
        done = host.profiled(work, lambda argv: one.wrap(argv, serves=False, seconds=1.0), str(folder))
    assert isinstance(done.outcome, ProcessOutcome), done.said
    profile = one.read(dict(done.files))
    found = {stack.frames[-1].function: 0.0 for stack in profile.stacks}
    for stack in profile.stacks:
        found[stack.frames[-1].function] += stack.values[0]
    assert max(found, key=lambda name: found[name]) == "hold"
    assert [one.name for one in folder.iterdir()] == ["work.js"]


@pytest.mark.slow
@pytest.mark.shared
def test_clinic_doctor_gives_its_verdict_of_a_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("clinic", monkeypatch)
    one = profiler("clinic-doctor")
    load = Load(url=URL, rate=40, duration_s=1.5, warmup_s=0.1)
    server = Command(argv=("node", "work.js", "{port}"))
    with LocalHost() as host:
        work = LoadServer(server=server, ready_url=URL, ready_timeout_s=30, load=load)
        done = host.profiled(work, lambda argv: one.wrap(argv, serves=True, seconds=1.6), str(folder))
    assert isinstance(done.outcome, LoadOutcome) and not done.outcome.problem, done.said
    profile = one.read(dict(done.files))
    assert profile.note.startswith("clinic doctor says: ")
    assert any(stack.frames[-1].function == "event loop delay" and stack.values[0] > 50e6 for stack in profile.stacks)
    assert [one.name for one in folder.iterdir()] == ["work.js"]


def test_a_server_is_not_for_0x() -> None:
    with pytest.raises(ValueError, match="node-cpu looks at it under load"):
        profiler("0x").wrap(("node", "work.js"), serves=True, seconds=1.0)
