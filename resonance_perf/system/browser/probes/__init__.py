"""One probe per file: it watches a visit in a tab of its own and gives back what was told, as JSON can hold it.

None of them sees what another does to a page: block coverage makes scripts slower, a trace everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resonance_perf.system.browser.probes.coverage import coverage
from resonance_perf.system.browser.probes.fields import fields
from resonance_perf.system.browser.probes.frames import frames
from resonance_perf.system.browser.probes.layers import layers
from resonance_perf.system.browser.probes.memory import memory
from resonance_perf.system.browser.probes.network import network
from resonance_perf.system.browser.probes.page import page
from resonance_perf.system.browser.probes.trace import trace
from resonance_perf.system.browser.probes.vitals import vitals
from resonance_perf.system.browser.tab import Tab

PROBES: Mapping[str, Callable[[Tab], object]] = {
    "vitals": vitals, "trace": trace, "network": network, "coverage": coverage, "memory": memory, "layers": layers,
    "frames": frames, "page": page, "fields": fields,
}  # fmt: skip
