"""A remembered answer, valid while everything that it was computed from is byte for byte the same.

`status` is typed many times a day. Its inputs are few and small: the config, the state file, `HEAD`, and what was
measured. Reading them costs a tenth of parsing YAML, walking git and judging again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from typing import NamedTuple

from resonance_perf import __version__

CONFIG, AT_ROOT, STATE = ".resonance/config.yaml", "config.yaml", ".resonance/01_state.md"


class Key(NamedTuple):
    """What an answer depends on: our private folder, and the hash of the files in the work tree and of `HEAD`."""

    private: str
    digest: str

    @classmethod
    def of(cls, start: str) -> Key | None:
        """The key for the work tree around `start`; None where it is not of the plain kind.

        Plain: a `.git` folder, a branch with a loose ref, config and state file at their default places, and no
        environment variable that points elsewhere. Everything else is computed anew each time.
        """
        if any(name in os.environ for name in ("GIT_DIR", "GIT_WORK_TREE", "RESONANCE_PERF_CONFIG")):
            return None
        root = start
        while not os.path.exists(os.path.join(root, ".git")):
            root, below = os.path.dirname(root), root
            if root == below:
                return None
        git = os.path.join(root, ".git")
        today = int(time.time() // 86400)  # numbers become stale
        digest = hashlib.sha256(f"{__version__} {today}".encode())
        try:
            head = _read(os.path.join(git, "HEAD"))
            if not head.startswith(b"ref: "):
                return None
            names = [head[5:].strip().decode(), *(name for name in ("shallow",) if os.path.exists(f"{git}/{name}"))]
            parts = [head, *(_read(os.path.join(git, name)) for name in names)]
            config = CONFIG if os.path.exists(os.path.join(root, CONFIG)) else AT_ROOT
            parts += [config.encode(), *(_read(os.path.join(root, name)) for name in (config, STATE))]
        except (OSError, UnicodeDecodeError):
            return None
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return cls(os.path.join(git, "resonance"), digest.hexdigest())


def recall(key: Key, name: str = "view") -> str | None:
    """The remembered answer called `name`, or None when there is none or something has changed since."""
    try:
        db = sqlite3.connect(f"file:{os.path.join(key.private, 'store.db')}?mode=ro", uri=True)
    except sqlite3.Error:
        return None
    try:
        row = db.execute("SELECT value FROM facts WHERE key = ?", (name,)).fetchone()
        seal = f"{key.digest} {_generation(db)} "
        return row[0][len(seal) :] if row and row[0].startswith(seal) else None
    except sqlite3.Error:
        return None  # an older or a locked database: the long way will say what is wrong
    finally:
        db.close()


def remember(key: Key, answer: str, name: str = "view") -> None:
    """Keep an answer under a name. Failing to is no harm: it is computed again."""
    try:
        db = sqlite3.connect(os.path.join(key.private, "store.db"), timeout=1.0)
    except sqlite3.Error:
        return
    try:
        with db:
            value = f"{key.digest} {_generation(db)} {answer}"
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
    except sqlite3.Error:
        pass  # somebody else is writing: next time
    finally:
        db.close()


def _generation(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM facts WHERE key = 'generation'").fetchone()
    return int(row[0]) if row else 0


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe in its place is not waited for
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no regular file")
        return file.read()
