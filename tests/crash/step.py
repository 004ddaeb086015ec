"""One result, kept and delivered, in a process of its own: `python step.py ROOT FOLDER NUMBER`; for fault injection."""

from __future__ import annotations

import sys
from contextlib import closing


def main(root: str, folder: str, number: int) -> None:
    """Say `reported` when the result is stored, and `refused: …` for what is told to people instead."""
    sys.path.insert(0, root)
    from resonance_perf.app.deliver import deliver
    from resonance_perf.app.workspace import open_workspace
    from resonance_perf.model.errors import ResonanceError
    from resonance_perf.store.store import Store
    from tests.crash.chain import measure

    said: list[str] = []
    try:
        work = open_workspace(folder)
        with closing(Store(work.repo.private)) as store:
            measure(work, store, number, work.repo.resolve("other"))
            said.append("reported")
            deliver(work, store, said.append)
    except (ResonanceError, OSError) as error:  # what the daemon catches, too
        said.append(f"refused: {error}")
    print("\n".join(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
