"""Every profiler that is here, on a program that ends by itself and on a server that is ended by SIGTERM."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.drivers.tools import web
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Profiling
from resonance_perf.model.work import Command, Load, LoadServer, RunProcess, RunTool
from resonance_perf.profilers.registry import profiler
from resonance_perf.system.host import LocalHost
from tests.profilers import targets

pytestmark = [pytest.mark.slow, pytest.mark.shared]
PYTHON = sys.executable
SEEN = [
    ("python-cpu", "spend"), ("py-spy", "spend"), ("py-spy-wall", "doze"), ("cprofile", "spend"), ("memray", "keep"), ("pyinstrument", "spend"), ("scalene", "doze"),
    ("node-cpu", "hold"), ("node-heap", "keep"), ("node-lag", "hold"),
]  # fmt: skip
"""Profiler -> the function that it has to find first among those of the program."""
ALONE = ("pyinstrument", "python-cpu", "scalene")
"""They do not see the threads of a server."""


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the programs lie; temporary files of ours have a place of their own, which is empty in the end."""
    (tmp_path / "work.py").touch()
    (tmp_path / "loop.py").write_text(targets.ASYNC)
    (tmp_path / "work.js").write_text(targets.NODE)
    ours = tmp_path_factory.mktemp("ours")  # short: Chromium's socket has a path of 108 bytes at most
    monkeypatch.setattr(tempfile, "tempdir", str(ours))
    theirs = tmp_path_factory.mktemp("theirs")
    monkeypatch.setenv("TMPDIR", str(theirs))
    yield tmp_path
    assert not list(ours.iterdir()) and not list(theirs.iterdir())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["loop.py", "work.js", "work.py"]


def program(one: Profiling) -> tuple[str, ...]:
    needed = "node" if "node" in one.RUNTIMES else one.PROGRAM.name
    if needed not in ("python3", "memray", "pyinstrument", "scalene") and shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed")
    return ("node", "work.js") if "node" in one.RUNTIMES else (PYTHON, "-B", "work.py")


def self_values(profile: Profile, *, files: tuple[str, ...] = ("work.py", "work.js", "loop.py")) -> dict[str, float]:
    """Function of the program -> what it used itself."""
    found: dict[str, float] = {}
    for stack in profile.stacks:
        leaf = stack.frames[-1]
        if leaf.file.endswith(files):
            name = leaf.function.rpartition(".")[2]
            found[name] = found.get(name, 0.0) + stack.values[profile.chosen]
    return found


@pytest.mark.parametrize(("name", "function"), SEEN)
def test_a_program_is_profiled_from_its_start_to_its_end(name: str, function: str, folder: Path) -> None:
    one = profiler(name)
    (folder / "work.py").write_text(targets.mostly(function))
    with LocalHost() as host:
        argv = program(one)
        found = host.profiled(
            RunProcess(command=Command(argv=argv)), lambda argv: one.wrap(argv, serves=False, seconds=0.5), str(folder)
        )
    assert isinstance(found.outcome, ProcessOutcome) and found.outcome.exit_code == 7, found.said
    seen = self_values(one.read(dict(found.files)))
    assert seen[function] == max(seen.values())
    if name == "cprofile":
        assert seen["spend"] == seen["keep"] == 60


@pytest.mark.parametrize(("name", "function"), [one for one in SEEN if one[0] not in ALONE])
def test_a_server_is_profiled_under_its_load_alone(name: str, function: str, folder: Path) -> None:
    one = profiler(name)
    (folder / "work.py").write_text(targets.mostly(function))
    with LocalHost() as host:
        server = Command(argv=(*program(one), "{port}"))
        load = Load(url="http://127.0.0.1:{port}/", rate=60, duration_s=1.0, warmup_s=0.2)
        work = LoadServer(server=server, ready_url="http://127.0.0.1:{port}/", ready_timeout_s=20, load=load)
        found = host.profiled(work, lambda argv: one.wrap(argv, serves=True, seconds=1.2), str(folder))
    assert isinstance(found.outcome, LoadOutcome) and not found.outcome.problem and found.outcome.requests == 72
    assert not found.outcome.failed and found.outcome.server.signal == 15
    profile = one.read(dict(found.files))
    seen = self_values(profile)
    assert seen[function] == max(seen.values())
    if name == "cprofile":
        assert seen["spend"] == seen["keep"] == 72
        assert "serve" not in seen


@pytest.mark.parametrize("name", ["pyinstrument", "asyncio-lag"])
def test_an_event_loop_is_profiled_on_its_thread(name: str, folder: Path) -> None:
    one = profiler(name)
    with LocalHost() as host:
        server = Command(argv=(PYTHON, "-B", "loop.py", "{port}"))
        load = Load(url="http://127.0.0.1:{port}/", rate=60, duration_s=1.0, warmup_s=0.2)
        work = LoadServer(server=server, ready_url="http://127.0.0.1:{port}/", ready_timeout_s=20, load=load)
        found = host.profiled(work, lambda argv: one.wrap(argv, serves=True, seconds=1.2), str(folder))
    assert isinstance(found.outcome, LoadOutcome) and not found.outcome.problem
    profile = one.read(dict(found.files))
    seen = self_values(profile)
    assert max(seen, key=seen.__getitem__) == "spend"
    blamed = {frame.function for stack in profile.stacks for frame in stack.frames}
    assert "hold" in blamed and "_look" not in blamed


def test_a_page_is_profiled_in_its_browser(folder: Path) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    (folder / "page.html").write_text(f"<!doctype html><title>shop</title><script>{targets.NODE_PAGE}</script>")
    one = profiler("chrome")
    given = {name: key.default for name, key in web.KEYS.items()} | {"url": f"file://{folder}/page.html"}
    settings = web.tool(given, ("script_time",))
    with LocalHost() as host:
        work = RunTool(command=Command(argv=settings.command), provided=settings.provided)
        found = host.profiled(work, lambda argv: one.wrap(argv, serves=False, seconds=1.0), str(folder), page=True)
    (folder / "page.html").unlink()
    seen = self_values(one.read(dict(found.files)), files=("page.html",))
    assert max(seen, key=seen.__getitem__) == "hold", found.said


@pytest.mark.parametrize("name", ["cprofile", "python-cpu", "pyinstrument", "memray"])
def test_a_program_that_forks_is_profiled(name: str, folder: Path) -> None:
    (folder / "work.py").write_text(targets.FORKING)
    one = profiler(name)
    with LocalHost() as host:
        found = host.profiled(
            RunProcess(command=Command(argv=(PYTHON, "-B", "work.py"))),
            lambda argv: one.wrap(argv, serves=False, seconds=2.0), str(folder),
        )  # fmt: skip
    assert isinstance(found.outcome, ProcessOutcome) and found.outcome.ok, found.said
    seen = {frame.function for stack in one.read(dict(found.files)).stacks for frame in stack.frames}
    assert ("child" in seen) is (name != "memray")
    assert "parent" in seen


def test_a_server_of_node_that_another_program_ends_is_in_it(folder: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    (folder / "work.js").write_text(targets.NODE_PARENT)
    one = profiler("node-cpu")
    with LocalHost() as host:
        work = RunProcess(command=Command(argv=("node", "work.js")))
        found = host.profiled(work, lambda argv: one.wrap(argv, serves=False, seconds=2.0), str(folder))
    assert isinstance(found.outcome, ProcessOutcome) and found.outcome.exit_code == 143, found.said
    assert len(found.files) == 2
    assert {"child", "parent"} <= self_values(one.read(dict(found.files))).keys()
