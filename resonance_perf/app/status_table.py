"""The status table of `01_state.md`: what it should say now, and the edit that makes it say that."""

from __future__ import annotations

from resonance_perf.app.rest import obstacle
from resonance_perf.app.standing import stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.scope import covered
from resonance_perf.memory.edits import ReplaceStatus
from resonance_perf.model.judgement import Judgement
from resonance_perf.report.records import status_rows
from resonance_perf.report.spark import sparkline
from resonance_perf.report.words import utc
from resonance_perf.store.store import Store
from resonance_perf.system.documents import STATE


def refresh_status(work: Workspace, store: Store) -> None:
    """Bring the status table of `01_state.md` up to date, if there are budgets and the file can be read.

    Not while git is in the middle of something: a file that we change then is one that it cannot check out.
    """
    if obstacle(work):
        return
    found = stand(work, store)
    if found.judgements and work.documents.exists(STATE) and not found.problems:
        edit = status_edit(work, store, found.judgements)
        work.documents.apply({work.documents.path(STATE): [edit]})


def status_edit(work: Workspace, store: Store, judgements: tuple[Judgement, ...]) -> ReplaceStatus:
    """The edit that makes the status table say what the judgements say."""
    trends = {one.metric: trend(store, one.metric) for one in judgements if one.metric}
    newest = max((one.measured_at for one in judgements), default=0.0)
    loosened = stand(work, store).loosened
    rows = status_rows(judgements, trends, loosened)
    return ReplaceStatus(rows, utc(newest) if newest else "never", _unknown(work, store, judgements))


def _unknown(work: Workspace, store: Store, judgements: tuple[Judgement, ...]) -> tuple[str, ...]:
    """The budgets of which this store knows nothing, not even a failure: their rows are another clone's."""
    known = {*store.numbers.benchmarks(), *store.queue.last_failures()}
    aliases, named = work.config.aliases(), work.config.metrics()

    def is_known(one: Judgement) -> bool:
        names = covered(one.limit.budget, aliases, dict.fromkeys([*named, *((one.metric,) if one.metric else ())]))
        return not names or any(name.rpartition(".")[0] in known for name in names)

    return tuple(one.key for one in judgements if one.estimate is None and not is_known(one))


def trend(store: Store, metric: str, most: int = 16) -> str:
    """The newest values of a metric as a sparkline."""
    benchmark, _, name = metric.rpartition(".")
    return sparkline([point.estimate.value for point in store.history.points(benchmark, name, most)])
