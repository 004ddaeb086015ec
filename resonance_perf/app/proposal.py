"""A tighter limit that people are asked to accept: a patch, and no commit on any branch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import Edit
from resonance_perf.system.documents import apply_all
from resonance_perf.system.git.commit import commit_edits
from resonance_perf.system.git.patch import mail_patch
from resonance_perf.system.git.repository import Head
from resonance_perf.system.git.run import attempt
from resonance_perf.system.private import write_private

_REF = "refs/resonance/tighten/"


def propose(
    work: Workspace, name: str, edits: Mapping[str, Sequence[Edit]], message: str, *, author: str, head: Head
) -> str | None:
    """Write the commit that would be made on `head` as a mail for `git am`; return the path of the file.

    None: `head` has all of it already. `name` tells proposals apart.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    changes = {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}
    attempt(work.repo.root, "update-ref", "-d", _REF + name)  # a crash left it
    commit = commit_edits(work.repo, changes, message, author=author, ref=_REF + name, head=head)
    if commit is None:
        return None
    path = work.private("proposals", f"{name}.patch")
    write_private(path, mail_patch(work.repo, commit))
    attempt(work.repo.root, "update-ref", "-d", _REF + name)
    return path


def how_to_accept(path: str, key: str, new: str) -> str:
    """The two ways: a clean work tree takes the commit with its evidence, any other the limit."""
    with open(path, encoding="utf-8", newline="") as file:
        keep = " --keep-cr" if "\r\n" in file.read() else ""
    return f'git am{keep} {path}, or where the three files have changes: resonance-perf budget tighten {key} "{new}"'
