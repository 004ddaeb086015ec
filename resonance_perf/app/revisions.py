"""What commits wrote into config and state file, as revisions for the walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from resonance_perf.app.workspace import AT_ROOT, is_config
from resonance_perf.judge.approval import Approval, mailmap, named, needs_signature
from resonance_perf.judge.state import Revision, State
from resonance_perf.judge.walk import Descends, merged
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.model.budget import Budget
from resonance_perf.model.law import Law
from resonance_perf.system.documents import STATE
from resonance_perf.system.git.history import Touch, blob_ids, blobs, require_absent
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.signature import Keys, signature

MAILMAP = ".mailmap"


class Revisions:
    """The contents of some commits; equal contents are read once."""

    def __init__(self, repo: Repository, configs: Sequence[str], keys: Keys) -> None:
        self._repo, self._configs, self._keys = repo, configs, keys
        self._ids: dict[tuple[str, str], str] = {}
        self._laws: dict[str, Law | None] = {}
        self._is_config: dict[str, bool] = {}
        self._budgets: dict[str, Mapping[str, Budget] | None] = {}
        self._mailmaps: dict[str, dict[str, str]] = {}
        self._wrote: dict[str, dict[str, str]] = {}

    def read(self, found: Sequence[Touch], folders: Sequence[str]) -> list[str]:
        """Read what the commits wrote, with the state file in these folders; return the folders that configs name."""
        from resonance_perf.config.law import read_law

        states = [f"{folder}/{STATE}" for folder in folders]
        self._learn((one.commit, path) for one in found for path in (*self._configs, *states))
        self._require(found, states)
        configs, files = self._unread(self._configs, self._laws), self._unread(states, self._budgets)
        for id_, text in self._texts({**configs, **files}):
            if id_ in configs:
                self._is_config[id_] = text is not None and is_config(text)
                self._laws[id_] = read_law(text) if text is not None else None
            if id_ in files:
                self._budgets[id_] = _budgets(text)
        self._wrote = {one.commit: {} for one in found}
        for (commit, path), id_ in self._ids.items():
            self._wrote[commit][path] = id_
        laws = [self._law(one.commit)[0] for one in found]
        return list(dict.fromkeys(law.state_dir for law in laws if law))

    def read_mailmaps(self, found: Sequence[Touch]) -> None:
        """Read who is who, before and in the commits that carry approvals."""
        self._learn((at, MAILMAP) for one in found if one.approvals for at in (one.commit, one.commit + "^"))
        for id_, text in self._texts(self._unread((MAILMAP,), self._mailmaps)):
            self._mailmaps[id_] = mailmap(text or "")

    def writes_nothing(self, one: Touch) -> bool:
        """True when config and state file are those of every parent, as far as the parents are of this walk."""
        own = self._wrote.get(one.commit)
        return not one.approvals and bool(one.parents) and all(self._wrote.get(name) == own for name in one.parents)

    def of(self, one: Touch, before: Sequence[State], descends: Descends) -> Revision:
        """What a commit wrote and says. Its signature is looked at where an approval waits for that only."""
        law, config = self._law(one.commit)
        state = merged(before, descends)
        file = f"{(law or state.law).state_dir}/{STATE}"
        id_ = self._ids.get((one.commit, file))
        approval = Approval(
            author=f"{one.name} <{one.email}>", by=one.approvals, names=named(one.budgets, one.values),
            same={**self._mailmap(one.commit), **self._mailmap(one.commit + "^")},
        )  # fmt: skip
        if state.signed and needs_signature(approval, state.law.approvers):
            approval = self._signed(approval, one.commit)
        budgets = self._budgets[id_] if id_ else {}
        return Revision(commit=one.commit, approval=approval, budgets=budgets, law=law, file=file, config=config)

    def _signed(self, approval: Approval, commit: str) -> Approval:
        return replace(approval, signature=signature(self._repo, commit, self._keys))

    def _law(self, commit: str) -> tuple[Law | None, str]:
        """The law of a commit, and the path of its config: the first of the places where there is one."""
        for path in self._configs:
            id_ = self._ids.get((commit, path))
            if id_ and (path != AT_ROOT or self._is_config[id_]):
                return self._laws[id_], path
        return None, self._configs[0]

    def _mailmap(self, commit: str) -> dict[str, str]:
        return self._mailmaps.get(self._ids.get((commit, MAILMAP), ""), {})

    def _learn(self, names: Iterable[tuple[str, str]]) -> None:
        self._ids |= blob_ids(self._repo, [one for one in dict.fromkeys(names) if one not in self._ids])

    def _require(self, found: Sequence[Touch], states: Sequence[str]) -> None:
        """Raise where a file is there and cannot be read; asked where it was there before, for that costs a process."""
        walked = {one.commit for one in found}
        for one in found:
            config = next((at for at, path in enumerate(self._configs) if (one.commit, path) in self._ids), None)
            for path in (*self._configs[:config], *states):
                known = [parent for parent in one.parents if parent in walked]
                if (one.commit, path) not in self._ids and (
                    not known or any((parent, path) in self._ids for parent in known)
                ):
                    require_absent(self._repo, one.commit, path)

    def _unread(self, paths: Sequence[str], read: Mapping[str, object]) -> dict[str, None]:
        """The blobs at these paths that are not among those that were read."""
        return dict.fromkeys(id_ for (_, path), id_ in self._ids.items() if path in paths and id_ not in read)

    def _texts(self, ids: Mapping[str, None]) -> Iterable[tuple[str, str | None]]:
        """Each blob with its text; None where it is not UTF-8."""
        for id_, content in zip(ids, blobs(self._repo, list(ids)), strict=True):
            try:
                yield id_, content.decode("utf-8")
            except UnicodeDecodeError:
                yield id_, None


def _budgets(text: str | None) -> Mapping[str, Budget] | None:
    budgets, problems = read_budgets(text, "") if text is not None else ((), ("not text",))
    return None if problems else {budget.key: budget for budget in budgets}
