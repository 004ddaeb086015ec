"""Budgets: show them, set a new one, tighten, loosen (two people), approve."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace

from resonance_perf.app.loosening import approve, in_force, prepare
from resonance_perf.app.standing import read_limits, stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli import budget_burn, budget_explain, budget_export, budget_offer
from resonance_perf.cli.context import opened, workspace
from resonance_perf.cli.output import print_json, table
from resonance_perf.compare.self_check import sights
from resonance_perf.judge.limits import is_looser, relimited
from resonance_perf.judge.scope import metric_of
from resonance_perf.memory.budgets import read_value
from resonance_perf.memory.edits import AddBudget, SetBudget
from resonance_perf.model.budget import Budget
from resonance_perf.model.errors import UsageError
from resonance_perf.model.text import printable
from resonance_perf.report.document import standing_document
from resonance_perf.report.words import short
from resonance_perf.store.store import Store
from resonance_perf.system.documents import STATE

EXAMPLE = (
    'resonance-perf budget tighten api_p95 80ms\n  resonance-perf budget loosen api_p95 120ms --why "new TLS proxy"'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", help="the limits in force and who set them")
    show.add_argument("--json", action="store_true", help="print one JSON document")
    budget_offer.add_arguments(verbs)
    budget_export.add_arguments(verbs)
    budget_burn.add_arguments(verbs)
    budget_explain.add_arguments(verbs)
    for verb, help_ in (
        ("set", "add a budget, or tighten one"), ("tighten", "lower a limit"), ("loosen", "prepare a looser limit"),
    ):  # fmt: skip
        one = verbs.add_parser(verb, help=help_)
        one.add_argument("key")
        one.add_argument("value", help="such as 100ms, 150kb, '>= 60fps', '+5%%'")
        if verb == "loosen":
            one.add_argument("--why", required=True, help="the reason; it is kept in 00_soul.md and in the commit")
        if verb == "set":
            one.add_argument(
                "--metric", help="what a new budget limits: a full name, or a pattern such as 'shop-*.lcp'"
            )
            one.add_argument("--why", default="", help="where its limit comes from")
    one = verbs.add_parser("approve", help="commit a prepared loosening, as one of the approvers")
    one.add_argument("key")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it is done; 2 when the rules forbid it."""
    if args.verb in _VERBS:
        return _VERBS[args.verb](args)
    if args.verb == "approve":
        return _approve(args)
    work = workspace(args)
    new = _budget(args.key, args.value)
    if args.verb == "loosen":
        commit = prepare(work, args.key, new, args.why)
        print(f"prepared as {short(commit)}; {args.key} changes when an approver runs:")
        print(f"  resonance-perf budget approve {args.key}")
        return 0
    if args.verb == "set":
        return _tighten(work, replace(new, metric=args.metric, why=args.why), add=True)
    return _tighten(work, new, add=False)


def _approve(args: argparse.Namespace) -> int:
    with opened(args) as (work, store):
        commit = approve(work, store, args.key)
        print(printable(f"approved: {work.repo.subject(commit)} (commit {short(commit)})"))
    return 0


def _refuse_too_fine(work: Workspace, new: Budget) -> None:
    """A bound on the change that is finer than what this machine can see would be red or green by luck."""
    metric = metric_of(new, work.config.aliases())
    if new.relative is None or metric is None:
        return
    with closing(Store(work.repo.private)) as store:
        sight = sights(store.compared.self_checks()).get(metric)
    if sight is not None and abs(new.relative) < sight.visible:
        raise UsageError(
            f"{new.text} is finer than what this machine sees of {metric}: {sight.visible * 100:.2g} %",
            hint="Give it more samples or a quieter machine (resonance-perf doctor), or a wider bound.",
        )


def _tighten(work: Workspace, new: Budget, *, add: bool) -> int:
    path = work.documents.path(STATE)
    _refuse_too_fine(work, new)
    if new.key not in read_limits(work)[0].in_force:
        if not add:
            in_force(work, new.key)  # says that there is none, and which there are
        work.documents.apply({path: [AddBudget(new.key, new.text, new.metric or "", new.why)]})
    else:
        old = in_force(work, new.key)
        if new.metric not in (None, old.budget.metric):
            hint = f"Give the new one a key of its own, or change the metric in {path} by hand."
            raise UsageError(f"{new.key} limits {old.budget.metric or 'what the config ties to it'} already", hint=hint)
        if old.budget.text != new.text and is_looser(old.budget, relimited(old.budget, new)):
            raise UsageError(
                f"{new.text} is looser than {old.budget.text}",
                hint=f'That needs an approval: budget loosen {new.key} "{new.text}" --why …',
            )
        work.documents.apply({path: [SetBudget(new.key, old.budget.text, new.text)]})
    print(f"{new.key} is {new.text} now; commit {path} to share it")
    return 0


def _budget(key: str, text: str) -> Budget:
    try:
        return read_value(key, text)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _show(args: argparse.Namespace) -> int:
    with opened(args) as (work, store):
        found = stand(work, store)
    if args.json:
        print_json(standing_document(found.judgements, found.loosened))
        return 0
    rows = [
        [
            one.key, one.limit.budget.text, one.metric or "–", one.status,
            short(one.limit.commit) if one.limit.commit else "not committed", one.limit.author or "–",
            one.limit.approved_by or "–",
        ]
        for one in found.judgements
    ]  # fmt: skip
    print(table(("budget", "limit in force", "metric", "status", "set in", "by", "approved by"), rows))
    return 0


_VERBS = {
    "show": _show, "suggest": budget_offer.run_suggest, "preset": budget_offer.run_preset,
    "import": budget_offer.run_import, "export": budget_export.run, "burn": budget_burn.run,
    "explain": budget_explain.run,
}  # fmt: skip
