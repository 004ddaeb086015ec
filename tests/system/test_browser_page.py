"""Chromium for real, on pages that each load something in the wrong way."""

from __future__ import annotations

import json
import random
import struct
import time
import zlib
from collections.abc import Iterator

import pytest

from tests.system.site import Answer, served
from tests.system.test_browser import Visit, blamed, visit

__all__ = ["visit"]  # the fixture; its site is the one below
pytestmark = [pytest.mark.slow, pytest.mark.shared]


def png(width: int, height: int) -> bytes:
    """Noise, which no format makes much smaller."""
    draw = random.Random(1)
    rows = b"".join(b"\0" + draw.randbytes(3 * width) for _ in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    told = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


PAGE = "<!doctype html><title>shop</title><style>body{margin:0}</style>%s<p>A shop</p>"
PICTURE = png(200, 150)
SITE: dict[str, tuple[str, str | bytes]] = {
    "/images": (
        "text/html",
        PAGE % "<img src=/hero.png width=100 height=75><img id=loose src=/loose.png style='display:block'>"
        "<div style='height:3000px'></div><img id=low src=/low.png width=200 height=150>"
        "<img id=lazy loading=lazy src=/lazy.png width=200 height=150>",
    ),
    "/hero.png": ("image/png", PICTURE),
    "/loose.png": ("image/png", PICTURE),
    "/low.png": ("image/png", PICTURE),
    "/lazy.png": ("image/png", PICTURE),
    "/clean": ("text/html", PAGE % "<img src=/small.png width=8 height=8><script src=/slow.js defer></script>"),
    "/small.png": ("image/png", png(8, 8)),
    "/late": (
        "text/html",
        PAGE % "<link rel=stylesheet href=/slow.css><link rel=stylesheet href=/font.css>"
        "<p style='font-family: Shop'>Text</p><script src=/late.js></script>",
    ),
    "/slow.css": ("text/css", "p { color: navy }"),
    "/slow.js": ("text/javascript", "1"),
    "/font.css": ("text/css", "@font-face { font-family: Shop; src: url(/slow.woff2) }"),
    "/slow.woff2": ("font/woff2", "no font"),
    "/late.js": (
        "text/javascript",
        """(async () => {
             for (const one of ['a', 'b', 'c']) await (await fetch(`/${one}.json`)).text();
             const image = new Image(800, 600); image.src = '/late.png'; document.body.prepend(image) })()""",
    ),
    "/fields": ("text/html", PAGE % "<script src=/fields.js></script>"),
    "/fields.js": (
        "text/javascript",
        """fetch('/list.json').then((answer) => answer.json()).then(({ items, ...rest }) => {
             const copy = [...items].sort((a, b) => a.price - b.price).filter((one) => one.tags.includes('x'));
             const told = `${copy[0].name} ${Array.isArray(items)} ${JSON.stringify(rest)} ${items[0] === items[0]}`;
             if (told === 'a true {"total":9} true') document.querySelector('p').id = 'same' })""",
    ),
    "/list.json": (
        "application/json",
        json.dumps({"items": [{"name": "a", "price": n, "tags": ["x"], "notes": "n" * 100} for n in range(9)], "total": 9}),
    ),
    "/late.png": ("image/png", png(400, 300)),
    "/a.json": ("application/json", f"[{','.join(['1'] * 3000)}]"),
    "/b.json": ("application/json", "[]"),
    "/c.json": ("application/json", "[]"),
}  # fmt: skip
KEPT = {"/a.json": "max-age=60", "/b.json": "max-age=60, stale-while-revalidate=600"}
"""Path -> Cache-Control."""
SLOW_S = 0.15


def answer(path: str) -> Answer:
    kind, body = SITE.get(path, ("text/plain", "gone"))
    if path.startswith("/slow"):
        time.sleep(SLOW_S)
    kept = {"Cache-Control": KEPT[path]} if path in KEPT else {}
    return (
        200 if path in SITE else 404,
        {"Content-Type": kind, **kept},
        body.encode() if isinstance(body, str) else body,
    )


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(answer) as address:
        yield address


def test_images_are_weighed_at_the_size_in_which_they_are_shown(visit: Visit) -> None:
    sample = visit("/images", "image_waste_bytes", viewport="800x600")
    waste, formats = blamed(sample, "image_waste_bytes"), blamed(sample, "image_format_bytes")
    half = waste["/hero.png (200×150, shown at 100×75)"]
    assert len(PICTURE) * 0.8 < half < len(PICTURE)
    assert waste["/loose.png (200×150, shown at 200×150)"] == formats["/loose.png"] < half
    assert blamed(sample, "unsized_images") == {"/loose.png (img#loose)": 1}
    assert blamed(sample, "offscreen_image_bytes") == {"/low.png (img#low)": len(PICTURE)}
    assert sample.values["render_blocking_time"] == 0


def test_a_page_that_loads_well_has_nothing_to_blame(visit: Visit) -> None:
    sample = visit("/clean", "image_waste_bytes", "compressible_bytes")
    at_fault = {name: value for name, value in sample.values.items() if value}
    assert set(at_fault) <= {"dom_nodes", "requests", "bytes", "waterfall_depth", "uncached_requests", "uncached_bytes", "serial_requests"}  # fmt: skip
    assert sample.values["serial_requests"] == 1 and sample.values["dom_nodes"] == 8


def test_fields_that_a_page_does_not_read_are_weighed_and_what_it_reads_is_what_it_was(visit: Visit) -> None:
    sample = visit("/fields", "unread_bytes", steps=["wait-for #same"])
    (name,) = blamed(sample, "unread_bytes")
    assert name == "/list.json items[].notes" and 900 < sample.values["unread_bytes"] < 1100


def test_what_keeps_a_page_from_being_painted_is_named(visit: Visit) -> None:
    sample = visit("/late", "render_blocking_time", "serial_requests", steps=["wait 800ms"])
    assert sample.values["render_blocking_time"] >= SLOW_S * 1000
    assert "/slow.css" in blamed(sample, "render_blocking_time")
    (font,) = blamed(sample, "hidden_text_time")
    assert font == "Shop (font-display: auto, /slow.woff2)"
    assert sample.values["hidden_text_time"] >= SLOW_S * 1000
    ((chain, length),) = blamed(sample, "serial_requests").items()  # on a busy machine it may break in two
    assert chain in "/late.js → /a.json → /b.json → /c.json" and 2 <= length <= 4
    assert set(blamed(sample, "compressible_bytes")) == {"/a.json"} and sample.values["compressible_bytes"] > 5000
    assert set(blamed(sample, "revalidation_time")) == {"/a.json"}
    (image,) = blamed(sample, "lcp_image_delay")
    assert image == "/late.png (fetchpriority: auto)" and sample.values["lcp_image_delay"] > 0
