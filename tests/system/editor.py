"""An editor in a process of its own: saves a file again and again, with one note more each time, as fast as it can.

    editor.py FILE HOW SAVES

It reads the file before each save, as a person does who has just opened it, and ends with an error when a note of its
own is gone, when the file is torn, or when what it saved is not what it reads.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

FIRST, LAST = "# Memory", "<!-- resonance-perf:end log -->\n"


def chunks(data: bytes) -> Iterator[bytes]:
    cuts = sorted({0, len(data), *(random.randrange(len(data)) for _ in range(3))})
    for start, end in pairwise(cuts):
        yield data[start:end]
        if random.random() < 0.2:
            time.sleep(0.0005)


def write(path: str, data: bytes, flags: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o644)
    for part in chunks(data):
        os.write(descriptor, part)
    os.close(descriptor)


def truncate(path: str, data: bytes) -> None:
    """VS Code, nano: the file is cut to nothing and written."""
    write(path, data, os.O_TRUNC)


def move_away(path: str, data: bytes) -> None:
    """vim with backupcopy=no: the old file becomes the backup, a new one is written under its name."""
    os.rename(path, path + "~")
    write(path, data, os.O_TRUNC)
    os.unlink(path + "~")


def replace(path: str, data: bytes) -> None:
    """gedit, IntelliJ: a new file is written beside it and renamed over it."""
    write(path + ".tmp", data, os.O_TRUNC)
    os.rename(path + ".tmp", path)


def opened(path: str, notes: list[str]) -> str | None:
    """The text, whole and with every note; None when it stays otherwise.

    What we replaced by mistake is put back within a moment, so a person who looks in between looks again.
    """
    for _ in range(10):
        text = Path(path).read_bytes().decode()
        found = [line for line in text.split("\n") if line.startswith("note ")]
        if text.startswith(FIRST) and text.endswith(LAST) and found == notes:
            return text
        time.sleep(0.01)
    return None


def main() -> int:
    path, how, saves = sys.argv[1], sys.argv[2], int(sys.argv[3])
    save = {"truncate": truncate, "move_away": move_away, "replace": replace}[how]
    random.seed(how)
    notes: list[str] = []
    for number in range(saves):
        text = opened(path, notes)
        if text is None:
            print(f"before save {number} of {how}: torn, or a note is gone, for good:\n{Path(path).read_text()[:2000]}")
            return 1
        notes = [*notes[-20:], f"note {number}"]
        head, rest = text.split("\n\n", 1)
        rest = rest[rest.index("## Benchmark log") :]
        time.sleep(random.random() * 0.004)
        save(path, (head + "\n\n" + "".join(f"{note}\n" for note in notes) + "\n" + rest).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
