"""What this repository watches of itself: 40 rows appended to a log of 1 MB, as text."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

sys.path.insert(0, os.getcwd())  # the code of the work tree that is measured, not an installed one

from resonance_perf.memory.edits import AppendRow
from resonance_perf.model.record import MemoryRow

ROW = MemoryRow(
    when="2026-11-23 12:00", commit="a1b2c3d4e", trigger="commit", benchmark="stats-api", metric="p95", before="412 ms",
    after="44.8 ms", change="-89.1 % [-89.9, -88.2]", budget="100 ms", verdict="faster", run="01K",
)  # fmt: skip

text = AppendRow(ROW).apply("# Memory\n")
line = text.splitlines()[-2]
text = text.replace(line, "\n".join([line] * 7000))
for number in range(40):
    text = AppendRow(replace(ROW, run=f"01K{number}")).apply(text)
