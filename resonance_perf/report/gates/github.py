"""The gate as GitHub workflow commands: annotations at the budget's line, and a notice with the one line.

GitHub reads a command from one line of the log: in a message `%`, CR and LF are escaped, in a property `:` and `,` too.
"""

from __future__ import annotations

from resonance_perf.model.gate import Gate
from resonance_perf.model.text import printable
from resonance_perf.report.gates.findings import BLOCKING, FINE, MEANS, Finding, answer, findings


def render(gate: Gate) -> str:
    """A command per finding that is not green."""
    told = [_command(_level(one), _place(one), one.told) for one in findings(gate)]
    return "".join([line for line in told if line] + [_command("notice", {"title": "resonance-perf"}, answer(gate))])


def _level(one: Finding) -> str:
    if one.kind in BLOCKING:
        return "error"
    return "" if one.kind in FINE else "warning" if one.kind in ("unmeasured", "yellow") else "notice"


def _place(one: Finding) -> dict[str, str]:
    place = one.location
    found = {"file": place.file, "line": str(place.line or ""), "col": str(place.column or "")}
    return {**{name: value for name, value in found.items() if value}, "title": f"{one.key}: {MEANS[one.kind]}"}


def _command(level: str, properties: dict[str, str], message: str) -> str:
    if not level:
        return ""
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}\n"


def _data(text: str) -> str:
    return printable(text.replace("\r", "\n")).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
