"""Run a program, some times over, and write down how it ended, for a profiler that does not tell.

For one that looks for children it is a process of Python as well, which is there at once: a program that is started by
scripts (pyenv, uv) takes a second to become one, and is given up by then.
"""

from __future__ import annotations

import os
import sys
import time


def main(note: str, times: str, *argv: str) -> None:
    """Run `argv` so many times, as long as it succeeds; write its exit code, how many seconds a run took, and how many
    runs there were to the file `note`."""
    code, runs, begin = 0, 0, time.perf_counter()
    while not code and runs < int(times):
        child = os.posix_spawnp(argv[0], argv, os.environ)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        runs += 1
    seconds = (time.perf_counter() - begin) / runs
    with open(note, "w", encoding="ascii") as file:
        file.write(f"{code if code >= 0 else 128 - code} {seconds:.6f} {runs}")


if __name__ == "__main__":
    main(*sys.argv[1:])
