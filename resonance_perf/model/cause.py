"""Why a metric changed: what carries the change, each with its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CauseKind = Literal["function", "part", "count", "finding"]
"""A function of a profile; a part of the metric (`PartChange`); a count beside it, such as calls or statements; a
finding of the audit, such as a full scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that carries a change of the metric `metric`.

    `before` and `after` are its own values in `unit`, per run or per request; None where a side does not have it.
    `share` is how much of the metric's change it explains (0.81 is 81 %) with its 95 % interval [`low`, `high`]; None
    where it is evidence that cannot be put in the metric's unit. `file` and `line` are where it stands in the head.
    `touched`: the change of the commit is in it, and `hunk` is that piece of the diff. `detail` is the end of a clause
    (`full scan of orders (200,000 rows)`), `source` who says so (`py-spy`, `EXPLAIN`). `was` is the file that the
    function stood in, where the commit moved it.
    """

    metric: str
    kind: CauseKind
    name: str
    source: str
    unit: str
    before: float | None = None
    after: float | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    file: str = ""
    line: int = 0
    touched: bool = False
    hunk: str = ""
    detail: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a metric changed, as far as it could be found out.

    `causes` stand in their order: those with a share first, the heaviest before the others. `explained` is the share of
    the change that the causes account for, None without a profile of something comparable; `basis` says what was
    profiled, and of what the shares are. `notes` are sentences on what could not be found out.
    """

    metric: str
    causes: tuple[Cause, ...] = ()
    explained: float | None = None
    basis: str = ""
    notes: tuple[str, ...] = ()
