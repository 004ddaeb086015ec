"""Recordings of Java's Flight Recorder: the `jfr` of a JDK prints what `profiles/formats/jfr` reads."""

from __future__ import annotations

import os

from resonance_perf.drivers.ending import describe_end
from resonance_perf.model.errors import UsageError
from resonance_perf.model.work import Command
from resonance_perf.profiles.formats.jfr import PRINT, RECORDING
from resonance_perf.profiles.formats.source import MOST_BYTES
from resonance_perf.system.process import Launcher
from resonance_perf.system.profilers import where
from resonance_perf.system.scratch import scratch

_TIMEOUT_S = 120.0
_FILE = "recording.jfr"
_PLAIN = (("LC_ALL", "C"),)
"""Numbers have a point in it."""


def printed(data: bytes, name: str) -> bytes:
    """What the JDK prints of the recording called `name`; `data` as it is where that is none.

    Raises:
        UsageError: when no JDK is here, or it cannot read the recording, or has too much to say of it.
    """
    if not data.startswith(RECORDING):
        return data
    if not where(PRINT[0]):
        what = f"{name} is a recording of Java, and the program that reads it, jfr, is not on PATH"
        raise UsageError(what, hint="Install a JDK: apt-get install default-jdk-headless.")
    with scratch() as folder, Launcher() as programs:
        path = os.path.join(folder, _FILE)
        with open(path, "wb") as file:
            file.write(data)
        command = Command(argv=(*PRINT, _FILE), env=_PLAIN, timeout_s=_TIMEOUT_S, output_bytes=2 * MOST_BYTES)
        done = programs.run(command, folder)
    if not done.ok:
        said = describe_end(done).replace(path, name)
        raise UsageError(f"{name} cannot be read: jfr {said}", hint="Was it cut off?")
    if len(done.stdout) > MOST_BYTES:
        raise UsageError(
            f"jfr prints more than {MOST_BYTES // 1_000_000} MB of {name}", hint="Record for a shorter time."
        )
    return done.stdout
