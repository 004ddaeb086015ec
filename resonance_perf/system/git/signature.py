"""Whose good signature a commit carries, as git and the keys of this machine say.

Nothing that is committed may say which keys are good: settings of git and lists of keys that lie in a work tree of the
repository are not used, and then no signature is good.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from resonance_perf.judge.approval import Signature
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, environment

SIGNERS, REVOKED = "gpg.ssh.allowedsignersfile", "gpg.ssh.revocationfile"
_PROGRAMS = ("gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "gpg.x509.program")
_TRUSTED = ("fully", "ultimate")
_EMAIL = re.compile(r"(?:[^<>]*<)?([^<>\s@]+@[^<>\s]+)>?\Z")
_ANSWERS = {
    "N": "it has no signature", "B": "the signature is bad", "U": "the key is not one that this machine trusts",
    "X": "the signature has expired", "Y": "the key has expired", "R": "the key was revoked",
    "E": "the key is not known here",
}  # fmt: skip
_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of this machine: git's settings for them, and what forbids to use them."""

    settings: dict[str, str]
    problem: str

    @property
    def mark(self) -> str:
        """Changes whenever another answer about a signature is to be expected."""
        digest = hashlib.sha256(repr((sorted(self.settings.items()), self.problem)).encode("utf-8", "surrogateescape"))
        for name in (SIGNERS, REVOKED):
            digest.update(_content(_path(self.settings.get(name, ""))))
        home = _gnupg_home()
        for name in ("pubring.kbx", "pubring.gpg", "trustdb.gpg"):
            digest.update(_stamp(os.path.join(home, name)))
        return digest.hexdigest()


def keys(repo: Repository) -> Keys:
    """Read git's settings."""
    said = attempt(repo.root, "config", "--show-origin", "-z", "--get-regexp", r"^gpg\.").stdout
    parts = said.decode("utf-8", "surrogateescape").split("\0")
    settings: dict[str, str] = {}
    committed = ""
    for origin, setting in zip(parts[::2], parts[1::2], strict=False):
        name, _, value = setting.partition("\n")
        settings[name] = value
        file = origin.removeprefix("file:")
        if file != origin and _is_in_work_tree(repo, file):
            committed = f"the setting {name} comes from {file}, which is in the repository"
    named = [(name, settings[name]) for name in (SIGNERS, REVOKED, *_PROGRAMS) if settings.get(name)]
    for name, value in (*named, ("GNUPGHOME", os.environ.get("GNUPGHOME", ""))):
        if os.sep in value or name in (SIGNERS, REVOKED):
            committed = committed or (
                f"{name} is {value}, which is in the repository" if _is_in_work_tree(repo, _path(value)) else ""
            )
    return Keys(settings, f"{committed}: whoever writes a branch could name themselves" if committed else "")


def signature(repo: Repository, commit: str, known: Keys) -> Signature:
    """The addresses that the signature of a commit is good for.

    An ssh signature: the principal of the allowed signers file. One of gpg: the addresses of the key that this machine
    holds to be its owner's.
    """
    if known.problem:
        return Signature(problem=known.problem)
    form = "%G?%x00%GS%x00%GP%x00%GT"
    done = attempt(repo.root, "--no-replace-objects", "log", "-1", f"--format={form}", commit, timeout_s=_TIMEOUT_S)
    answer, signer, primary, trust = (*done.stdout.decode("utf-8", "replace").rstrip("\n").split("\0"), *[""] * 4)[:4]
    if answer != "G" or trust not in _TRUSTED:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("error: ")
        if said:
            return Signature(problem=f"it cannot be checked ({said})")
        return Signature(problem=_ANSWERS.get("U" if answer == "G" else answer, "it cannot be checked"))
    found = tuple(_owners(known, primary)) if primary else (signer,)
    emails = tuple(dict.fromkeys(match[1].lower() for one in found if (match := _EMAIL.match(one))))
    return Signature(
        emails=emails, problem="" if emails else f"the key of {signer} has no address that is trusted here"
    )


def _owners(known: Keys, fingerprint: str) -> Iterator[str]:
    """The names of a key that are valid. gpg calls a signature good when any is, and shows the one its owner chose."""
    program = known.settings.get("gpg.openpgp.program") or known.settings.get("gpg.program") or "gpg"
    argv = (_path(program), "--batch", "--with-colons", "--list-keys", fingerprint)
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), timeout=_TIMEOUT_S
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        fields = line.split(":")
        if fields[0] == "uid" and fields[1] in ("f", "u"):
            yield re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), fields[9])


def _is_in_work_tree(repo: Repository, path: str) -> bool:
    """True for what lies in a work tree of this repository, also in a linked one."""
    full = os.path.realpath(os.path.join(repo.root, path))
    common = os.path.realpath(repo.common_dir)
    if full == common or full.startswith(common + os.sep):
        return False
    if full.startswith(os.path.realpath(repo.root) + os.sep):
        return True
    folder = os.path.dirname(full)
    if not os.path.isdir(folder):
        return False
    found = attempt(folder, "rev-parse", "--git-common-dir").stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    return bool(found) and os.path.realpath(os.path.join(folder, found)) == common


def _path(value: str) -> str:
    return os.path.expanduser(value)


def _gnupg_home() -> str:
    return os.environ.get("GNUPGHOME") or os.path.expanduser("~/.gnupg")


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).digest()
    except OSError:
        return b"-"


def _stamp(path: str) -> bytes:
    try:
        stat = os.stat(path)
    except OSError:
        return b"-"
    return f"{stat.st_mtime_ns} {stat.st_size}".encode()
