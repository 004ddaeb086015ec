"""What the plans of PostgreSQL say, node by node.

Traps: the rows of a node are those of one of its loops; its pages hold those of the nodes below; under a LIMIT a node
is stopped early, so that fewer rows than were expected mean nothing there; one that was never executed has no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resonance_perf.model.run import Part
from resonance_perf.model.text import shortened

LARGE = 1000
"""Rows from which on it matters whether a table is read from end to end."""
WRONG = 10
"""An estimate that is off by less is usual."""
BLOCK_KB = 8
METRICS = ("buffers", "rows_scanned", "seq_scans", "spills", "misestimate", "plan_nodes")
_PAGES = ("Shared Hit", "Shared Read", "Local Hit", "Local Read", "Temp Read", "Temp Written")
_REMOVED = ("Filter", "Index Recheck", "Join Filter")
Node = Mapping[str, Any]


def parts(statement: Mapping[str, Any]) -> Iterator[Part]:
    """What each metric of this statement is made of; `misestimate` is the largest of its parts, the others are sums."""
    text, plan = shortened(statement["text"]), statement["plan"]
    yield Part("buffers", text, float(pages(plan)))
    yield Part("rows_scanned", text, float(sum(_scanned(node) for node, _ in below(plan) if _reads(node))))
    for node, limited in below(plan):
        name = _name(node)
        yield Part("plan_nodes", f"{name}: {text}", 1.0)
        if node["Node Type"] == "Seq Scan" and (rows := _scanned(node)) >= LARGE:
            yield Part("seq_scans", f"{node['Relation Name']} ({rows:,.0f} rows): {text}", 1.0)
        if written := _written(node):
            yield Part("spills", f"{name} ({written * BLOCK_KB:,} kB on disk): {text}", 1.0)
        if node["Actual Loops"]:
            yield Part("misestimate", f"{name}: {text}", _wrong(node, limited=limited))


def pages(node: Node) -> int:
    """The pages that a node and those below it touched, in memory or not."""
    return sum(node.get(f"{kind} Blocks", 0) for kind in _PAGES)


def below(node: Node, *, limited: bool = False) -> Iterator[tuple[Node, bool]]:
    """(node, whether a LIMIT may stop it early) of a plan."""
    yield node, limited
    inside = limited or node.get("Node Type") == "Limit"
    for child in node.get("Plans", ()):
        yield from below(child, limited=inside)


def _name(node: Node) -> str:
    kind = str(node["Node Type"])
    of = node.get("Relation Name") or node.get("Index Name") or node.get("CTE Name")
    by = next((", ".join(node[key]) for key in ("Sort Key", "Group Key") if key in node), "")
    by = by or next((node[key] for key in ("Hash Cond", "Merge Cond", "Join Filter") if key in node), "")
    return kind + (f" on {of}" if of else f" on {shortened(by, 40)}" if by else "")


def _reads(node: Node) -> bool:
    return "Relation Name" in node and node["Node Type"].endswith("Scan")


def _scanned(node: Node) -> float:
    """The rows that a scan looked at, those that it threw away among them."""
    removed = sum(node.get(f"Rows Removed by {why}", 0) for why in _REMOVED)
    return float((node["Actual Rows"] + removed) * node["Actual Loops"])


def _written(node: Node) -> int:
    """The pages that this node itself wrote to disk; a Hash writes for the join above it."""
    if node["Node Type"] == "Hash":
        return 0
    below = (one for child in node.get("Plans", ()) for one in _writers(child))
    return int(node.get("Temp Written Blocks", 0)) - sum(int(one.get("Temp Written Blocks", 0)) for one in below)


def _writers(child: Node) -> tuple[Node, ...]:
    return tuple(child.get("Plans", ())) if child["Node Type"] == "Hash" else (child,)


def _wrong(node: Node, *, limited: bool) -> float:
    """How many times more or fewer rows came than were expected; 1 where that means nothing."""
    actual, planned = max(float(node["Actual Rows"]), 1.0), max(float(node["Plan Rows"]), 1.0)
    return max(actual / planned, 1.0 if limited else planned / actual)
