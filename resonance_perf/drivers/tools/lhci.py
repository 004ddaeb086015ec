"""lhci: the pages that a config of Lighthouse CI names, as it says, each once for each sample.

Its assertions are not run: it asserts the best of its runs. `budget import` makes budgets of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from resonance_perf.drivers.tools.lighthouse import METRICS as OF_LIGHTHOUSE
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "lhci_config": Key(
        kind="text",
        means="its config, where it is none that lhci finds",
        example="web/lighthouserc.json",
        optional=True,
    ),
}
PROGRAM = Program(name="lhci", install="npm install --save-dev @lhci/cli")
METRICS = tuple(one for one in OF_LIGHTHOUSE if one != "inp")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`. A page is the `part` of its path."""
    config = (given["lhci_config"],) if given["lhci_config"] else ()
    command = ("node", "{given}/lhci.mjs", "{out}/pages.json", *config)
    return ToolSettings(
        tool="lighthouse", command=command, provided=(("lhci.mjs", _script()),), env=(("CHROME_PATH", None),),
        result="pages.json",
    )  # fmt: skip


@cache
def _script() -> str:
    return files("resonance_perf.drivers.tools").joinpath("lhci.mjs").read_text(encoding="utf-8")
