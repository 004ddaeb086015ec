"""A flame graph as an SVG that markdown shows: no script in it, every frame says its numbers when pointed at."""

from __future__ import annotations

from html import escape

from resonance_perf.model.text import printable
from resonance_perf.report.flame.layout import Box, boxes
from resonance_perf.report.flame.picture import Picture

WIDTH, ROW, MARGIN = 1200, 18, 8
_LINE = 16
_LETTER = 6.6
"""Width of a character, in pixels; a frame shows as much of its name as fits."""


def svg_of(picture: Picture) -> str:
    """The picture as an icicle: the root above, callees below."""
    frames = list(boxes(picture.root))
    top = MARGIN + _LINE * (1 + len(picture.about)) + MARGIN
    height = top + ROW * (1 + max(box.depth for box in frames)) + MARGIN
    words = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + _LINE * (at + 1) - 4}"{weight}>{_safe(line)}</text>'
        for at, (line, weight) in enumerate(
            [(picture.title, ' font-weight="bold"'), *((line, ' fill="#555"') for line in picture.about)]
        )
    )
    drawn = "\n".join(_frame(picture, box, top) for box in frames)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{_safe(picture.title)}" font-family="Verdana, sans-serif" font-size="11">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n{words}\n{drawn}\n</svg>\n'
    )


def _frame(picture: Picture, box: Box, top: int) -> str:
    room = WIDTH - 2 * MARGIN
    x, width, y = MARGIN + box.left * room, box.width * room, top + box.depth * ROW
    letters = int((width - 6) / _LETTER)
    name = box.node.name
    shown = name if len(name) <= letters else f"{name[: letters - 1]}…" if letters > 3 else ""
    label = f'<text x="{x + 3:.1f}" y="{y + 12.5:.1f}">{_safe(shown)}</text>' if shown else ""
    colour = "".join(f"{part:02x}" for part in box.colour)
    return (
        f"<g><title>{_safe(picture.told(box.node))}</title>"
        f'<rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.3):.1f}" height="{ROW - 1}" fill="#{colour}"/>'
        f"{label}</g>"
    )


def _safe(text: str) -> str:
    return escape(printable(text))
