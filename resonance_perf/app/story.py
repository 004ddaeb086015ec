"""Put together what is known of a run: from the store, from what was kept of it, and from git. Runs nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from resonance_perf.app.artifacts import kept_whys
from resonance_perf.app.audit import found_at
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.audit.causes import evidence_of
from resonance_perf.judge.judge_run import judge_run
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.diff import Diff
from resonance_perf.model.errors import GitError, UsageError
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.machine import differences
from resonance_perf.model.run import Run
from resonance_perf.model.story import Story
from resonance_perf.profiles.causes import why
from resonance_perf.store.store import Store
from resonance_perf.system.git.ancestry import line_between
from resonance_perf.system.git.diff import diff_between

_PROFILE = ".pb.gz"


def meant(work: Workspace, store: Store, told: str) -> Run:
    """The run that `told` means: an id or its beginning, a benchmark for its newest, nothing for the last alarm.

    Raises:
        UsageError: when there is none.
    """
    id_ = store.compared.newest(told) if told else store.compared.last_alarm()
    if id_ is None and not told:
        hint = "Name a run or a benchmark: resonance-perf explain BENCH."
        raise UsageError("nothing became slower so far", hint=hint)
    found = store.results.run(id_ or told)
    if found is None and work.config.benchmark(told) is not None:
        raise UsageError(f"no run of {told} was compared with a base", hint=f"resonance-perf run {told} does that.")
    if found is None:
        raise UsageError(
            f'there is no benchmark "{told}", and no single run whose id begins so',
            hint="resonance-perf history BENCH lists the runs of a benchmark.",
        )
    heads = store.compared.heads_of(found.id) if not store.compared.of(found.id) else ()
    if len(heads) == 1:
        return store.results.run(heads[0]) or found
    return found


def story_of(work: Workspace, store: Store, head: Run) -> Story:
    """All that is known of the run."""
    found = store.compared.of(head.id)
    comparisons = _in_order(work, head.benchmark, tuple(found.values()))
    base = store.results.run(comparisons[0].base) if comparisons else None
    lost = [] if base else ["it has no base: nothing says what it was before"]
    diff, commits = Diff(), [head.commit]
    if base is not None:
        try:
            diff = diff_between(work.repo, base.commit, head.commit)
            theirs = tuple(one for one in diff.files if not work.documents.holds(one.new or one.old))
            diff = replace(diff, files=theirs)
            commits = _commits(work, base.commit, head.commit)
        except GitError as error:
            lost.append(str(error))
    kept = {one.metric: one for one in kept_whys(work, head.id)}
    whys = tuple(
        kept.get(one.metric) or why(one, (), (), diff, beside=comparisons)
        for one in comparisons
        if one.metric in kept or one.verdict in ("slower", "faster")
    )
    folder = work.private("artifacts", head.id)
    files = tuple(sorted(os.listdir(folder))) if os.path.isdir(folder) else ()
    profiled = any(name.endswith(_PROFILE) for name in files)
    if base is not None and not profiled and any(one.verdict == "slower" for one in comparisons):
        lost.append("it was not profiled")
    return Story(
        head=head, base=base, commits=tuple((one, work.repo.subject(one)) for one in commits), diff=diff,
        comparisons=comparisons, judgements=_judged(work, head, comparisons), whys=whys,
        machine=differences(base.environment.facts, head.environment.facts) if base else (),
        findings=evidence_of(found_at(work, head.commit), head.benchmark), folder=folder if files else "", files=files,
        lost=(*lost, *head.missing.values(), *dict.fromkeys(note for one in whys for note in one.notes)),
    )  # fmt: skip


def _judged(work: Workspace, head: Run, comparisons: Sequence[Comparison]) -> tuple[Judgement, ...]:
    limits = read_limits(work)[0].in_force
    return judge_run(limits, work.config.aliases(), head, comparisons, branch=work.repo.head().branch)


def _commits(work: Workspace, base: str, head: str) -> list[str]:
    """What lies between them on the line of first parents; the head alone where they stand beside each other."""
    if base == head or not work.repo.holds(head, base):
        return [head]
    return [link.commit for link in line_between(work.repo, base, head)]


def _in_order(work: Workspace, benchmark: str, comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Those that the config names in its order, then the others."""
    known = work.config.benchmark(benchmark)
    named = [spec.name for spec in known.metrics] if known else []
    return tuple(sorted(comparisons, key=lambda one: named.index(one.metric) if one.metric in named else len(named)))
