"""One sample's work, and what came of it. Drivers say the work, the host does it, drivers read the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.benchmark import DEFAULT_LEVELS, Argv, Shape, SizeLevels
from resonance_perf.model.counted import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run. `env` is added to the scrubbed environment; `{port}` has been replaced already.

    At most `output_bytes` of each of stdout and stderr are kept (first half and last half); the rest is read and
    dropped. `memory_bytes` bounds the address space where the system can. `pinned`: on one core, where the system can.
    """

    argv: Argv
    env: tuple[tuple[str, str | None], ...] = ()
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


Work = RunProcess | LoadServer | SizeFiles | RunTool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessOutcome:
    """How a program ended and what it used. Exactly one of `exit_code` and `signal` is set; a program that could not
    be started has neither and `error` says why (a sentence).

    `rss_floor_bytes`: a peak at or below it is the launcher's own footprint, not the program's (Linux carries the
    high-water mark over exec). `left_behind`: processes of its group still lived and were killed.
    """

    argv: Argv
    exit_code: int | None = None
    signal: int | None = None
    error: str = ""
    wall_s: float = 0.0
    user_s: float = 0.0
    system_s: float = 0.0
    peak_rss_bytes: int = 0
    rss_floor_bytes: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    truncated: bool = False
    timed_out: bool = False
    left_behind: bool = False
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Page faults without and with reading from disk; context switches that it wanted and that it did not want."""

    @property
    def ok(self) -> bool:
        """True when the program ran to its end and reported success."""
        return self.exit_code == 0 and not self.timed_out


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """What the load saw. `latencies_ms` are those of answered requests (status 200 to 399), each counted from the
    time when the request was due; in due order, or how many of each size. `failed` counts requests without such an
    answer, `failures` says how they failed (message -> count). `late_ms` is how late the client itself sent, at worst.
    `knee` is the rate that a search ended at, 0 where no rate was borne. `server` tells how the server ended;
    `problem` is a sentence when there is nothing to count (it never became ready, it died). `requests` counts all that
    were sent, those of the warm-up and of every rate of a search among them; `probes` are what was asked before and
    after.
    """

    server: ProcessOutcome
    latencies_ms: Values = ()
    sent: int = 0
    failed: int = 0
    failures: tuple[tuple[str, int], ...] = ()
    seconds: float = 0.0
    late_ms: float = 0.0
    client_cpu_s: float = 0.0
    knee: float = 0.0
    requests: int = 0
    probes: tuple[ProcessOutcome, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSizes:
    """Bytes of one file, as it is and compressed alone. `name` is its path from where it was looked for, with `/`."""

    name: str
    raw: int
    gzip: int
    brotli: int
    zstd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeOutcome:
    """The files that were matched; at least one."""

    files: tuple[FileSizes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """How a tool ended, and the files that it left, by name; `then` is None when it was not run.

    `problem` is a sentence when its server did not do its part.
    """

    process: ProcessOutcome
    then: ProcessOutcome | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    problem: str = ""


Outcome = ProcessOutcome | LoadOutcome | SizeOutcome | ToolOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfiledOutcome:
    """What came of work that was done under a profiler, and the files that the profiler left, by name.

    `said` is the end of what it said, which explains a profile that is not there. A program was run `times` over, and
    its outcome tells of one of them.
    """

    outcome: ProcessOutcome | LoadOutcome | ToolOutcome
    times: int = 1
    files: tuple[tuple[str, bytes], ...] = ()
    said: str = ""
