"""Folders in memory, where the system has a place for that: what is tested is what is written, not the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

MEMORY = "/dev/shm"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    folder = mkdtemp(prefix="manners-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
    yield Path(os.path.realpath(folder))
    shutil.rmtree(folder, ignore_errors=True)
