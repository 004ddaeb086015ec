"""What came of one sample's work: the host tells it, drivers read it."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.counted import Values


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


Ended = ProcessOutcome | LoadOutcome | ToolOutcome
"""What comes of work that runs something."""
Outcome = Ended | SizeOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfiledOutcome:
    """What came of work that was done under a profiler, and the files that the profiler left, by name.

    `said` is the end of what it said, which explains a profile that is not there. A program was run `times` over, and
    its outcome tells of one of them.
    """

    outcome: Ended
    times: int = 1
    files: tuple[tuple[str, bytes], ...] = ()
    said: str = ""
