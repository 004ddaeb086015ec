"""What `go tool pprof -top` says of a profile, by our own account, to be compared with its."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from resonance_perf.model.profile import Profile

FIXTURES = Path(__file__).parents[1] / "fixtures/profiles"
_ROW = re.compile(
    r"\s*(-?[\d.]+)\D*\s+-?[\d.]+%\s+-?[\d.]+%\s+(-?[\d.]+)\D*\s+-?[\d.]+%\s+(.+?)(?: \(inline\)| \(partial-inline\))?"
)

Top = dict[str, tuple[int, int]]


def ours(profile: Profile) -> Top:
    """The value of each function itself, and with all that it calls."""
    flat: Counter[str] = Counter()
    cum: Counter[str] = Counter()
    for stack in profile.stacks:
        value = round(stack.values[profile.chosen])
        if stack.frames:
            flat[stack.frames[-1].function] += value
        for function in {one.function for one in stack.frames}:
            cum[function] += value
    return {name: (flat[name], cum[name]) for name in cum if flat[name] or cum[name]}


def theirs(text: str) -> Top:
    """The table, which was made with `-unit=ns` or `-unit=B` so that nothing is rounded."""
    rows = [_ROW.fullmatch(line) for line in text.splitlines()[1:] if line.strip()]
    return {row[3]: (round(float(row[1])), round(float(row[2]))) for row in rows if row}
