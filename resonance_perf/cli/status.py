"""Where every budget stands, and what the daemon does now. Runs nothing and needs no trust."""

from __future__ import annotations

import argparse

from resonance_perf.app.activity import Activity, activity
from resonance_perf.app.view import View, view
from resonance_perf.cli.output import paint, print_json, table
from resonance_perf.model.text import printable

EXAMPLE = "resonance-perf status --json"
HEAD = ("budget", "limit", "now", "headroom", "status", "trend", "measured")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Always exit 0: `check` is the gate."""
    found = view(args.start, args.config)
    now = activity(found["private"])
    if args.json:
        told = {name: found[name] for name in ("problems", "failures")}
        print_json({**found["document"], **told, "daemon": now})
    else:
        print(screen(found, now))
    return 0


def screen(found: View, now: Activity) -> str:
    """The whole page as text."""
    parts = []
    if found["rows"]:
        parts += [_headline(found), "", table(HEAD, found["rows"])]
    elif not found["problems"]:
        parts.append("No budgets yet. Write some into 01_state.md, or ask: resonance-perf budget suggest")
    for line in (*found["problems"], *found["loosened"], *found["failures"]):
        parts.append(paint(printable(f"! {line}"), "red"))
    return "\n".join([*parts, "", *(paint(printable(line), "dim") for line in (*found["sight"], _told(now)))])


_COLOUR = {"green": "green", "yellow": "yellow", "red": "red"}


def _headline(found: View) -> str:
    """How the budgets stand; and apart from them, that something was not measured, which may have none."""
    document, failures, apart = found["document"], found["failures"], ""
    verdict = document["verdict"]
    if failures:
        from resonance_perf.model.judgement import worst

        verdict = worst([one["status"] for one in document["budgets"]])
        apart = f"; {len(failures)} not measured, see below"
    return f"{found['branch']}: {paint(verdict, _COLOUR.get(verdict, 'dim'))}{apart}"


def _told(now: Activity) -> str:
    if now["pid"]:
        line = f"The daemon ({now['pid']}) is " + (
            f"measuring {', '.join(now['running'])}" if now["running"] else "idle"
        )
        if now["watching"]:
            line += f"; {now['watching']}"
    else:
        line = "No daemon runs here. Start one: resonance-perf daemon"
    if now["waiting"]:
        line += f". Waiting: {', '.join(now['waiting'])}"
    return "\n".join([line, *(f"Held back: {why}" for why in now["held"])])
