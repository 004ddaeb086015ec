"""What most commands start from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.store.store import Store
from resonance_perf.system.private import require_own


def workspace(args: argparse.Namespace) -> Workspace:
    """The work tree that the command is about."""
    return open_workspace(args.start, args.config)


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[tuple[Workspace, Store]]:
    """The work tree and its store, which is closed at the end."""
    work = workspace(args)
    require_own(work.repo.common_dir)
    store = Store(work.repo.private)
    try:
        yield work, store
    finally:
        store.close()
