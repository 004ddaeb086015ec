"""`driver: count`: which counters there are, and the keys that each needs."""

from __future__ import annotations

from resonance_perf.config import rules, values
from resonance_perf.config.argv import argv
from resonance_perf.config.nodes import Node, Scalar
from resonance_perf.config.section import Section
from resonance_perf.model.benchmark import CountSettings

COUNTERS = {
    "instructions": ("instructions",),
    "cache": ("instructions", "l1_misses", "ll_misses"),
    "allocations": ("allocations", "allocated", "peak_memory"),
    "calls": ("calls", "primitive_calls"),
    "sqlite": ("vm_steps",),
    "postgres": ("buffers", "rows"),
    "fuel": ("fuel",),
}
"""Counter -> the metrics that it gives."""

KEYS = ("counter", "command", "database", "queries", "module", "invoke", "arguments")
_DATABASE = ("database", "queries")
_NEEDS = {"sqlite": _DATABASE, "postgres": _DATABASE, "fuel": ("module", "invoke")}
_EXAMPLES = {
    "command": '["python3", "bench.py"]', "database": "shop.db", "queries": '["SELECT count(*) FROM orders"]',
    "module": "build/parse.wasm", "invoke": "parse",
}  # fmt: skip
_QUERIES = values.list_of(values.text, _EXAMPLES["queries"])


def read_counting(section: Section) -> CountSettings:
    """Read the keys of a benchmark with the driver `count`. Keys that its counter does not need are unknown ones."""
    hint = f'Add "counter:" with one of {", ".join(COUNTERS)}.'
    counter = section.require("counter", _counter, "", hint=hint)
    needs = _NEEDS.get(counter, ("command",)) if counter else ()
    for key in needs:
        if key not in section:
            section.complain(f'{section.path} has no "{key}"', section.location, f"Add it: {key}: {_EXAMPLES[key]}")
    wanted = needs if counter else KEYS[1:]
    return CountSettings(
        counter=counter,
        command=section.get("command", argv, ()) if "command" in wanted else (),
        database=section.get("database", values.text, "") if "database" in wanted else "",
        queries=section.get("queries", _QUERIES, ()) if "queries" in wanted else (),
        module=section.get("module", values.text, "") if "module" in wanted else "",
        invoke=section.get("invoke", values.text, "") if "invoke" in wanted else "",
        arguments=section.get("arguments", _integers, ()) if "module" in wanted else (),
    )


def _counter(node: Node) -> str:
    return rules.known(node, "counter", COUNTERS)


def _integers(node: Node) -> tuple[int, ...]:
    return values.list_of(_integer, "[1000, -1]")(node)


def _integer(node: Node) -> int:
    text = node.text if isinstance(node, Scalar) and node.kind == "number" else ""
    if text.removeprefix("-").isdecimal() and -(2**63) <= int(text) < 2**63:
        return int(text)
    raise values.wrong(node, f"must be a whole number, not {values.described(node)}", "Write one of 64 bits.")
