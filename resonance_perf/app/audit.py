"""Run what the benchmarks of a config can tell, go through the checklist, and write down what was found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from resonance_perf.app.look import look, tells
from resonance_perf.app.runner import runner_here
from resonance_perf.app.workspace import Workspace
from resonance_perf.audit.check import Evidence, examine
from resonance_perf.audit.checklist import BY_ID, CHECKS
from resonance_perf.audit.guidelines import guidelines
from resonance_perf.audit.progress import since
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.config import Config
from resonance_perf.model.errors import WriteRefusedError
from resonance_perf.model.finding import Audit, Finding
from resonance_perf.model.run import Part
from resonance_perf.report.audit import MARK, audit_document, audit_page
from resonance_perf.system.clock import now
from resonance_perf.system.files import edit_file
from resonance_perf.system.host import LocalHost
from resonance_perf.system.machine import environment
from resonance_perf.system.private import read_private, write_private

PAGE = "audit.md"
_KEPT = "audit.json"


def audit(
    work: Workspace, config: Config, benchmarks: Sequence[Benchmark], host: LocalHost, say: Callable[[str], None]
) -> Audit:
    """Look at `HEAD`. What cannot be run is a note; what it would have told is not measured then."""
    commit = work.repo.resolve("HEAD")
    runner = runner_here(work, config, environment(), host)
    evidence: list[Evidence] = []
    notes: list[str] = []
    failed = False
    for benchmark in filter(tells, benchmarks):
        say(f"looking at {benchmark.name} …")
        seen = look(runner, benchmark, commit)
        evidence += seen.evidence
        notes += seen.notes
        failed |= seen.failed
    findings = since([replace(one, commit=commit) for one in examine(CHECKS, evidence)], before(work))
    return Audit(
        commit=commit, at=now(), findings=findings, guidelines=guidelines(evidence), notes=tuple(notes),
        failed=failed,
    )  # fmt: skip


def keep(work: Workspace, config: Config, found: Audit) -> str:
    """Write the page, and what the next audit compares itself with; return the page's name.

    Raises:
        WriteRefusedError: when there is a file of that name which no audit has written.
    """
    name = f"{config.state_dir}/{PAGE}"
    page = audit_page(found)

    def replaced(text: str) -> str:
        if text and not text.startswith(MARK):
            raise WriteRefusedError(
                f"{name} was not written by an audit", hint=f'Move it away, or begin it with "{MARK}".'
            )
        return page

    edit_file(os.path.join(work.repo.root, *name.split("/")), work.repo.root, replaced, create="")
    seen = {one.benchmark for one in found.findings}
    others = [one for one in before(work) if one.benchmark not in seen]
    write_private(work.private(_KEPT), json.dumps(audit_document(replace(found, findings=(*found.findings, *others)))))
    return name


def found_at(work: Workspace, commit: str) -> tuple[Finding, ...]:
    """What audits have found in exactly this commit; of another one it would be a guess."""
    return tuple(one for one in before(work) if one.commit == commit)


def before(work: Workspace) -> tuple[Finding, ...]:
    """The findings of the audit before; none when there was none that can be read."""
    try:
        told = json.loads(read_private(work.private(_KEPT)) or "{}")["findings"]
        return tuple(_finding(one) for one in told if one["id"] in BY_ID)
    except (ValueError, KeyError, TypeError):  # of another version
        return ()


def _finding(told: Mapping[str, Any]) -> Finding:
    places = tuple(Part(**one) for one in told["places"])
    return Finding(**{one.name: told[one.name] for one in fields(Finding)} | {"places": places})
