"""Writes that fail: a disk that is really full, and errors of the system injected into every program that takes part."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from resonance_perf.app.deliver import deliver
from resonance_perf.app.workspace import open_workspace
from resonance_perf.model.errors import ResonanceError
from resonance_perf.store.store import Store
from tests.crash.chain import Chain, measure, next_number
from tests.manners.conftest import tmp_path  # noqa: F401  # in memory

ROOT = Path(__file__).parents[2]
ROOM_BYTES = (0, 4_096, 8_192, 16_384, 32_768, 49_152, 65_536, 98_304, 131_072, 262_144)
"""What is left on the disk when a result comes in; the last is enough for all of it."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:  # noqa: F811
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting a file system of 12 MB needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_costs_no_result_and_tears_no_file(small_disk: Path) -> None:
    chain = Chain.in_folder(small_disk)
    assert chain.end(*chain.live(most=1)) == 0
    failed = 0
    for room in ROOM_BYTES:
        with closing(Store(open_workspace(str(chain.repo.path)).repo.private)) as store:
            number = next_number(store)
        ballast = small_disk / "ballast"
        with open(ballast, "wb") as file:
            file.write(bytes(shutil.disk_usage(small_disk).free - room))
        failed += not _kept_and_delivered(chain, number)
        chain.check_at_once()
        ballast.unlink()
        chain.check_in_the_end()
    assert 3 < failed < len(ROOM_BYTES)


def _kept_and_delivered(chain: Chain, number: int) -> bool:
    said: list[str] = []
    try:
        work = open_workspace(str(chain.repo.path))
        with closing(Store(work.repo.private)) as store:
            measure(work, store, number, chain.start)
            chain.reported = number
            deliver(work, store, said.append)
            return store.outbox.open_entries() == ()
    except (ResonanceError, OSError):  # what the daemon catches, too
        return False


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "fault",
    [
        "fsync,fdatasync:error=EIO:when=1+",
        "fsync,fdatasync:error=EIO:when=5",
        "pwrite64:error=ENOSPC:when=2+",
        "pwrite64:error=EIO:when=9",
        "rename,renameat,renameat2:error=ENOSPC:when=1+",
        "link,linkat:error=ENOSPC:when=1+",
        "pread64:error=EIO:when=12+",
    ],
)
def test_an_error_of_the_system_costs_no_result_and_tears_no_file(tmp_path: Path, fault: str) -> None:  # noqa: F811
    chain = Chain.in_folder(tmp_path)
    assert chain.end(*chain.live(most=1)) == 0
    calls = fault.partition(":")[0]
    trace = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"trace={calls}", "-e", f"inject={fault}"]
    step = [sys.executable, str(Path(__file__).with_name("step.py")), str(ROOT), str(chain.repo.path), "2"]
    done = subprocess.run(
        [*trace, *step], capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    if "ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert "(INJECTED)" in (tmp_path / "trace").read_text()
    chain.reported = 2 if "reported" in done.stdout else 1
    chain.check_at_once()
    chain.check_in_the_end()
    assert chain.end(*chain.live(most=1)) == 0
    chain.check_in_the_end()
