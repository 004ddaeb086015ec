"""A flame graph as a PNG for chat, drawn by matplotlib."""

from __future__ import annotations

import io

from resonance_perf.model.errors import UsageError
from resonance_perf.model.text import printable
from resonance_perf.report.flame.layout import boxes
from resonance_perf.report.flame.picture import Picture

_WIDTH, _ROW = 12.0, 0.18
"""Inches."""
_LETTER = 0.0062
"""Width of a character as a share of the picture."""


def png_of(picture: Picture) -> bytes:
    """The picture as an icicle: the root above, callees below.

    Raises:
        UsageError: when matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.collections import PatchCollection
        from matplotlib.figure import Figure
        from matplotlib.patches import Rectangle
    except ImportError as error:
        raise UsageError("pictures need matplotlib", hint='Install it: pip install "resonance-perf[plot]"') from error
    frames = list(boxes(picture.root))
    rows = 1 + max(box.depth for box in frames)
    figure = Figure(figsize=(_WIDTH, _ROW * rows + 0.2 * (2 + len(picture.about))), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.add_collection(
        PatchCollection(
            [Rectangle((box.left, box.depth), box.width, 0.94) for box in frames],
            facecolors=[tuple(part / 255 for part in box.colour) for box in frames], edgecolors="white", linewidths=0.3,
        )
    )  # fmt: skip
    for box in frames:
        letters = int(box.width / _LETTER) - 1
        if letters > 3:
            name = printable(box.node.name)
            shown = name if len(name) <= letters else f"{name[: letters - 1]}…"
            axes.text(box.left + 0.002, box.depth + 0.5, shown, fontsize=6.5, va="center", parse_math=False)
    axes.set(xlim=(0, 1), ylim=(rows, 0))
    axes.axis("off")
    words = "\n".join(printable(line) for line in (picture.title, *picture.about))
    axes.set_title(words, fontsize=8, loc="left", parse_math=False)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=120)
    return out.getvalue()
