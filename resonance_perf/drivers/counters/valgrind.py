"""valgrind: every instruction of a program and its children, and the misses of caches that it simulates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from resonance_perf.drivers.counters.python import require_seed
from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure

INSTALL = "Install valgrind (Debian: apt-get install valgrind)."
CACHES = ("--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64")
"""Bytes, ways, bytes of a line. Always the same: the machine's own would make counts of two machines differ."""
_EVENTS = re.compile(rb"^events: (.+)$", re.M)
_TOTALS = re.compile(rb"^(?:totals|summary): (.+)$", re.M)


class Instructions:
    """Instructions that were executed, by callgrind."""

    name = "callgrind"
    measures: Mapping[str, Measure] = {"instructions": Measure("instructions", exact=True, margin=0.001)}
    hint = INSTALL

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:
        """See `Counter`."""
        require_seed(settings.command, benchmark)
        options = ("--tool=callgrind", "--callgrind-out-file={out}/counts.%p")
        return ("valgrind", "-q", "--trace-children=yes", *options, *settings.command), ()

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`."""
        events = _summed(outcome)
        return {"instructions": events["Ir"]} if "Ir" in events else {}


class Cache:
    """Instructions, and the misses of the first and the last level of a simulated cache, by cachegrind."""

    name = "cachegrind"
    measures: Mapping[str, Measure] = {
        "instructions": Measure("instructions", exact=True, margin=0.001),
        "l1_misses": Measure("", exact=True, margin=0.01),
        "ll_misses": Measure("", exact=True, margin=0.01),
    }
    hint = INSTALL

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:
        """See `Counter`."""
        require_seed(settings.command, benchmark)
        options = ("--tool=cachegrind", "--cache-sim=yes", *CACHES, "--cachegrind-out-file={out}/counts.%p")
        return ("valgrind", "-q", "--trace-children=yes", *options, *settings.command), ()

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`."""
        events = _summed(outcome)
        if "Ir" not in events:
            return {}
        return {
            "instructions": events["Ir"],
            "l1_misses": events["I1mr"] + events["D1mr"] + events["D1mw"],
            "ll_misses": events["ILmr"] + events["DLmr"] + events["DLmw"],
        }


def _summed(outcome: ToolOutcome) -> dict[str, float]:
    """Event -> its total over all processes; nothing when there is none."""
    found: dict[str, float] = {}
    for _, data in outcome.files:
        events, totals = _EVENTS.search(data), _TOTALS.findall(data)
        if events is None or not totals:
            continue
        for name, count in zip(events[1].decode().split(), totals[-1].split(), strict=False):
            found[name] = found.get(name, 0.0) + float(count)
    return found
