"""Where every budget stands, and what the daemon does now. Runs nothing and needs no trust."""

from __future__ import annotations

import argparse
import json
from typing import Any

from resonance_perf.app.deliver import trend
from resonance_perf.app.standing import Standing, stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import paint, print_json, printable, table
from resonance_perf.model.judgement import worst
from resonance_perf.report.document import standing_document
from resonance_perf.report.records import status_rows, utc
from resonance_perf.report.sentences import loosening_line
from resonance_perf.store.store import Store
from resonance_perf.system.lock import holder

EXAMPLE = "resonance-perf status --json"
HEAD = ("budget", "limit", "now", "headroom", "status", "trend", "measured")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Always exit 0: `check` is the gate."""
    with opened(args) as (work, store):
        found = stand(work, store)
        if args.json:
            print_json({**standing_document(found.judgements, found.loosened), "daemon": daemon(work, store)})
        else:
            print(screen(work, store, found))
    return 0


def screen(work: Workspace, store: Store, found: Standing) -> str:
    """The whole page as text."""
    parts = []
    if found.judgements:
        trends = {one.metric: trend(store, one.metric) for one in found.judgements if one.metric}
        rows = status_rows(found.judgements, trends, ())
        parts.append(table(HEAD, [[getattr(row, name) for name in HEAD] for row in rows]))
    else:
        parts.append('No budgets yet. Write some into 01_state.md, such as "api_p95": "100ms".')
    parts += [paint(f"! {problem}", "red") for problem in found.problems]
    parts += [paint("! " + printable(loosening_line(one, work.config.approvers)), "red") for one in found.loosened]
    failures = store.queue.last_failures()
    parts += [paint(printable(f"! {name}: {error.splitlines()[0]}"), "red") for name, error in failures.items()]
    parts.append(paint(printable(_activity(daemon(work, store))), "dim"))
    if found.judgements:
        parts.insert(0, f"{work.repo.head().branch or 'detached'}: {worst([one.status for one in found.judgements])}\n")
    return "\n".join(parts)


def daemon(work: Workspace, store: Store) -> dict[str, Any]:
    """What the daemon does and what waits."""
    pid = holder(work.private("daemon.lock"))
    said = json.loads(store.fact("daemon") or "{}") if pid else {}
    jobs = store.queue.open_jobs()
    return {
        "pid": pid,
        "since": said.get("since"),
        "watching": said.get("watching"),
        "running": [{"benchmark": job.benchmark, "head": job.head} for job in jobs if job.state == "running"],
        "waiting": [{"benchmark": job.benchmark, "head": job.head} for job in jobs if job.state == "pending"],
        "undelivered": [entry.waits for entry in store.outbox.open_entries() if entry.waits],
    }


def _activity(now: dict[str, Any]) -> str:
    if now["pid"]:
        line = f"daemon {now['pid']} since {utc(now['since'])} UTC" if now["since"] else f"daemon {now['pid']}"
        doing = ", ".join(f"{job['benchmark']} {job['head'][:9]}" for job in now["running"])
        line += f", measuring {doing}" if doing else ", idle"
        if now["watching"]:
            line += f"; {now['watching']}"
    else:
        line = "no daemon runs here (start one: resonance-perf daemon)"
    if now["waiting"]:
        line += f"; waiting: {', '.join(job['benchmark'] for job in now['waiting'])}"
    return "\n".join([line, *(f"waits: {why}" for why in now["undelivered"])])
