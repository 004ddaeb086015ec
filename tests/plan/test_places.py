"""Where a changed path lies."""

from __future__ import annotations

import pytest

from resonance_perf.plan.ignore import Ignore
from resonance_perf.plan.places import Places

MAIN = Places("/r", "/r/.git", "/r/.git", Ignore.of())
LINKED = Places("/w", "/r/.git/worktrees/w", "/r/.git", Ignore.of())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/r/a/b.py", ("tree", "a/b.py")),
        ("/r/.resonance/01_state.md", ("state", ".resonance/01_state.md")),
        ("/r/.resonance/config.yaml", ("tree", ".resonance/config.yaml")),
        ("/r/.git/HEAD", ("git", "HEAD")),
        ("/r/.git/packed-refs", ("git", "packed-refs")),
        ("/r/.git/logs/HEAD", ("git", "logs/HEAD")),
        ("/r/.git/refs/heads/feature/x", ("git", "refs/heads/feature/x")),
        ("/r/.git/resonance/spool/hooks", ("spool", "resonance/spool/hooks")),
        ("/r/.git/refs/heads/main.lock", None),
        ("/r/.git/index", None),
        ("/r/.git/objects/ab/cd", None),
        ("/r/.git/resonance/store.db-wal", None),
        ("/r/node_modules/x", None),
        ("/r", None),
        ("/rx/a", None),
    ],
)
def test_in_a_plain_repository(path: str, said: tuple[str, str] | None) -> None:
    assert MAIN.sort(path) == said


def test_in_a_linked_work_tree() -> None:
    assert LINKED.sort("/w/a.py") == ("tree", "a.py")
    assert LINKED.sort("/w/.git") is None
    assert LINKED.sort("/r/.git/worktrees/w/HEAD") == ("git", "HEAD")
    assert LINKED.sort("/r/.git/refs/heads/main") == ("git", "refs/heads/main")
    assert LINKED.sort("/r/.git/worktrees/other/HEAD") is None
    assert LINKED.sort("/r/a.py") is None


def test_only_folders_that_matter_are_wanted() -> None:
    wanted = ["/r", "/r/src", "/r/.git", "/r/.git/logs", "/r/.git/refs/heads/feature", "/r/.git/resonance/spool"]
    unwanted = [
        "/r/node_modules",
        "/r/.git/objects",
        "/r/.git/resonance/worktrees",
        "/r/.git/refs/tags",
        "/x",
        "/r/s/.git",
    ]
    assert [one for one in wanted if not MAIN.wanted(one)] == []
    assert [one for one in unwanted if MAIN.wanted(one)] == []
