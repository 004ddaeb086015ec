from __future__ import annotations

from resonance_perf.cli.waiting import still_measuring


def test_who_waits_hears_something_every_twenty_seconds_and_not_more() -> None:
    said: list[str] = []
    times = iter((0.0, 1.0, 19.0, 21.0, 22.0, 40.0, 45.0))
    between = still_measuring("page", said.append, lambda: next(times))
    for _ in range(6):
        between()
    assert said == ["page: 21 s so far …", "page: 45 s so far …"]
