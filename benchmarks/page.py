"""Tables of docs/statistics.md from the numbers of a simulation: `simulate.py --json FILE`, then `page.py FILE`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shares import limits
from simulate import FIXED

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "docs", "statistics.md")
FROM, TO = "### Equal sides\n", "### What the tables say\n"
Rows = Sequence[Mapping[str, Any]]


def tables(found: Mapping[str, Rows]) -> str:
    """All tables, each under its heading."""
    parts = (
        _equal(found["cells"]), _slower(found["cells"]), _aims(found["aims"]), _estimators(found["estimators"]),
        _stopping(found["designs"]), _orders(found["orders"]),
    )  # fmt: skip
    return "\n".join(parts)


def _equal(cells: Rows) -> str:
    head = "noise|false alarms|95 % interval|coverage|same|unsure|pairs p50/p95/p99|s p50/p95/p99|mean pairs ÷ 240"
    rows = []
    for one in cells:
        if one["effect"] == 0:
            alarms, trials = one["slower"] + one["faster"], one["trials"]
            shares = (f"{one[key] / trials * 100:.1f} %" for key in ("covered", "same", "unsure"))
            rows.append((
                one["stream"], f"{alarms}/{trials}", _between(*limits(alarms, trials)), *shares,
                _spread(one["pairs"], 0), _spread(one["seconds"], 2), f"{one['mean_pairs'] / FIXED:.2f}",
            ))  # fmt: skip
    return _table(FROM, head.split("|"), rows)


def _slower(cells: Rows) -> str:
    trials = next(one["trials"] for one in cells if one["effect"])
    said = (
        f"### A head that is slower\n\nFound, of {trials} each; seconds p50/p95/p99 to the verdict; coverage; 95th "
        "percentile of the error when it stopped, in\npercentage points.\n"
    )
    rows: dict[str, list[str]] = {}
    for one in cells:
        if one["effect"]:
            share, covered = (one[key] / trials * 100 for key in ("slower", "covered"))
            text = f"{share:.1f} %; {_spread(one['seconds'], 2)} s; {covered:.1f} %; {one['error_pp']:.2f}"
            rows.setdefault(one["stream"], [one["stream"]]).append(text)
    return _table(said, ("noise", "+1 %", "+2 %", "+5 %"), rows.values())


def _aims(aims: Rows) -> str:
    rows = [tuple(one[key] for key in ("aim", "wanted", "got", "said")) for one in aims]
    return _table("### The aims\n", ("aim", "wanted", "got", ""), rows)


def _estimators(found: Rows) -> str:
    said = (
        "### Estimators\n\nRMSE / 95th percentile of the error in percentage points, equal sides, "
        f"{found[0]['trials']} trials.\n"
    )
    names = list(dict.fromkeys(one["estimator"] for one in found))
    rows = []
    for stream, pairs in dict.fromkeys((one["stream"], one["pairs"]) for one in found):
        mine = {one["estimator"]: one for one in found if (one["stream"], one["pairs"]) == (stream, pairs)}
        best = min(f"{one['rmse_pp']:.2f}" for one in mine.values())
        cells = (_bold(f"{mine[name]['rmse_pp']:.2f}", best) + f" / {mine[name]['p95_pp']:.2f}" for name in names)
        rows.append((stream, f"{pairs}", *cells))
    rows.sort(key=lambda row: list(dict.fromkeys(one["stream"] for one in found)).index(row[0]))
    return _table(said, ("noise", "pairs", *names), rows)


def _stopping(found: Rows) -> str:
    said = (
        f"### When to stop\n\nOne stage without confirmation, {found[0]['trials']} trials a cell: share called changed "
        "(0 %: false), mean pairs.\n"
    )
    rows: dict[tuple[str, str], list[str]] = {}
    for one in found:
        key = one["stream"], one["design"]
        rows.setdefault(key, [*key]).append(f"{one['changed'] * 100:.0f} %, {one['mean_pairs']:.0f}")
    return _table(said, ("noise", "rule", "0 %", "+1 %", "+2 %", "+5 %"), rows.values())


def _orders(found: Rows) -> str:
    rows = [
        (one["stream"], one["order"], f"{one['alarms']}/{one['trials']}", _between(one["low"], one["high"]),
         f"{one['coverage'] * 100:.1f} %", f"{one['mean_pairs']:.0f}")
        for one in found
    ]  # fmt: skip
    head = ("noise", "order", "false alarms", "95 % interval", "coverage", "mean pairs")
    return _table("### The order of the sides\n", head, rows)


def _table(said: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    top = f"| {' | '.join(head)} |".replace("|  |", "| |")
    return "\n".join([said, top, "|---" * len(head) + "|", *lines, ""])


def _spread(values: Sequence[float], digits: int) -> str:
    return "/".join(f"{value:.{digits}f}" for value in values)


def _between(low: float, high: float) -> str:
    return f"{low * 100:.2f} to {high * 100:.2f} %"


def _bold(text: str, best: str) -> str:
    return f"**{text}**" if text == best else text


def main() -> None:
    """Replace the tables of the page."""
    with open(sys.argv[1], encoding="utf-8") as file:
        made = tables(json.load(file))
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    before, after = page[: page.index(FROM)], page[page.index(TO) :]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(f"{before}{made}\n{after}")


if __name__ == "__main__":
    main()
