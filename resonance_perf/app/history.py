"""What holds at a commit: walked from the commits that touched config or state file, and remembered per commit."""

from __future__ import annotations

import os
from collections.abc import Sequence

from resonance_perf.app.revisions import Revisions
from resonance_perf.app.workspace import AT_ROOT, DEFAULT_CONFIG, Workspace
from resonance_perf.judge.approval import Approval
from resonance_perf.judge.state import Revision, State
from resonance_perf.judge.walk import step
from resonance_perf.model.budget import Budget
from resonance_perf.model.config import Config
from resonance_perf.model.law import Law
from resonance_perf.store.walked import Walked
from resonance_perf.system.documents import SOUL, STATE
from resonance_perf.system.git.ancestry import is_ancestor
from resonance_perf.system.git.history import Touch, nearest_touch, since, touches
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.signature import keys
from resonance_perf.system.private import read_private

UNAPPROVED = Approval(author="")
Step = tuple[Revision, State]
"""A revision and what holds after it."""


def state_at(work: Workspace, commit: str | None) -> State:
    """What holds after `commit`; before the first commit, nothing but the place of the files.

    Raises:
        GitError: when history cannot be read whole.
    """
    start = _start(work)
    return _Walk(work, start).to(commit) if commit else start


def asks_keys(work: Workspace) -> bool:
    """True where what counts depends on the keys of this machine, too: an answer may then not be remembered."""
    return state_at(work, work.repo.head().commit).signed


def line_to(work: Workspace, commit: str | None) -> list[Step]:
    """The revisions on the line of first parents up to `commit`, oldest first, each with what holds after it."""
    return _Walk(work, _start(work)).line(commit) if commit else []


def next_step(
    work: Workspace, past: State, budgets: Sequence[Budget], law: Law | None, approval: Approval = UNAPPROVED
) -> Step:
    """The next commit, with these budgets and this config, and what would hold after it."""
    revision = Revision(
        commit=None, approval=approval, budgets={budget.key: budget for budget in budgets}, law=law,
        file=f"{(law or past.law).state_dir}/{STATE}", config=work.config_name,
    )  # fmt: skip
    return revision, step([past], revision, lambda _new, _old: False)


def _start(work: Workspace) -> State:
    usual = "state_dir" not in work.config_text  # the guard before a commit does not wait for YAML then
    return State(law=Law(state_dir=Config(benchmarks=()).state_dir if usual else work.config.state_dir))


class _Walk:
    """One walk. What was walked before is where it begins; what it finds is remembered."""

    def __init__(self, work: Workspace, start: State) -> None:
        self._repo, self._start = work.repo, start
        usual = (DEFAULT_CONFIG, AT_ROOT)
        own = work.config_name
        self._configs = usual if own in usual or os.path.isabs(own) else (own, *usual)
        self._keys = keys(work.repo)
        cut = read_private(os.path.join(work.repo.common_dir, "shallow")) or ""
        self._walked = Walked(work.repo.private, *self._configs, start.law.state_dir, cut, self._keys.mark)

    def to(self, head: str) -> State:
        known = self._walked.state(head)
        if known is None:
            states = self._from(head, self._walked.tips())
            if states is None:
                states = self._from(head, ()) or {}
            known = next(reversed(states.values()), self._start)
            self._walked.keep({**states, head: known}, head)
        return known

    def line(self, head: str) -> list[Step]:
        steps: dict[str, tuple[Touch, Revision]] = {}
        states = self._from(head, (), steps) or {}
        found: list[Step] = []
        at = next(reversed(steps), None)
        while at in steps:
            touch, revision = steps[at]
            found.append((revision, states[at]))
            at = touch.parents[0] if touch.parents else None
        return found[::-1]

    def _from(
        self, head: str, tips: Sequence[str], steps: dict[str, tuple[Touch, Revision]] | None = None
    ) -> dict[str, State] | None:
        """What holds after each commit up to `head`, which is the last; those that `tips` knows are left out.

        None where the walk comes to a commit of the history of `tips` that is not known. `steps` gets what each wrote.
        """
        revisions = Revisions(self._repo, self._configs, self._keys)
        found, paths = self._found(head, tips, revisions)
        if not found:
            known = self._before(head, paths)
            return {head: known} if known is not None else None
        states: dict[str, State] = {}
        descends = _Descent(self._repo, found)
        for one in found:
            parents = [states.get(name) or self._before(name, paths) for name in one.parents]
            before = [parent for parent in parents if parent is not None]
            if len(before) < len(parents):
                return None
            before = before or [self._start]
            if steps is None and revisions.writes_nothing(one) and all(parent is before[0] for parent in before):
                states[one.commit] = before[0]
                continue
            revision = revisions.of(one, before, descends)
            states[one.commit] = step(before, revision, descends)
            if steps is not None:
                steps[one.commit] = one, revision
        return states

    def _found(self, head: str, tips: Sequence[str], revisions: Revisions) -> tuple[tuple[Touch, ...], list[str]]:
        """The commits that matter, with what they wrote. A config that names another folder widens the search."""
        folders: dict[str, None] = {}
        named = [self._start.law.state_dir, *self._walked.folders()]
        while new := [one for one in named if one not in folders]:
            folders |= dict.fromkeys(new)
            paths = [*self._configs, *(f"{folder}/{name}" for folder in folders for name in (STATE, SOUL))]
            found = since(self._repo, head, tips) if tips else touches(self._repo, head, paths)
            named = revisions.read(found, list(folders))
        revisions.read_mailmaps(found)
        return found, paths

    def _before(self, commit: str, paths: Sequence[str]) -> State | None:
        known = self._walked.state(commit)
        if known is None:
            nearest = nearest_touch(self._repo, commit, paths)
            known = self._walked.state(nearest) if nearest else None
        return known


class _Descent:
    """Whether a commit is in the history of another: from the graph of this walk, from git for what is older."""

    def __init__(self, repo: Repository, found: Sequence[Touch]) -> None:
        self._repo = repo
        self._places = {one.commit: place for place, one in enumerate(found)}
        self._parents = {one.commit: one.parents for one in found}
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, new: str, old: str) -> bool:
        if (new, old) not in self._known:
            here = old in self._places
            self._known[new, old] = self._leads(new, old) if here else is_ancestor(self._repo, old, new)
        return self._known[new, old]

    def _leads(self, new: str, old: str) -> bool:
        """Parents come first: what stands before `old` cannot lead to it, and what is not here is older than all."""
        waiting, seen = [new], set[str]()
        while waiting:
            one = waiting.pop()
            if one == old:
                return True
            if one not in seen and self._places.get(one, -1) > self._places[old]:
                seen.add(one)
                waiting += self._parents[one]
        return False
