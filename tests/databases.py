"""A PostgreSQL of our own, for tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgres_with(*settings: str) -> Iterator[str]:
    """A server on a socket in a folder of its own, which its user may enter; gives its connection string."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    if not found[-1].is_file():
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as place:
        as_user: dict[str, object] = {}
        if os.geteuid() == 0:  # it refuses to run as root
            shutil.chown(place, "postgres")
            as_user = {"user": "postgres"}
        run = {"check": True, "capture_output": True, "cwd": place, **as_user}
        subprocess.run([found[-1], "-D", "data", "-A", "trust", "-N"], **run)  # type: ignore[call-overload]
        each = ("listen_addresses=", "fsync=off", "autovacuum=off", *settings)
        words = " ".join([f"-k {place}", *(f"-c {one}" for one in each)])
        control = found[-1].with_name("pg_ctl")
        subprocess.run([control, "-D", "data", "-w", "-l", "log", "-o", words, "start"], **run)  # type: ignore[call-overload]
        try:
            yield f"host={place} dbname=postgres user={'postgres' if as_user else os.environ.get('USER', '')}"
        finally:
            subprocess.run([control, "-D", "data", "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
