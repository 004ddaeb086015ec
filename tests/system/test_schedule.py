"""The baseline schedule."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from resonance_perf.model.errors import UsageError
from resonance_perf.system.schedule import Schedule


def test_the_next_run_is_in_the_schedule_s_own_time_zone() -> None:
    schedule = Schedule("0 3 * * *", "Asia/Tokyo", lambda: None)
    assert schedule.next_run_at() is None
    schedule.start()
    due = schedule.next_run_at()
    schedule.stop()
    assert due is not None
    local = datetime.fromtimestamp(due, ZoneInfo("Asia/Tokyo"))
    assert (local.hour, local.minute) == (3, 0)
    assert 0 < due - datetime.now(UTC).timestamp() <= 24 * 3600
    assert schedule.next_run_at() is None


def test_a_tick_only_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    from apscheduler.triggers.cron import CronTrigger

    every_second = CronTrigger(second="*", timezone=UTC)
    monkeypatch.setattr(CronTrigger, "from_crontab", lambda *_: every_second)
    ticked = threading.Event()
    schedule = Schedule("* * * * *", "UTC", ticked.set)
    schedule.start()
    assert ticked.wait(10)
    schedule.stop()
    schedule.stop()


def test_a_day_that_never_comes_is_no_error() -> None:
    schedule = Schedule("0 0 31 2 *", "UTC", lambda: None)
    schedule.start()
    assert schedule.next_run_at() is None
    schedule.stop()


@pytest.mark.parametrize(
    ("cron", "zone"), [("61 3 * * *", "UTC"), ("soon", "UTC"), ("0 3 * * *", "Mars/Olympus"), ("0 3 * * *", "../etc")]
)
def test_a_schedule_that_makes_no_sense_is_a_sentence(cron: str, zone: str) -> None:
    with pytest.raises(UsageError, match="makes no sense") as caught:
        Schedule(cron, zone, lambda: None)
    assert cron in str(caught.value) and "Such as" in str(caught.value)
