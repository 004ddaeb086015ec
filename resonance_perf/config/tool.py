"""`driver: tool`: the command of a measuring tool, the reader of its result, and what to take of that."""

from __future__ import annotations

from resonance_perf.config import values
from resonance_perf.config.argv import argv
from resonance_perf.config.nodes import shown
from resonance_perf.config.section import Section, did_you_mean
from resonance_perf.config.tooling import SERVED, read_served
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.take import Take, parse_take

TOOL_KEYS = ("tool", "command", "result", "part", "take", "exact", *SERVED)


def read_tool(section: Section) -> ToolSettings:
    """Read the keys of a benchmark with the driver `tool`."""
    hint = 'Add "tool:" with the name of its reader, as in: resonance-perf tools'
    example = 'Add "command:", such as ["k6", "run", "--summary-export={out}/summary.json", "load.js"].'
    settings = ToolSettings(
        tool=section.require("tool", values.text, "", hint=hint),
        command=section.require("command", argv, (), hint=example),
        result=section.get("result", values.text, ""),
        part=section.get("part", values.text, ""),
        takes=_takes(section.section("take")),
        exact=_exact(section),
    )
    return read_served(section, settings)


def _exact(section: Section) -> tuple[str, ...]:
    named = [key.text for key, _ in section.section("metrics").entries]
    exact: tuple[str, ...] = section.get("exact", values.list_of(values.text, '["raw"]'), ())
    for metric in (one for one in exact if one not in named):
        what = f'{section.path}.exact names "{shown(metric)}", which is none of its metrics'
        section.complain(what, section.place("exact"), did_you_mean(metric, named) or "Add it to metrics.")
    return exact


def _takes(section: Section) -> tuple[Take, ...]:
    found = []
    for key, _ in section.entries:
        where = section.require(key.text, values.text, "", hint="Say where it is.")
        try:
            found += [parse_take(key.text, where)] if where else []
        except ValueError as error:
            section.complain(f"{section.path}.{key.text} {error}", section.place(key.text), "See docs/tools.md.")
    return tuple(found)
