"""Every profiler of native programs that is here, on a program that ends by itself and on a server under load."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome, ProfiledOutcome
from resonance_perf.model.profile import Profile
from resonance_perf.model.work import Command, Load, LoadServer, RunProcess
from resonance_perf.profilers.cures import cure
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.registry import profiler
from resonance_perf.system.host import LocalHost
from tests.profilers import native

pytestmark = [pytest.mark.slow, pytest.mark.shared]
URL = "http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `app`, compiled from C."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "app.c").write_text(native.C)
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed: apt-get install gcc")
    subprocess.run(["gcc", "-g", "-O0", "-fno-omit-frame-pointer", "-o", "app", "app.c"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def go_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `app` and a benchmark of it, of Go."""
    if shutil.which("go") is None:
        pytest.skip("go is not installed: apt-get install golang-go")
    folder = tmp_path_factory.mktemp("go")
    (folder / "app.go").write_text(native.GO)
    (folder / "bench").mkdir()
    (folder / "bench/spend_test.go").write_text(native.GO_TEST)
    (folder / "go.mod").write_text("module app\n\ngo 1.19\n")
    subprocess.run(["go", "build", "-o", "app", "app.go"], cwd=folder, check=True)
    return folder


def ran(name: str, argv: tuple[str, ...], folder: Path) -> ProfiledOutcome:
    with LocalHost() as host:
        return host.profiled(
            RunProcess(command=Command(argv=argv)),
            lambda argv: profiler(name).wrap(argv, serves=False, seconds=0.2), str(folder),
        )  # fmt: skip


def served(name: str, folder: Path) -> ProfiledOutcome:
    load = Load(url=URL, rate=60, duration_s=1.0, warmup_s=0.1)
    work = LoadServer(
        server=Command(argv=("./app", "{port}")), ready_url=URL, ready_timeout_s=20, load=load
    )  # fmt: skip
    with LocalHost() as host:
        done = host.profiled(work, lambda argv: profiler(name).wrap(argv, serves=True, seconds=1.1), str(folder))
    assert isinstance(done.outcome, LoadOutcome) and not done.outcome.problem, done.said
    assert not done.outcome.failed
    return done


def seen(name: str, done: ProfiledOutcome) -> Profile:
    """What it saw; skipped with the sentence that cures it where the machine does not allow it."""
    one = profiler(name)
    if shutil.which(one.PROGRAM.name) is None:
        pytest.skip(f"{one.PROGRAM.name} is not installed: {one.PROGRAM.install}")
    try:
        return one.read(dict(done.files))
    except NothingSeenError as error:
        if hint := cure(done.said, one):
            pytest.skip(hint)
        raise AssertionError(done.said) from error


def totals(profile: Profile) -> Counter[str]:
    """Function -> its value with all that it calls."""
    found: Counter[str] = Counter()
    for stack in profile.stacks:
        for function in {one.function for one in stack.frames}:
            found[function] += round(stack.values[profile.chosen])
    return found


@pytest.mark.parametrize("name", ["perf", "callgrind"])
def test_a_program_is_profiled_from_its_start_to_its_end(
    name: str, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    done = ran(name, ("./app",), programs)
    profile = seen(name, done)
    assert list(tmp_path.iterdir()) == []  # perf keeps copies of all binaries there, unless it is told not to
    assert isinstance(done.outcome, ProcessOutcome) and done.outcome.exit_code == 7, done.said
    found = totals(profile)
    assert found["spend"] > 0.8 * profile.total and found["main"] >= found["spend"]
    if name == "callgrind":
        assert found["spend"] == pytest.approx(found["main"], rel=1e-4)
        assert seen(name, ran(name, ("./app",), programs)).total == pytest.approx(profile.total, rel=1e-6)


@pytest.mark.parametrize("name", ["perf", "bpftrace"])
def test_a_server_is_profiled_under_its_load_alone(name: str, programs: Path) -> None:
    profile = seen(name, served(name, programs))
    found = totals(profile)
    assert profile.types[profile.chosen].unit == "nanoseconds"
    assert found["main"] >= found["handle"] >= found["spend"] > 0.5 * profile.total
    if name == "perf":
        assert "clock" in profile.note or profile.types[profile.chosen].name == "cycles"
        assert {one.file.rpartition("/")[2] for stack in profile.stacks for one in stack.frames} >= {"app.c"}


def test_what_a_server_waits_for_is_found(programs: Path) -> None:
    profile = seen("offcputime", served("offcputime", programs))
    found = totals(profile)
    assert found["handle"] >= found["do_nanosleep"] > 60 * 3_000_000  # each request sleeps for 3 ms
    assert found["accept"] > 0


@pytest.mark.parametrize("name", ["runqlat", "biolatency"])
def test_waiting_for_a_cpu_and_for_the_disk_is_counted(name: str, programs: Path) -> None:
    profile = seen(name, served(name, programs))
    assert [one.name for one in profile.types] == ["waits", "waiting"]
    if name == "runqlat":
        assert sum(one.values[0] for one in profile.stacks) >= 60  # it wakes up for each request at least


@pytest.mark.parametrize(
    ("name", "function", "unit"), [("go-cpu", ".spend", "nanoseconds"), ("go-memory", ".keep", "bytes")]
)
def test_a_program_of_go_is_profiled_by_its_runtime(name: str, function: str, unit: str, go_folder: Path) -> None:
    bench = ran(name, ("go", "test", "-run=^$", "-bench=Spend", "-benchtime=60x", "./bench"), go_folder)
    assert isinstance(bench.outcome, ProcessOutcome) and bench.outcome.ok, bench.said
    for done in (bench, served(name, go_folder)):
        profile = seen(name, done)
        assert profile.types[profile.chosen].unit == unit
        found = totals(profile)
        assert sum(count for name, count in found.items() if name.endswith(function)) > 0.5 * profile.total
    assert [one.name for one in (go_folder / "bench").iterdir()] == ["spend_test.go"]
    assert sorted(one.name for one in go_folder.iterdir()) == ["app", "app.go", "bench", "go.mod"]


def test_a_server_of_go_without_the_endpoint_says_what_to_import(programs: Path) -> None:
    done = served("go-cpu", programs)  # answers "ok" to everything, which is no profile
    with pytest.raises(NothingSeenError, match="Go's profile cannot be read"):
        profiler("go-cpu").read(dict(done.files))
