"""Our own small files under the git folder: written whole or not at all."""

from __future__ import annotations

import os


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
