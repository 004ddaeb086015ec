"""What `status` shows, as plain JSON, remembered until something that it depends on changes."""

from __future__ import annotations

import json
from typing import Any

from resonance_perf.store.memo import Key, recall, remember

View = dict[str, Any]
"""`document` (DESIGN §7), `rows` of the status table, and what is wrong: `loosened`,
`problems`, `failures` (sentences)."""


def view(start: str, config: str | None) -> View:
    """The standing of the work tree around `start`.

    Raises:
        ResonanceError: when there is no repository or no usable config.
    """
    key = None if config else Key.of(start)
    found = recall(key) if key else None
    return json.loads(found) if found else _made(start, config, key)


def _made(start: str, config: str | None, key: Key | None) -> View:
    from resonance_perf.app.history import asks_keys
    from resonance_perf.app.questions import metrics_of
    from resonance_perf.app.standing import stand
    from resonance_perf.app.status_table import trend
    from resonance_perf.app.workspace import open_workspace
    from resonance_perf.compare.self_check import sights
    from resonance_perf.report.document import standing_document
    from resonance_perf.report.loosened import loosening_line
    from resonance_perf.report.records import status_rows
    from resonance_perf.report.sentences import sight_lines
    from resonance_perf.store.store import Store
    from resonance_perf.system.private import require_own

    work = open_workspace(start, config)
    require_own(work.repo.common_dir)
    store = Store(work.repo.private)
    try:
        failures = {name: why for name, why in store.queue.last_failures().items() if work.config.benchmark(name)}
        found = stand(work, store)
        trends = {one.metric: trend(store, one.metric) for one in found.judgements if one.metric}
        about = metrics_of(work.config)
        rows = status_rows(found.judgements, trends, ())
        made: View = {
            "document": standing_document(found.judgements, found.loosened, failed=bool(failures)),
            "rows": [
                [row.budget, row.limit, row.now, row.headroom, row.status, row.trend, row.measured] for row in rows
            ],
            "loosened": [loosening_line(one, work.config.approvers) for one in found.loosened],
            "problems": [str(one) for one in found.problems],
            "failures": [
                *(_named(name, why.splitlines()[0]) for name, why in failures.items()),
                *(f"{name}: {why}" for name, why in store.numbers.missing().items() if name in about),
            ],
            "sight": sight_lines(sights(store.compared.self_checks()), about),
            "branch": work.repo.head().branch or "detached HEAD",
            "private": work.repo.private,
        }
    finally:
        store.close()
    if key is not None and key.private == work.repo.private and not found.problems and not asks_keys(work):
        remember(key, json.dumps(made))
    return made


def _named(benchmark: str, why: str) -> str:
    """The reason with the benchmark in front of it, once."""
    return why if why.startswith((f"{benchmark} ", f"{benchmark}:")) else f"{benchmark}: {why}"
