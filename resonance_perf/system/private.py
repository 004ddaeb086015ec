"""Our own small files under the git folder: written whole or not at all."""

from __future__ import annotations

import os

from resonance_perf.model.errors import UsageError


def require_own(folder: str) -> None:
    """Refuse to be root by `sudo` in a folder of the user who said so.

    Raises:
        UsageError: what root writes there, that user could not change afterwards.
    """
    owner = os.stat(folder).st_uid
    if os.geteuid() == 0 and owner != 0 and os.environ.get("SUDO_UID") == str(owner):
        who = os.environ.get("SUDO_USER", "you")
        what = f"{folder} is not root's: what root writes there, {who} cannot change afterwards"
        raise UsageError(what, hint="Leave sudo out; what needs root, do in a clone of root's own.")


def write_private(path: str, content: str | bytes) -> None:
    """Replace `path` by `content` in one step. A crash leaves the old file or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    draft = f"{path}.{os.getpid()}"
    with open(draft, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def read_private(path: str) -> str | None:
    """The text of `path`, or None when there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None
