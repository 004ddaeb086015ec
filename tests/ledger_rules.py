"""What the framework's validation asks of a ledger, in our words: read in its `kernel/ledger.py` at v2.5.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILES = {
    "decisions": ("dec", "decision", ("confidence", "review_due")),
    "lessons": ("les", "lesson", ("confidence", "review_due")),
    "metrics": ("met", "metric", ("value", "unit", "as_of", "source")),
    "customers": ("cus", "customer", ("confidence", "review_due")),
    "experiments": ("exp", "experiment", ("hypothesis",)),
}
KNOWN = set(
    re.findall(
        r"\w+",
        "type created status confidence review_due value unit as_of source hypothesis result supersedes evidences"
        " caused superseded_by due hardened chose over target segment mrr since",
    )
)


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    fields: dict[str, str]
    body: str


def scaffold(folder: Path) -> None:
    """The five files as an initialised project has them, with words of our own."""
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / f"{name}.md").write_text(f"# {name.capitalize()}\nschema: resonance-ledger/2\n\n> One entry each.\n")


def entries(path: Path) -> Iterator[Entry]:
    parts = re.split(r"(?m)^##\s+((?:dec|les|met|cus|exp)-[a-z0-9-]+):\s*(.+?)\s*$", path.read_text())
    for id_, title, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        head, _, body = rest.removeprefix("\n").partition("\n\n")
        pairs = [re.fullmatch(r"([a-z_]+):\s*(.*)", line) for line in head.splitlines()]
        assert all(pairs), f"{id_}: a field line that is none: {head!r}"
        names = [pair[1] for pair in pairs if pair]
        assert len(names) == len(set(names)), f"{id_}: a field twice"
        yield Entry(id_, title, {pair[1]: pair[2] for pair in pairs if pair}, body.strip())


def broken_rules(folder: Path) -> list[str]:
    """Every rule that a ledger breaks; none when it is valid."""
    wrong: list[str] = []
    found: dict[str, Entry] = {}
    for name, (prefix, type_, required) in FILES.items():
        path = folder / f"{name}.md"
        if not re.search(r"(?m)^schema: resonance-ledger/[12]$", "\n".join(path.read_text().splitlines()[:6])):
            wrong.append(f"{path.name}: no schema")
        for one in entries(path):
            wrong += [f"{one.id}: {what}" for what in _broken(one, prefix, type_, required)]
            wrong += [f"{one.id} stands twice"] if one.id in found else []
            found[one.id] = one
    for one in found.values():
        for edge in ("supersedes", "evidences", "caused", "superseded_by"):
            for target in filter(None, one.fields.get(edge, "").split(", ")):
                if target not in found:
                    wrong.append(f"{one.id}: {edge} of {target}, which is not there")
                elif edge == "supersedes":
                    old = found[target].fields
                    if old.get("status") != "superseded" or old.get("superseded_by") != one.id:
                        wrong.append(f"{target} does not point back at {one.id}")
    return wrong


def _broken(one: Entry, prefix: str, type_: str, required: tuple[str, ...]) -> Iterator[str]:
    if not re.fullmatch(rf"{prefix}-[a-z0-9][a-z0-9-]*", one.id):
        yield "an id that does not belong here"
    if not one.title.strip() or not one.body:
        yield "no title or no body"
    for name in ("type", "created", "status", *required):
        if name not in one.fields:
            yield f"no {name}"
    for name, value in one.fields.items():
        if name not in KNOWN or not value.strip():
            yield f"{name} is unknown or empty"
        if name in ("created", "as_of", "due", "review_due"):
            date.fromisoformat(value)
    if one.fields.get("type") != type_ or one.fields.get("status") not in ("active", "superseded", "closed"):
        yield "a wrong type or status"
    if one.fields.get("confidence", "high") not in ("low", "medium", "high"):
        yield "a wrong confidence"
