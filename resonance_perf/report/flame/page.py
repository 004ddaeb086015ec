"""A flame graph as a page of its own: it works offline and from a file, and lets in no code but its own.

What people zoom and search in is drawn by d3-flame-graph; below stands what changed most, for those without scripts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from html import escape

from resonance_perf.model.quantity import format_value
from resonance_perf.model.text import printable
from resonance_perf.profiles.tree import Function, Node, functions
from resonance_perf.report.flame.layout import NOTICED
from resonance_perf.report.flame.picture import Picture

ROWS = 25
"""So many functions stand in the table."""
_HERE = os.path.dirname(os.path.abspath(__file__))
_LIBRARY = "d3-flame-graph-5.0.0.js"
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<h1>{title}</h1>
{about}
<div id="controls">
<label>Search <input id="search" type="search" placeholder="/"></label><output id="found"></output>
<fieldset id="widths" hidden>Width:
<label><input type="radio" name="width" value="before"> base</label>
<label><input type="radio" name="width" value="after"> head</label>
<label><input type="radio" name="width" value="larger" checked> the larger</label></fieldset>
<label><input type="checkbox" id="upright"> root at the bottom</label>
<button type="button" id="reset">Reset</button>
</div>
<div id="details" role="status"></div>
<div id="chart" tabindex="0" role="application"
 aria-label="flame graph: arrows move, Enter zooms, Escape shows all"></div>
<table>
{table}
</table>
<script id="data" type="application/json">{data}</script>
<script>{library}</script>
<script>{script}</script>
</html>
"""


def page_of(picture: Picture) -> str:
    """The whole page."""
    style, library, script = (_part(name) for name in ("page.css", _LIBRARY, "page.js"))
    policy = (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {_hash(style)};"
        f" script-src {_hash(library)} {_hash(script)}"
    )
    return _PAGE.format(
        policy=policy, title=_safe(picture.title), style=style, library=library, script=script,
        about="\n".join(f"<p>{_safe(line)}</p>" for line in picture.about), table=_table(picture), data=_data(picture),
    )  # fmt: skip


def _part(name: str) -> str:
    with open(os.path.join(_HERE, name), encoding="utf-8") as file:
        return file.read()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(picture: Picture) -> str:
    """The tree as columns, parents first; `<` is spelled so that no name ends the element it stands in."""
    names: dict[str, int] = {}
    places: dict[str, int] = {}
    frames: dict[str, list[float]] = {one: [] for one in ("name", "place", "depth", "before", "after")}
    for depth, node in picture.root.walk():
        row = (
            names.setdefault(printable(node.name), len(names)), places.setdefault(printable(node.place), len(places)),
            depth, _rounded(node.before), _rounded(node.after),
        )  # fmt: skip
        for column, value in zip(frames.values(), row, strict=True):
            column.append(value)
    document = {
        "unit": picture.unit, "noticed": NOTICED, "names": list(names), "places": list(places), "frames": frames,
    }  # fmt: skip
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def _rounded(value: float) -> float:
    """Six significant digits: finer than any profile is."""
    return float(f"{value:.6g}")


def _table(picture: Picture) -> str:
    heads = ("itself, base", "itself, head", "change") if picture.compares else ("itself", "share")
    rows = [f"<tr><th>function, per {_safe(picture.per)}</th>{''.join(f'<th>{one}</th>' for one in heads)}</tr>"]
    rows += [_row(picture, one) for one in functions(picture.root)[:ROWS]]
    return "\n".join(rows)


def _row(picture: Picture, one: Function) -> str:
    unit = picture.unit
    if not picture.compares:
        whole = _larger(picture.root)
        cells = [format_value(max(one.before, one.after), unit), f"{100 * max(one.before, one.after) / whole:.1f} %"]
    else:
        change = one.after - one.before
        sign = "+" if change > 0 else "−" if change < 0 else ""
        cells = [
            format_value(one.before, unit),
            format_value(one.after, unit),
            f"{sign}{format_value(abs(change), unit)}",
        ]
    grew = ""
    if picture.compares and one.after != one.before:
        grew = ' class="grew"' if one.after > one.before else ' class="shrank"'
    told = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr{grew}><td>{_safe(f'{one.name} {one.place}'.strip())}</td>{told}</tr>"


def _larger(root: Node) -> float:
    return max(root.before, root.after) or 1.0


def _safe(text: str) -> str:
    return escape(printable(text))
