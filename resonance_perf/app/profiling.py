"""Profile the sides of a benchmark by what fits its metric, and keep what was seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from resonance_perf.app.workspace import Workspace
from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.captures import MOST_S, ROUNDS, Profiler, Sides
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Argv, Benchmark, ToolSettings, commands_of
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.profile import Capture
from resonance_perf.model.profiling import Runtime
from resonance_perf.model.run import Side
from resonance_perf.profilers.choice import counted, resource_of
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.registry import chosen, profiler
from resonance_perf.profilers.started import runtime_of
from resonance_perf.system.private import write_private
from resonance_perf.system.profilers import is_here

_MOST_BLIND = 2
"""So many profilers may see nothing (a package that fits another Python, say) before none is tried any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """Captures of each side, and the profiler that made them."""

    profiler: str
    captures: Mapping[Side, tuple[Capture, ...]]

    @property
    def overhead(self) -> float | None:
        """How much longer the work took under the profiler, as a fraction; the median of all captures."""
        known = sorted(
            one.overhead for captures in self.captures.values() for one in captures if one.overhead is not None
        )
        return known[len(known) // 2] if known else None


def profile_sides(  # what is profiled, and how a person asks for it
    runner: Runner, benchmark: Benchmark, commits: Mapping[Side, str], metric: str, *, name: str = "",
    most_s: float = MOST_S, rounds: int = ROUNDS, enough: Callable[[Sides], bool] = lambda _: True,
) -> Profiled:  # fmt: skip
    """Profile with the profiler `name`, else with the one that fits `metric`; where that sees nothing, with the next.

    Where `enough` says that what was captured in the time is not, it takes longer.

    Raises:
        BenchmarkError: when it cannot be profiled; says why.
        UsageError: when there is no such profiler.
    """
    asked, blind = name or benchmark.profiler, list[str]()
    first: NothingSeenError | None = None
    one = Profiler(
        runner=runner, benchmark=benchmark, driver=DRIVERS[benchmark.driver], most_s=most_s, rounds=rounds,
        choose=lambda seconds: asked or _fitting(runner, benchmark, metric, seconds, blind),
        enough=lambda found: enough(_about(found, metric)),
    )  # fmt: skip
    while True:
        try:
            found = one.captures(commits)
            break
        except NothingSeenError as error:
            first = first or error
            if asked or len(blind) == _MOST_BLIND:
                raise first from error
            blind.append(one.name)
        except BenchmarkError as error:  # none is left
            raise (first or error) from error
    return Profiled(profiler=one.name, captures=_about(found, metric))


def _about(found: Sides, metric: str) -> dict[Side, tuple[Capture, ...]]:
    return {side: tuple(counted(one, metric) for one in captures) for side, captures in found.items()}


def keep_profiles(work: Workspace, run: str, found: Profiled) -> str:
    """Write every capture as pprof below `artifacts/<run>/`; return the folder."""
    folder = work.private("artifacts", run)
    for side, captures in found.captures.items():
        write_profiles(folder, found.profiler, side, captures)
    return folder


def write_profiles(folder: str, name: str, side: Side, captures: Sequence[Capture]) -> None:
    """Write `SIDE-NUMBER.NAME.pb.gz` for each capture."""
    from resonance_perf.profiles.formats import pprof  # few runs need it

    for number, one in enumerate(captures, 1):
        write_private(os.path.join(folder, f"{side}-{number}.{name}.pb.gz"), pprof.write(one.profile))


def _fitting(
    runner: Runner, benchmark: Benchmark, metric: str, seconds: float, blind: Collection[str]
) -> str:  # fmt: skip
    argv = target_of(benchmark)
    if not argv:
        raise BenchmarkError(f"{benchmark.name} runs no program that could be profiled")
    runtime = _runtime(runner, benchmark, argv)
    argv = runner.host.spelled(argv)

    def usable(name: str) -> bool:
        return name not in blind and is_here(name) and wraps(name, argv, seconds)

    found = chosen(runtime, resource_of(metric), usable, seconds=seconds)
    if found is None:
        hint = "resonance-perf profile --list shows the profilers that there are."
        raise BenchmarkError(f"no profiler looks at {metric} of a program that is run by {runtime}", hint=hint)
    return found


def target_of(benchmark: Benchmark) -> Argv:
    """The command of the project that is profiled: its server, else its program; empty where it has none."""
    return next(iter(commands_of(benchmark.settings).values()), ())


def _runtime(runner: Runner, benchmark: Benchmark, argv: Argv) -> Runtime:
    """A page is looked into in its browser, whatever serves it."""
    if isinstance(benchmark.settings, ToolSettings) and benchmark.settings.tool == "web":
        return "browser"
    return runtime_of(runner.host.spelled(argv))


def wraps(name: str, argv: Argv, seconds: float) -> bool:
    """True when the profiler can start such a program; where it visits a page, that is known elsewhere."""
    one = profiler(name)
    try:
        one.wrap(argv, serves=not seconds, seconds=seconds)
    except ValueError:
        return "browser" in one.RUNTIMES
    return True
