"""Permission to run what a config names, recorded outside the repository (DESIGN §6)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from resonance_perf.system.private import read_private, write_private


@dataclass(frozen=True, slots=True)
class Permission:
    """What was allowed: the config's text, and the hash of it with the files that its commands name."""

    fingerprint: str
    config: str


def fingerprint(config: str, root: str, words: Iterable[str]) -> str:
    """The hash of what would run: the config, and every file of the repository that a command names as a word."""
    digest = hashlib.sha256(config.encode())
    for word in sorted(set(words)):
        path = os.path.join(root, word)
        if not os.path.isabs(word) and os.path.isfile(path):
            with open(path, "rb") as file:
                digest.update(b"\0" + word.encode("utf-8", "surrogateescape") + b"\0" + file.read())
    return digest.hexdigest()


def grant(common_dir: str, permission: Permission) -> str:
    """Record the permission for this clone; return where."""
    path = _path(common_dir)
    write_private(path, json.dumps({"fingerprint": permission.fingerprint, "config": permission.config}))
    return path


def granted(common_dir: str) -> Permission | None:
    """What is allowed in this clone, or None."""
    text = read_private(_path(common_dir))
    try:
        found = json.loads(text) if text else None
        return Permission(str(found["fingerprint"]), str(found["config"])) if found else None
    except (ValueError, KeyError, TypeError):
        return None  # a damaged record allows nothing


def everything_allowed() -> bool:
    """True in CI, where the pipeline's author already decides what runs."""
    return os.environ.get("RESONANCE_PERF_TRUST") == "1"


def _path(common_dir: str) -> str:
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    name = hashlib.sha256(os.path.realpath(common_dir).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return os.path.join(base, "resonance-perf", "trust", name + ".json")
