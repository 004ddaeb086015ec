from __future__ import annotations

import pytest

from resonance_perf.daemon.seen import Seen
from resonance_perf.system.watcher import Changes

CONFIG, STATE = ".resonance/config.yaml", ".resonance/01_state.md"
ASKS = ("config", "ignored", "files", "saved_by_hand", "head", "work")


def asked(changes: Changes, **more: bool) -> set[str]:
    seen = Seen(changes, CONFIG, **more)
    return {name for name in ASKS if getattr(seen, name)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (Changes(), set()),
        (Changes(paths=frozenset({"shop/api.py"})), {"work"}),
        (Changes(paths=frozenset({CONFIG})), {"config", "files", "work"}),
        (Changes(paths=frozenset({".gitignore"})), {"ignored", "work"}),
        (Changes(paths=frozenset({STATE}), state=frozenset({STATE})), {"files", "saved_by_hand"}),
        (Changes(paths=frozenset({STATE}), state=frozenset({STATE}), git=True), {"files", "head"}),
        (Changes(spool=True), {"head"}),
    ],
    ids=["nothing", "a file", "the config", "what is ignored", "the state by hand", "the state by git", "a hook"],
)
def test_what_was_seen_says_what_is_to_be_looked_at(changes: Changes, expected: set[str]) -> None:
    assert asked(changes) == expected


def test_where_nobody_saw_what_happened_all_is_looked_at_and_nobody_blamed_for_a_save() -> None:
    assert asked(Changes(state=frozenset({STATE})), everything=True) == {"config", "files", "head", "work"}


def test_when_nothing_was_heard_for_a_while_the_branch_is_looked_at() -> None:
    assert asked(Changes(), idle=True) == {"head"}
