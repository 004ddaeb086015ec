"""What a benchmark measures, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.take import Take

Argv = tuple[str, ...]
Env = tuple[tuple[str, str | None], ...]
"""Variables for a child, beyond the allow-list: a value, or None to pass ours through."""
Shape = Literal["constant", "ramp", "spike"]
Scenario = Literal["constant", "ramp", "spike", "stress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSettings:
    """`driver: command`: a program that runs to its end."""

    command: Argv


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """`driver: http`: a server under an open load.

    `{port}` in `serve` and `url` is replaced by a free port. `rate` is in requests per second; `duration_s` is
    the load per sample (one server process), after `warmup_s` of load that is thrown away.
    """

    serve: Argv
    url: str
    rate: float = 100.0
    duration_s: float = 2.0
    warmup_s: float = 0.3
    ready_url: str | None = None
    ready_timeout_s: float = 20.0
    scenario: Scenario = "constant"
    peak: float = 0.0
    """Where a ramp or a spike goes to, and the highest rate that a stress tries, in requests per second."""
    limit_ms: float = 0.0
    """The p99 that a stress must not pass."""
    database: str = ""
    """The PostgreSQL behind the server, whose statements are counted; empty where none are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLevels:
    """How hard each compressor tries. By default as hard as it can where files are compressed once and served often;
    zstd stays below its levels 20 to 22, whose windows not every browser takes."""

    gzip: int = 9
    brotli: int = 11
    zstd: int = 19


DEFAULT_LEVELS = SizeLevels()


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeSettings:
    """`driver: size`: bytes of the files that `files` (globs, `!` excludes) match, as they are and compressed."""

    files: tuple[str, ...]
    levels: SizeLevels = DEFAULT_LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSettings:
    """`driver: count`: something that repeats exactly, counted by a tool.

    `counter` says what is counted, and with that which of the rest is used: a `command`; `queries` of a `database` (a
    SQLite file or a PostgreSQL connection string); or the function `invoke` of the WebAssembly `module`, which is given
    the integers `arguments`.
    """

    counter: str
    command: Argv = ()
    database: str = ""
    queries: tuple[str, ...] = ()
    module: str = ""
    invoke: str = ""
    arguments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSettings:
    """`driver: tool`: another measuring tool, whose result the reader `tool` understands.

    `{out}` in `command` is an empty folder; `result` is the file in it that holds the result, empty for the only one,
    or for what the tool prints where it leaves none. `part` chooses one of several benchmarks in it. `then` is run
    after a `command` that succeeded; `provided` are files (name, text) that lie in the folder `{given}` for both. With
    `serve`, a server is started first, and `{port}` in all of them and in `ready_url` is a free port. What happened in
    the first `warmup_s` of the result is left out. `takes` are for a reader that is told what to take. The metrics in
    `exact` are the same in every run of the tool on equal code: where no other is wanted, it is run `repeats` times.
    One that looks at what is `deployed`, where no revision of ours is, is run once, and all that it tells are values.
    """

    tool: str
    command: Argv
    then: Argv = ()
    provided: tuple[tuple[str, str], ...] = ()
    env: Env = ()
    result: str = ""
    part: str = ""
    serve: Argv = ()
    ready_url: str = ""
    ready_timeout_s: float = 20.0
    warmup_s: float = 0.0
    takes: tuple[Take, ...] = ()
    exact: tuple[str, ...] = ()
    repeats: int = 2
    deployed: bool = False


DriverSettings = CommandSettings | HttpSettings | SizeSettings | CountSettings | ToolSettings


def commands_of(settings: DriverSettings) -> dict[str, Argv]:
    """The programs that are run for a sample, by the key that names each in the config; in the order of their start."""
    match settings:
        case CommandSettings(command=command) | CountSettings(command=command):
            found = {"command": command}
        case HttpSettings(serve=serve):
            found = {"serve": serve}
        case ToolSettings(command=command, then=then, serve=serve):
            found = {"serve": serve, "command": command, "then": then}
        case SizeSettings():
            found = {}
    return {what: argv for what, argv in found.items() if argv}


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One benchmark of the config.

    `setup` runs once in each worktree; `verify` is the project's own correctness check and must pass on a commit
    before a budget tightens because of it. `timeout_s` bounds one sample (and one setup or verify, ten times as
    long). `max_s` bounds one comparison. `paths` are globs: a change that touches none of them does not trigger
    the benchmark; empty means every change does. `explains`: what became slower is profiled, with the `profiler` of
    this name, else with what fits.
    """

    name: str
    driver: str
    settings: DriverSettings
    setup: Argv = ()
    verify: Argv = ()
    paths: tuple[str, ...] = ()
    metrics: tuple[MetricSpec, ...] = ()
    timeout_s: float = 60.0
    memory_bytes: int | None = None
    min_samples: int = 8
    max_samples: int = 1000
    max_s: float = 60.0
    quick: bool = False
    explains: bool = field(default=True, repr=False)  # no part of what is measured, nor of its hash
    profiler: str = field(default="", repr=False)

    @property
    def deployed(self) -> bool:
        """True where no change of the repository is what moves it at once: there are no two sides to compare."""
        return isinstance(self.settings, ToolSettings) and self.settings.deployed

    def metric(self, name: str) -> MetricSpec | None:
        """The settings of the metric called `name`, or None if the config does not name it."""
        return next((spec for spec in self.metrics if spec.name == name), None)
