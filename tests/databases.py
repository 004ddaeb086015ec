"""A PostgreSQL of our own, for tests."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest


def _run_in(place: str) -> dict[str, Any]:
    """How to run a program of PostgreSQL in a folder: it refuses to run as root."""
    as_user = {"user": "postgres"} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(place, "postgres")
    return {"check": True, "capture_output": True, "cwd": place, **as_user}


@cache
def _cluster(initdb: Path) -> str:
    """A folder with an empty cluster, which every server gets a copy of: making one takes seconds."""
    place = tempfile.mkdtemp(prefix="pg-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    subprocess.run([initdb, "-D", "data", "-A", "trust", "-N"], **_run_in(place))
    return place


@contextmanager
def postgres_with(*settings: str) -> Iterator[str]:
    """A server on a socket in a folder of its own, which its user may enter; gives its connection string."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    if not found[-1].is_file():
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as place:
        run = _run_in(place)
        subprocess.run(["cp", "-a", f"{_cluster(found[-1])}/data", "data"], **run)
        each = ("listen_addresses=", "fsync=off", "autovacuum=off", *settings)
        words = " ".join([f"-k {place}", *(f"-c {one}" for one in each)])
        control = found[-1].with_name("pg_ctl")
        subprocess.run([control, "-D", "data", "-w", "-l", "log", "-o", words, "start"], **run)
        try:
            yield f"host={place} dbname=postgres user={run.get('user', os.environ.get('USER', ''))}"
        finally:
            subprocess.run([control, "-D", "data", "-m", "immediate", "stop"], **run)
