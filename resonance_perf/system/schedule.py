"""The baseline schedule. A tick only puts a trigger into the queue; whether and when it runs is not decided here."""

from __future__ import annotations

from collections.abc import Callable

from resonance_perf.model.errors import UsageError

LATE_S = 12 * 3600
"""A laptop that slept through the night still measures its baseline in the morning, once."""


class Schedule:
    """Calls `on_tick`, from another thread, whenever the cron expression (five fields, in `timezone`) says so.

    Raises:
        UsageError: when the expression or the time zone makes no sense.
    """

    def __init__(self, cron: str, timezone: str, on_tick: Callable[[], object]) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.cron import CronTrigger

        try:
            trigger = CronTrigger.from_crontab(cron, timezone)
        except (ValueError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
            said = f'the schedule "{cron}" in the time zone "{timezone}" makes no sense: {error.args[0]}'
            raise UsageError(said, hint='Such as "0 3 * * *" in "Europe/Berlin".') from error
        self._scheduler = BackgroundScheduler(timezone=trigger.timezone)
        self._job = self._scheduler.add_job(on_tick, trigger, coalesce=True, max_instances=1, misfire_grace_time=LATE_S)

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; a tick that is being delivered is waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def next_run_at(self) -> float | None:
        """When the next tick is due, in seconds since 1970; None when it does not run or none ever comes."""
        due = self._job.next_run_time if self._scheduler.running else None
        return due.timestamp() if due else None
