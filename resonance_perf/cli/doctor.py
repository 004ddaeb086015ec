"""Looks at the machine and the setup: what is fine, what is not, and what to do about it."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from resonance_perf.app.standing import SHALLOW, stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json
from resonance_perf.cli.trust import commands
from resonance_perf.model.errors import EXIT_BAD_INPUT, ResonanceError
from resonance_perf.model.text import printable
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY, SOUL, STATE
from resonance_perf.system.git.run import git
from resonance_perf.system.hooks import status as hooks_status
from resonance_perf.system.lock import holder
from resonance_perf.system.machine import environment

EXAMPLE = "resonance-perf doctor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok`: nothing to do; else `what` says what is wrong and what to do."""

    ok: bool
    what: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when all is well, 2 when something has to be done."""
    with opened(args) as (work, store):
        found = [finding for look in _LOOKS for finding in _looked(look, work, store)]
    if args.json:
        print_json({"version": 1, "findings": [{"ok": one.ok, "what": one.what} for one in found]})
    else:
        for one in found:
            print(printable(f"{'ok ' if one.ok else '!! '} {one.what}"))
    return 0 if all(one.ok for one in found) else EXIT_BAD_INPUT


def _looked(look: Callable[[Workspace, Store], Iterator[Finding]], work: Workspace, store: Store) -> Iterator[Finding]:
    try:
        yield from look(work, store)
    except ResonanceError as error:
        yield Finding(False, str(error))


def _machine(work: Workspace, _store: Store) -> Iterator[Finding]:
    facts = dict(environment().facts)
    yield Finding(True, f"{facts['system']} {facts['kernel']}, {facts['cores']} cores, {facts['cpu']}")
    yield Finding(True, git(work.repo.root, "--version"))
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    if load > cores / 2:
        yield Finding(False, f"load is {load:.1f} on {cores} cores: numbers will be noisy. Stop what else runs.")
    else:
        yield Finding(True, f"load is {load:.1f} on {cores} cores")
    free = shutil.disk_usage(work.repo.common_dir).free
    yield Finding(free > 500e6, f"{free / 1e9:.1f} GB free for worktrees and artifacts")


def _config(work: Workspace, _store: Store) -> Iterator[Finding]:
    config = work.config
    yield Finding(bool(config.benchmarks), f"{work.config_name}: {len(config.benchmarks)} benchmarks")
    for benchmark in config.benchmarks:
        for what, argv in commands(benchmark):
            missing = os.sep not in argv[0] and shutil.which(argv[0]) is None
            if missing:
                yield Finding(False, f'{benchmark.name}: {what} needs "{argv[0]}", which is not on PATH. Install it.')
    if not config.approvers:
        yield Finding(False, f"{work.config_name} has no approvers: nobody can approve a loosening")
    if os.path.exists(os.path.join(work.repo.root, ".gitmodules")):
        yield Finding(
            False,
            "there are submodules: measured copies do not have them. Put `git submodule update --init` into setup.",
        )
    _, objection = work.trusted_config()
    yield Finding(not objection, objection or "the config is trusted")


def _files(work: Workspace, store: Store) -> Iterator[Finding]:
    for name in (SOUL, STATE, MEMORY):
        path = work.documents.path(name)
        yield Finding(work.documents.exists(name), path if work.documents.exists(name) else f"{path} is missing: init")
    found = stand(work, store)
    for problem in found.problems:
        yield Finding(False, str(problem))
    for one in found.judgements:
        if one.status == "unmeasured":
            yield Finding(False, f"{one.key} is unmeasured: {one.note}")
    if work.repo.is_shallow():
        yield Finding(False, SHALLOW)
    tracked = git(work.repo.root, "ls-files", "--", work.documents.path(STATE))
    yield Finding(bool(tracked), f"{work.documents.path(STATE)} is {'' if tracked else 'not '}committed")


def _triggers(work: Workspace, store: Store) -> Iterator[Finding]:
    pid = holder(work.private("daemon.lock"))
    yield Finding(pid is not None, f"the daemon runs ({pid})" if pid else "no daemon runs: resonance-perf daemon")
    for state in hooks_status(work.repo.hooks_dir(), work.private("spool", "hooks")):
        yield Finding(state.installed, f"hook {state.name}: {state.what}")
    for name, error in store.queue.last_failures().items():
        yield Finding(False, f"{name} failed: {error.splitlines()[0]}")


_LOOKS = (_machine, _config, _files, _triggers)
