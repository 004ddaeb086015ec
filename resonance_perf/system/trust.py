"""Permission to run what a config names, recorded outside the repository (DESIGN §6)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from resonance_perf.model.errors import WriteRefusedError
from resonance_perf.system.private import read_private, write_private


@dataclass(frozen=True, slots=True)
class Permission:
    """What was allowed: the config's text, and the hash of each file of the repository that its commands name."""

    config: str
    files: Mapping[str, str]


def hashes(root: str, words: Iterable[str]) -> dict[str, str]:
    """The hash of every file of the repository that is named by one of the words."""
    found = {}
    for word in sorted(set(words)):
        path = os.path.join(root, word)
        if not os.path.isabs(word) and os.path.isfile(path):
            with open(path, "rb") as file:
                found[word] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def grant(common_dir: str, permission: Permission) -> str:
    """Record the permission for this clone; return where.

    Raises:
        WriteRefusedError: when there is no folder of this user's to record it in.
    """
    path = _path(common_dir)
    hint = "Set XDG_STATE_HOME to a folder of yours."
    if path is None:
        raise WriteRefusedError("there is no home folder to record it in", hint=hint)
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        write_private(path, json.dumps(asdict(permission)))
    except OSError as error:
        raise WriteRefusedError(f"it cannot be recorded in {path}: {error.strerror or error}", hint=hint) from error
    return path


def granted(common_dir: str) -> Permission | None:
    """What is allowed in this clone, or None."""
    path = _path(common_dir)
    text = read_private(path) if path else None
    try:
        found = json.loads(text) if text else None
        return Permission(str(found["config"]), dict(found["files"])) if found else None
    except (ValueError, KeyError, TypeError):
        return None  # a damaged record allows nothing


def everything_allowed() -> bool:
    """True in CI, where the pipeline's author already decides what runs."""
    return os.environ.get("RESONANCE_PERF_TRUST") == "1"


def _path(common_dir: str) -> str | None:
    """Where it is recorded; None without a home: a relative path would lie in the repository that is asked about."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = given if os.path.isabs(given) else os.path.expanduser("~/.local/state")
    name = hashlib.sha256(os.path.realpath(common_dir).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return os.path.join(base, "resonance-perf", "trust", name + ".json") if os.path.isabs(base) else None
