"""One sample's work: drivers say it, the host does it. What comes of it is in `model/outcome.py`."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.benchmark import DEFAULT_LEVELS, Argv, Env, Shape, SizeLevels


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run. `env` is added to the scrubbed environment; `{port}` has been replaced already.

    At most `output_bytes` of each of stdout and stderr are kept (first half and last half); the rest is read and
    dropped. `memory_bytes` bounds the address space where the system can. `pinned`: on one core, where the system can.
    """

    argv: Argv
    env: Env = ()
    timeout_s: float = 60.0
    output_bytes: int = 1_000_000
    memory_bytes: int | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """An open loop: requests are due every 1/`rate` seconds, whether or not earlier ones were answered.

    `shape`: the rate stays (`constant`), rises evenly to `peak` (`ramp`), or jumps there for the middle fifth of the
    time (`spike`). With a `limit_ms`, the load is made again and again at other rates up to `peak`, to find the highest
    at which the p99 is within the limit; what comes of it is that of this rate.
    """

    url: str
    rate: float
    duration_s: float
    warmup_s: float
    timeout_s: float = 10.0
    shape: Shape = "constant"
    peak: float = 0.0
    limit_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProcess:
    """Run a program to its end."""

    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadServer:
    """Start a server, wait until `ready_url` answers, load it, stop its whole process group.

    `{port}` in the server's argv and in the URLs is replaced by a free port by the host.
    """

    server: Command
    ready_url: str
    ready_timeout_s: float
    load: Load
    probe: Command | None = None
    """A program that is run right before the load and right after it; `{python}` in it is our own interpreter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFiles:
    """Look at the sizes of the files that the globs match; a glob with a leading `!` excludes."""

    globs: tuple[str, ...]
    levels: SizeLevels = DEFAULT_LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTool:
    """Run a measuring tool that leaves files in a folder of its own.

    `{out}` in the words of `command` and `then` is that folder, which is empty before and removed after; `{python}` is
    our own interpreter. `then` is run after a `command` that succeeded: it turns what was written into what can be
    read. `provided` are files (name, text) that lie in another folder, `{given}`. With a `server`, that is started
    first and stopped in the end; `{port}` in its words, those of `command` and `then`, the provided files and
    `ready_url` is a free port then.
    """

    command: Command
    then: Argv = ()
    provided: tuple[tuple[str, str], ...] = ()
    server: Command | None = None
    ready_url: str = ""
    ready_timeout_s: float = 20.0


Profilable = RunProcess | LoadServer | RunTool
"""Work that runs something which a profiler can look into."""
Work = Profilable | SizeFiles
