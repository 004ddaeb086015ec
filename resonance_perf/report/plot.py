"""A history as a picture: every value with its interval, the limit, the confirmed changes and the change points."""

from __future__ import annotations

import html
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resonance_perf.history.values import ChangePoint
from resonance_perf.model.errors import UsageError
from resonance_perf.model.history import Point
from resonance_perf.model.quantity import format_value

if TYPE_CHECKING:  # matplotlib is an extra: its types are known to the checker only
    from matplotlib.axes import Axes

_COLOURS = {"slower": "#c0392b", "faster": "#1e8449"}
_CHANGE = "#7d3c98"
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>body{{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}
svg{{width:100%;height:auto}}
table{{border-collapse:collapse}}td,th{{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #ddd}}</style>
<h1>{title}</h1>
{picture}
<table><tr><th>metric</th><th>commit</th><th>value</th><th>verdict</th></tr>
{rows}
</table></html>
"""


@dataclass(frozen=True, slots=True)
class Series:
    """One metric to draw; `limit` is in the base unit, None when there is no budget. Change points of commits that are
    not among the points are not drawn."""

    metric: str
    unit: str
    points: Sequence[Point]
    limit: float | None
    changes: Sequence[ChangePoint] = ()


def write_plot(path: str, benchmark: str, series: Sequence[Series]) -> None:
    """Draw into `path`; its ending says the format.

    Raises:
        UsageError: for another ending, or when matplotlib is not installed.
    """
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".png", ".svg", ".html"):
        raise UsageError(f'"{path}" does not say a format', hint="End it with .png, .svg or .html.")
    data = _draw(benchmark, series, "png" if ending == ".png" else "svg")
    if ending == ".html":
        svg = data.decode("utf-8")
        data = _page(benchmark, svg[svg.index("<svg") :], series).encode("utf-8")
    with open(path, "wb") as file:
        file.write(data)


def _draw(benchmark: str, series: Sequence[Series], form: str) -> bytes:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError("plots need matplotlib", hint='Install it: pip install "resonance-perf[plot]"') from error
    figure = Figure(figsize=(9, 2.6 * len(series)), layout="constrained")
    (FigureCanvasSVG if form == "svg" else FigureCanvasAgg)(figure)
    for axes, one in zip(figure.subplots(len(series), 1, squeeze=False, sharex=True)[:, 0], series, strict=True):
        at = range(len(one.points))
        values = [point.estimate.value for point in one.points]
        axes.fill_between(
            at, [p.estimate.low for p in one.points], [p.estimate.high for p in one.points], color="#2e86c1", alpha=0.2,
            linewidth=0,
        )  # fmt: skip
        axes.plot(at, values, color="#2e86c1", marker="o", markersize=3.5, linewidth=1.2)
        for index, point in enumerate(one.points):
            verdict = point.comparison.verdict if point.comparison else "same"
            if verdict in _COLOURS:
                axes.plot(index, values[index], "o", color=_COLOURS[verdict], markersize=8)
                _note(axes, point.commit[:7], (index, values[index]), (0, 8), _COLOURS[verdict])
        if one.limit is not None:
            axes.axhline(one.limit, color="#c0392b", linestyle="--", linewidth=1)
            _note(axes, f"limit {format_value(one.limit, one.unit)}", (0, one.limit), (2, 3), _COLOURS["slower"])
        _mark(axes, one)
        axes.set_ylim(bottom=0, top=1.25 * max([*values, one.limit or 0.0]))
        axes.set_ylabel(f"{one.metric} ({one.unit or 'count'})")
        axes.set_xticks(list(at), [point.commit[:7] for point in one.points], rotation=45, fontsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{benchmark}: measured commits, 95 % interval, limit in force", fontsize=10)
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=120, metadata={"Date": None} if form == "svg" else None)
    return out.getvalue()


def _mark(axes: Axes, series: Series) -> None:
    """A line where a new level or environment begins, a band where the value drifts."""
    places: dict[str, int] = {}
    for index, point in enumerate(series.points):
        places.setdefault(point.commit, index)
    for one in series.changes:
        begin, end = places.get(one.commit), places.get(one.last)
        if one.kind == "drift" and end is not None:  # one that began before the first value drawn is cut there
            axes.axvspan(0 if begin is None else begin, end, color=_CHANGE, alpha=0.08, linewidth=0)
        if begin is None:
            continue
        if one.kind != "drift":
            axes.axvline(begin - 0.5, color=_CHANGE, linestyle=":" if one.kind == "step" else "-.", linewidth=1)
        said = f" {(one.ratio - 1) * 100:+.1f} %" if one.ratio is not None and one.kind != "environment" else ""
        axes.annotate(
            f"{one.kind}{said}", (begin - 0.5, 1), xycoords=("data", "axes fraction"), fontsize=7, color=_CHANGE,
            xytext=(2, -2), textcoords="offset points", va="top",
        )  # fmt: skip


def _note(axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], colour: str) -> None:
    axes.annotate(text, at, fontsize=8, color=colour, xytext=offset, textcoords="offset points")


def _page(benchmark: str, svg: str, series: Sequence[Series]) -> str:
    rows = "\n".join(
        f"<tr><td>{html.escape(one.metric)}</td><td>{html.escape(point.commit[:9])}</td>"
        f"<td>{format_value(point.estimate.value, one.unit)}</td>"
        f"<td>{point.comparison.verdict if point.comparison else 'baseline'}</td></tr>"
        for one in series
        for point in one.points
    )
    return _PAGE.format(title=html.escape(benchmark), picture=svg, rows=rows)
