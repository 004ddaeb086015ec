"""What the container or service that we run in may use, in control groups of version 1 and 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from resonance_perf.system.knobs import Knobs

_TOP = "sys/fs/cgroup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The tightest of our own group and those above it; None where nothing limits.

    `periods` and `throttled`: how many periods our own group had, and in how many of them it was stopped for having
    used up its time; both since the group was made.
    """

    cores: float | None = None
    memory_bytes: int | None = None
    periods: int = 0
    throttled: int = 0


def limits(knobs: Knobs) -> Limits:
    """Read the limits that hold for this process."""
    cpu, memory = tuple(_groups(knobs, "cpu")), tuple(_groups(knobs, "memory"))
    quotas = [quota for group in cpu if (quota := _quota(knobs, group)) is not None]
    bounds = [bound for group in memory if (bound := _bound(knobs, group)) is not None]
    stat = next((found for group in cpu if "nr_periods" in (found := knobs.fields(f"{group}/cpu.stat"))), {})
    return Limits(
        cores=min(quotas, default=None),
        memory_bytes=min(bounds, default=None),
        periods=_whole(stat.get("nr_periods")),
        throttled=_whole(stat.get("nr_throttled")),
    )


def _groups(knobs: Knobs, controller: str) -> Iterator[str]:
    """The folders of our groups that `controller` may rule, our own first, then those above it.

    Inside a container the path may be the host's, which is not there: then the top is all that can be seen.
    """
    for line in knobs.text("proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        tops = [_TOP, f"{_TOP}/unified"] if number == "0" else [f"{_TOP}/{names}", f"{_TOP}/{controller}"]
        if number != "0" and controller not in names.split(","):
            continue
        top = next((one for one in tops if knobs.exists(f"{one}/cgroup.procs")), None)
        parts = [part for part in path.split("/") if part not in ("", "..")]
        while top:
            group = "/".join((top, *parts))
            if knobs.exists(group):
                yield group
            if not parts:
                break
            parts.pop()


def _quota(knobs: Knobs, group: str) -> float | None:
    """In cores."""
    words = knobs.text(f"{group}/cpu.max").split()
    if not words:
        words = [knobs.text(f"{group}/cpu.cfs_quota_us"), knobs.text(f"{group}/cpu.cfs_period_us")]
    quota, period = map(_whole, [*words, "100000"][:2])
    return quota / period if quota > 0 and period > 0 else None


def _bound(knobs: Knobs, group: str) -> int | None:
    """In bytes. Version 1 has no word for "no limit", only a number beyond every machine."""
    text = knobs.text(f"{group}/memory.max") or knobs.text(f"{group}/memory.limit_in_bytes")
    bound = _whole(text)
    return bound if 0 < bound < 1 << 60 else None


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d+", text, re.ASCII) else 0
