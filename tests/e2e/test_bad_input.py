"""What people get wrong, and what machines run out of: a sentence, its exit code, and nothing lost or half-written."""

from __future__ import annotations

import errno
import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from os import mkfifo
from pathlib import Path

import pytest

from resonance_perf.cli import main
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.log import read_log
from resonance_perf.model.work import Command
from resonance_perf.system.process import Launcher
from tests.conftest import GitRepo
from tests.e2e.conftest import COMMAND, Project, until
from tests.system.test_process import gone

pytestmark = [pytest.mark.slow, pytest.mark.shared]

CONFIG, STATE, MEMORY = (f".resonance/{name}" for name in ("config.yaml", "01_state.md", "02_memory.md"))
FENCE = '# State\n\n```json\n{"budgets": {"bench_wall": "%s"}}\n```\n'
MB = 1_000_000
Watch = Callable[..., GitRepo]


def config(**bench: object) -> str:
    """One benchmark, as JSON, which is YAML too."""
    runs = {} if "serve" in bench else {"driver": "command", "command": ["true"]}
    bench = {**runs, "samples": {"min": 2, "max": 2}, "metrics": {"wall": {"budget": "bench_wall"}}, **bench}
    return json.dumps({"version": 1, "baseline": "previous", "benchmarks": {"bench": bench}})


def files(**bench: object) -> dict[str, str]:
    return {CONFIG: config(**bench), STATE: FENCE % "10s", MEMORY: "# Memory\n", ".resonance/00_soul.md": "# Soul\n"}


def expect(place: GitRepo | Path, code: int, line: str, *said: str, alone: bool = False) -> str:
    """Run a command line; it ends with `code`, says `said`, and nothing that is not for people.

    A daemon runs in a process of its own, and so does what has to be `alone`; all else in this one, where it starts sooner.
    """
    path = place if isinstance(place, Path) else place.path
    ended, told = _process(path, line) if alone or line.startswith("daemon") else _here(path, line)
    assert ended == code, told
    assert [part for part in said if part not in told] == [], told
    assert "Traceback" not in told and "bug of ours" not in told
    assert all(char.isprintable() or char == "\n" for char in told), repr(told)
    return told


def _process(path: Path, line: str) -> tuple[int, str]:
    done = subprocess.run(
        [COMMAND, *line.split()], cwd=path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout.decode()


def _here(path: Path, line: str) -> tuple[int, str]:
    told = StringIO()
    with chdir(path), redirect_stdout(told), redirect_stderr(told):
        return main(line.split()), told.getvalue()


@contextmanager
def untouched(repo: GitRepo, *names: str) -> Iterator[None]:
    """The folder of the three files, or only those named, is the same afterwards, byte for byte; no draft is left."""

    def now() -> tuple[list[str], list[bytes]]:
        folder = repo.path / ".resonance"
        there = sorted(one.name for one in folder.iterdir())
        return there, [(folder / name).read_bytes() for name in names or there]

    before = now()
    yield
    assert now() == before


def rows(repo: GitRepo) -> list[str]:
    found, problems = read_log((repo.path / MEMORY).read_bytes().decode(), MEMORY)
    assert problems == ()
    runs = [row.run for row in found]
    assert len(runs) == len(set(runs))
    return runs


@pytest.fixture(autouse=True)
def _trusted(_own_home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")


@pytest.fixture
def watch(repo: GitRepo) -> Watch:
    """A committed repository with one benchmark."""

    def make(**bench: object) -> GitRepo:
        repo.commit(files(**bench), "watch")
        return repo

    return make


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    path = tmp_path / "disk"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"a disk cannot be mounted here: {done.stderr.strip()}")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def fill(disk: Path, room: int) -> Path:
    """Take all the space but `room` bytes."""
    path = disk / "ballast"
    with path.open("wb", buffering=0) as file:
        file.write(bytes(shutil.disk_usage(disk).free))
        file.truncate(path.stat().st_size - room)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nbenchmarks:\n\ta:\n", ":3:1: a tab in the indentation. YAML allows spaces only"),
        ("version: 1\nbenchmarks: {}\nversion: 1\n", ':3:1: the key "version" is there twice. The first is on line 1'),
        (
            "benchmarks:\n  a:\n    driver: comand\nversion: 1\n",
            ':3:13: benchmarks.a.driver must be a driver that there is, not "comand". Did you mean "command"?',
        ),
    ],
    ids=["tab", "duplicate key", "unknown driver"],
)
def test_a_bad_config_is_said_with_its_place(watch: Watch, text: str, said: str) -> None:
    repo = watch()
    repo.write({CONFIG: text})
    with untouched(repo):
        for line in ("check", "run", "daemon"):
            expect(repo, 2, line, CONFIG + said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'```json\n{"budgets": {"bench_wall": "1s",}}\n```\n', ":2:32: a comma before the closing bracket"),
        (b'```json\n{"budgets": {"bench_wall": "1 parsec"}}\n```\n', ':2:28: bench_wall: unknown unit "parsec"'),
        (
            b"```yaml\nbudgets: {a: 1s}\n```\n\n```yaml\nbudgets: {b: 1s}\n```\n",
            ":5:1: there is a second budgets fence",
        ),
        ("# Straße\n".encode("latin-1"), ":1:7: byte 0xdf is not UTF-8"),
    ],
    ids=["trailing comma", "unknown unit", "two fences", "latin-1"],
)
def test_a_bad_state_file_is_said_with_its_place_and_left_alone(watch: Watch, text: bytes, said: str) -> None:
    repo = watch()
    (repo.path / STATE).write_bytes(text)
    with untouched(repo):
        expect(repo, 2, "check", STATE + said)
        expect(repo, 2, "budget set other 1s", STATE + said)
    with untouched(repo, "01_state.md"):
        expect(repo, 0, "run", "within bench_wall (10s)")
    assert len(rows(repo)) == 1


def test_a_marker_without_its_pair_is_an_error_that_names_the_line(watch: Watch) -> None:
    repo = watch()
    repo.write({STATE: FENCE % "10s" + "\n<!-- resonance-perf:begin status -->\n"})
    said = f"{STATE}:7:1: the section status begins here but does not end."
    with untouched(repo, "01_state.md"):
        expect(repo, 2, "check", said, "Put <!-- resonance-perf:end status --> back")
        expect(repo, 0, "status", said)
        expect(repo, 0, "run", "within bench_wall (10s)")
    assert len(rows(repo)) == 1


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(watch: Watch) -> None:
    repo = watch()
    for name in (STATE, CONFIG):
        (repo.path / name).unlink()
        mkfifo(repo.path / name)
        for line in ("check", "budget set other 1s"):
            expect(repo, 2, line, f"{name}", " is no regular file. Put a file in its place.")
        (repo.path / name).unlink()
        repo.git("checkout", "--", name)


@pytest.mark.parametrize("kind", ["folder", "latin-1", "link"])
def test_a_config_that_cannot_be_read_is_named_with_its_folder(watch: Watch, tmp_path: Path, kind: str) -> None:
    repo = watch()
    path = repo.path / CONFIG
    path.unlink()
    if kind == "folder":
        path.mkdir()
        said = f"{CONFIG} is a folder"
    elif kind == "latin-1":
        path.write_bytes("version: 1\n# Straße\n".encode("latin-1"))
        said = f"{CONFIG}:2:7: byte 0xdf is not UTF-8"
    else:
        (tmp_path / "theirs.yaml").write_text(config())
        path.symlink_to(tmp_path / "theirs.yaml")
        said = f"{CONFIG} is a link to {tmp_path / 'theirs.yaml'}, outside the repository"
    assert f"resonance-perf: {said}" in expect(repo, 2, "check", said)


def test_a_state_file_that_is_a_link_out_of_the_repository_is_not_followed(watch: Watch, tmp_path: Path) -> None:
    repo = watch()
    theirs = tmp_path / "theirs.md"
    theirs.write_text(FENCE % "1ns")
    (repo.path / STATE).unlink()
    (repo.path / STATE).symlink_to(theirs)
    said = f"is a link to {theirs}, outside the repository. Put a real file in its place; nothing was read or written."
    with untouched(repo):
        expect(repo, 2, "check", STATE, said)
        expect(repo, 2, "budget set other 1s", STATE, said)
    with untouched(repo, "01_state.md"):
        expect(repo, 0, "run", "within bench_wall (10s)")
        expect(repo, 0, "daemon --once", STATE, said)
    assert len(rows(repo)) == 1
    assert (repo.path / STATE).is_symlink()


def test_a_read_only_state_file_stays_and_the_numbers_are_told(watch: Watch) -> None:
    repo = watch()
    (repo.path / STATE).chmod(0o444)
    said = f"{STATE} or its folder may not be read or is read-only. Allow it: chmod u+rw {STATE}"
    with untouched(repo):
        expect(repo, 2, "budget set other 1s", said)
    with untouched(repo, "01_state.md"):
        expect(repo, 0, "run", said, "within bench_wall (10s)", "wall ")
    expect(repo, 0, "check", "🟢 bench.wall ")
    assert len(rows(repo)) == 1


def test_a_read_only_disk_is_a_sentence(disk: Path) -> None:
    repo = GitRepo(disk)
    repo.git("init", "-q")
    repo.commit(files())
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with untouched(repo):
        expect(repo, 2, "budget set other 1s", f"{STATE} or its folder may not be read or is read-only.")
        expect(repo, 2, "run", "store.db cannot be used: ", "Read-only file system")


def test_a_full_disk_is_a_sentence_and_nothing_is_lost(disk: Path) -> None:
    repo = GitRepo(disk)
    repo.git("init", "-q")
    repo.commit(files())
    expect(repo, 0, "run")
    ballast = fill(disk, room=0)
    with untouched(repo):
        expect(
            repo, 2, "budget set other 1s", f"{STATE} was not written: the disk is full. Free space; nothing is lost."
        )
        expect(repo, 2, "budget tighten bench_wall 9s", f"{STATE} was not written: the disk is full.")
        for line in ("run", "check", "daemon --once"):
            expect(repo, 2, line, "store.db cannot be used: ", "Free space")
    ballast.unlink()
    expect(repo, 0, "check", "🟢 bench.wall ")
    expect(repo, 0, "run")
    assert len(rows(repo)) == 2


@pytest.mark.parametrize("room", [112_000, 136_000, 184_000, 200_000])
def test_a_disk_that_fills_up_during_a_run_leaves_whole_files(disk: Path, room: int) -> None:
    repo = GitRepo(disk)
    repo.git("init", "-q")
    repo.commit({"work.py": "1"})
    repo.commit(files())
    ballast = fill(disk, room)
    done = subprocess.run([COMMAND, "run"], cwd=disk, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode in (0, 2, 4), done.stderr
    assert "Traceback" not in done.stderr and "bug of ours" not in done.stderr
    assert done.returncode == 0 or any(word in done.stderr for word in ("full", "space", "write"))
    assert len(read_budgets((disk / STATE).read_bytes().decode(), STATE)[0]) == 1
    written = rows(repo)
    ballast.unlink()
    assert not list(disk.glob(".resonance/.*"))
    expect(repo, 0, "run")
    assert rows(repo)[: len(written)] == written
    assert len(rows(repo)) == 2 if done.returncode == 0 else len(rows(repo)) in (1, 2)
    repo.git("fsck", "--strict")


def test_a_repository_without_commits_says_so(make_repo: Callable[[str], GitRepo]) -> None:
    repo = make_repo("empty")
    repo.write(files())
    expect(repo, 0, "status", "unmeasured")
    expect(repo, 0, "check", "⚫ bench_wall: unmeasured")
    expect(repo, 0, "daemon --once", "watching")
    with untouched(repo):
        for line in ("run", "compare main HEAD", "budget loosen bench_wall 20s --why x"):
            expect(repo, 2, line, "there is no commit yet")
    repo.git("add", "--all")
    repo.git("commit", "-qm", "first")
    expect(repo, 0, "run", "baseline: within bench_wall (10s)")


@pytest.mark.parametrize("line", ["init --yes", "check", "budget set a 1s", "daemon"])
def test_where_no_work_tree_is_nothing_is_made(repo: GitRepo, tmp_path: Path, line: str) -> None:
    bare, plain = tmp_path / "bare.git", tmp_path / "plain"
    repo.git("clone", "-q", "--bare", ".", str(bare))
    plain.mkdir()
    before = sorted(bare.iterdir())
    expect(bare, 2, line, f"{bare} is a bare repository: there is no work tree", "Run in a clone of it.")
    expect(repo.path / ".git", 2, line, "lies inside a git folder, not in a work tree. Go into the work tree.")
    expect(plain, 2, line, f"{plain} is not in a git repository. Go into one, or make one")
    assert (sorted(bare.iterdir()), list(plain.iterdir())) == (before, [])


def test_a_shallow_clone_says_what_cannot_be_seen(watch: Watch, tmp_path: Path) -> None:
    origin = watch()
    origin.commit({STATE: FENCE % "20s"}, "loosened by hand")
    expect(origin, 3, "check", "loosened from 10s to 20s")
    path = tmp_path / "shallow"
    origin.git("clone", "-q", "--depth", "1", f"file://{origin.path}", str(path))
    expect(path, 0, "run", "is measured alone: the clone is shallow. To compare: git fetch --unshallow", "baseline")
    expect(path, 0, "check", "🟢 bench.wall ", "shallow: limits set before its first commit cannot be seen")
    expect(path, 3, "check --strict", "shallow: limits set before its first commit cannot be seen")
    expect(path, 0, "status", "🟢 green")
    expect(path, 2, "run --base HEAD~1", 'no commit called "HEAD~1"', "shallow: fetch more")
    GitRepo(path).git("fetch", "-q", "--unshallow")
    assert "shallow" not in expect(path, 3, "check", "loosened from 10s to 20s")


def test_submodules_are_missing_in_the_copies_until_setup_fetches_them(
    watch: Watch, make_repo: Callable[[str], GitRepo]
) -> None:
    inner = make_repo("inner")
    inner.commit({"lib.txt": "lib\n", **files()})
    repo = watch(command=["cat", "sub/lib.txt"])
    repo.git("submodule", "--quiet", "add", str(inner.path), "sub")
    repo.git("commit", "-qm", "a submodule")
    with untouched(repo, "02_memory.md"):
        expect(repo, 4, "run", "was not measured: bench ended with exit code 1: cat: sub/lib.txt: No such file")
        expect(repo, 2, "doctor", "there are submodules: measured copies do not have them.")
    setup = ["git", "submodule", "--quiet", "update", "--init"]
    repo.commit({CONFIG: config(command=["cat", "sub/lib.txt"], setup=setup)}, "fetch it")
    expect(repo, 0, "run", "within bench_wall (10s)")
    expect(repo.path / "sub", 0, "run", "within bench_wall (10s)")
    assert len(rows(repo)) == 1
    assert repo.git("status", "--porcelain", "--ignore-submodules=dirty", "sub") == ""


def test_on_a_detached_head_a_tighter_budget_waits_for_the_branch(project: Project) -> None:
    repo = project.repo
    before = project.work(900_000)
    project.start()
    project.quiet()
    repo.git("checkout", "-q", "--detach")
    commit = project.work(150_000, "Count less")
    project.heard("tightening work_cpu to", "waits: HEAD is detached. The commit is made when a branch is checked out.")
    assert (repo.git("rev-parse", "main"), repo.git("rev-parse", "HEAD")) == (before, commit)
    assert '"work_cpu": "10s"' in project.read("01_state.md")
    expect(repo, 0, "status", "Held back: HEAD is detached")
    repo.git("checkout", "-q", "main")
    project.heard(f"waits: {commit[:9]} is not on this branch")
    repo.git("checkout", "-q", "-B", "main", commit)
    project.heard("budget work_cpu tightened 10s → ")
    project.quiet()
    assert repo.git("log", "-1", "--format=%s", "main").startswith("perf(budget): tighten work_cpu 10s → ")
    assert repo.git("rev-parse", "main^") == commit
    assert project.read("00_soul.md").count("Tighten work_cpu from 10s to ") == 1


def test_a_benchmark_that_prints_nothing_is_measured(watch: Watch) -> None:
    repo = watch(command=["true"])
    expect(repo, 0, "run", "within bench_wall (10s)", "wall ")
    assert len(rows(repo)) == 1


@pytest.mark.parametrize("line", ["run --baseline", "daemon --once"])
def test_a_gigabyte_of_output_costs_no_memory(watch: Watch, line: str) -> None:
    repo = watch(command=["head", "-c", "1G", "/dev/zero"])
    command = Command(argv=(COMMAND, *line.split()), env=(("RESONANCE_PERF_TRUST", "1"),))
    with Launcher() as launcher:  # knows the peak of a program from that of who started it
        found = launcher.run(command, str(repo.path))
    assert found.ok, found.stderr
    assert "baseline: within bench_wall (10s)" in found.stdout.decode() and b"\0" not in found.stdout
    assert found.peak_rss_bytes < 100 * MB
    assert sum(one.stat().st_size for one in (repo.path / ".git/resonance").glob("store.db*")) < 5 * MB


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("head -c 200000 /dev/urandom", 0, "within bench_wall (10s)"),
        (r"printf '\033[31mred\007\377\0\n\033]0;title\007' >&2; exit 3", 4, "bench ended with exit code 3: "),
    ],
)
def test_binary_output_reaches_no_terminal(watch: Watch, script: str, code: int, said: str) -> None:
    repo = watch(command=["sh", "-c", script])
    expect(repo, code, "run", said, alone=True)
    expect(repo, 0, "status", alone=True)
    expect(repo, code, "check", alone=True)
    expect(repo, 2, "budget tighten \x1b[31mred 1s", 'there is no budget "�[31mred"', alone=True)
    assert (repo.path / MEMORY).read_text().replace("\n", "").isprintable()


def test_a_commit_whose_benchmark_crashes_is_not_green_by_the_number_before_it(watch: Watch) -> None:
    repo = watch(command=["sh", "b.sh"])
    repo.commit({"b.sh": "exit 0\n"}, "good")
    expect(repo, 0, "run", "within bench_wall (10s)")
    good = repo.commit({"b.sh": "echo no memory >&2; exit 3\n"}, "crash")
    expect(repo, 4, "run", "bench ended with exit code 3: no memory")
    said = "⚫ bench was not measured: bench ended with exit code 3: no memory"
    assert "🟢" not in expect(repo, 4, "check", said, "⚫ failed on ", "“crash”: bench. Next: resonance-perf run bench")
    assert "🟢" not in expect(repo, 0, "status", "main: unmeasured", "the newest run failed")
    assert json.loads(expect(repo, 4, "check --json"))["verdict"] == "unmeasured"
    repo.commit({"b.sh": "exit 0\n"}, "mended")
    expect(repo, 0, "run", "within bench_wall (10s)")
    expect(repo, 0, "check", "🟢 green on ")
    expect(repo, 4, f"check --commit {good}", said)


def test_a_commit_that_was_measured_well_and_crashed_after_that_is_not_green(watch: Watch, tmp_path: Path) -> None:
    repo = watch(command=["test", "-e", str(tmp_path / "there")], metrics={"wall": {}})
    (tmp_path / "there").touch()
    expect(repo, 0, "run")
    (tmp_path / "there").unlink()
    expect(repo, 4, "run", "bench ended with exit code 1")
    assert "🟢" not in expect(repo, 4, "check", "⚫ bench was not measured: bench ended with exit code 1")
    assert "green" not in expect(repo, 0, "status", "! bench ended with exit code 1")


@pytest.mark.parametrize("elsewhere", ["", ">/dev/null 2>&1"], ids=["with our pipe", "without it"])
def test_a_child_left_behind_is_said_and_no_orphan_remains(watch: Watch, tmp_path: Path, elsewhere: str) -> None:
    repo = watch(command=["sh", "-c", f"sleep 60 {elsewhere} & echo $! >> {tmp_path}/pids"])
    with untouched(repo, "02_memory.md"):
        expect(repo, 4, "run", "left processes running, which were killed", "Let the command wait for its children.")
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: gone(int(pid)), "the child to be gone")


@pytest.mark.parametrize(
    ("listening", "said"),
    [
        (True, "something else already answers at 127.0.0.1:{port}: stop it, or write {{port}} in serve and url"),
        (False, "the server ended with exit code 1: [Errno {errno}] Address already in use"),
    ],
)
def test_a_port_in_use_is_a_sentence(watch: Watch, listening: bool, said: str) -> None:
    serve = (
        "import http.server as h, sys\n"
        "try: h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler).serve_forever()\n"
        "except OSError as error: sys.exit(error)"
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if listening:
            taken.listen()
        port = taken.getsockname()[1]
        repo = watch(
            driver="http", serve=["python3", "-c", serve, str(port)], url=f"http://127.0.0.1:{port}/",
            metrics={"p50": {"budget": "bench_wall"}},
        )  # fmt: skip
        with untouched(repo, "02_memory.md"):
            expect(repo, 4, "run", "bench ", said.format(port=port, errno=errno.EADDRINUSE))


def test_a_base_whose_setup_fails_is_named(repo: GitRepo) -> None:
    base = repo.commit({"setup.sh": "echo no compiler >&2; exit 7\n"}, "broken")
    repo.commit({"setup.sh": "exit 0\n", **files(setup=["sh", "setup.sh"])}, "mended")
    said = (
        f"base {base[:9]} could not be measured: bench: setup failed on {base[:9]}: ended with exit code 7: no compiler"
    )
    expect(repo, 4, "compare HEAD~1 HEAD", said)
    expect(repo, 4, "run --base HEAD~1", said, "baseline: within bench_wall (10s)")
    assert len(rows(repo)) == 1
    expect(repo, 0, "run", said, "baseline: within bench_wall (10s)")
    expect(repo, 0, "check", "🟢 bench.wall ")
