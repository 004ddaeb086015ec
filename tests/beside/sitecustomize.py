"""On the path of what a `shared` test starts: the tests beside it are no neighbours that a measurement waits for."""

from __future__ import annotations

from contextlib import suppress

with suppress(ImportError):  # a Python of another environment
    from resonance_perf.system import quiet

    quiet.wait_for_quiet = lambda *_: ""  # type: ignore[assignment]  # it takes what the real one takes
