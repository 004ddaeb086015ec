"""From opening a flame graph's page to its frames on the screen, against d3-flame-graph that is given every frame.

Both in Chromium, from a file, in turn. 100,000 frames; a frame that is drawn is at least two pixels wide in both.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from timing import show

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.tree import Node, tree_of
from resonance_perf.report.flame import page
from resonance_perf.report.flame.picture import Picture
from resonance_perf.system.browser.chromium import find_chromium

WIDTH = 1200
STACKS = 4000
PLAIN = """<!doctype html><meta charset="utf-8"><div id="chart"></div><script>{library}</script>
<script id="data" type="application/json">{data}</script><script>
flame.select("#chart").datum(JSON.parse(document.getElementById("data").textContent))
  .call(flame.flamegraph().width({width}).transitionDuration(0).minFrameSize(2));
</script>"""
DRAWN = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"


def capture() -> Capture:
    """Stacks of random depth, some functions much more often than others, as in real programs."""
    draw = random.Random(1)
    stacks = []
    for _ in range(STACKS):
        names = (f"m{at}.f{int(draw.paretovariate(1.0))}" for at in range(draw.randint(5, 60)))
        stacks.append(Stack(tuple(Frame(name) for name in names), (draw.randint(1, 100) * 1e6,)))
    return Capture(profile=Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=tuple(stacks)))


def nested(node: Node) -> dict[str, Any]:
    """The tree as d3-flame-graph takes it."""
    return {"name": node.name, "value": node.after, "children": [nested(one) for one in node.children.values()]}


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    root = tree_of([], [capture()])
    library = (Path(page.__file__).parent / "d3-flame-graph-5.0.0.js").read_text(encoding="utf-8")
    pages = {
        "ours": page.page_of(Picture(title="100,000 frames", root=root, unit="ms")),
        "all frames": PLAIN.format(library=library, data=json.dumps(nested(root)), width=WIDTH),
    }
    times: dict[str, list[float]] = {name: [] for name in pages}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=find_chromium(None), args=args)
        for name, text in pages.items():
            (Path(folder) / f"{name}.html").write_text(text, encoding="utf-8")
        for _ in range(rounds):
            for name in pages:
                tab = browser.new_page(viewport={"width": WIDTH, "height": 800})
                tab.goto((Path(folder) / f"{name}.html").as_uri())
                times[name].append(tab.evaluate(DRAWN))
                tab.close()
        browser.close()
    middle = {name: statistics.median(found) for name, found in times.items()}
    rows = [(name, f"{ms:.0f} ms", f"{ms / middle['all frames']:.2f}") for name, ms in middle.items()]
    size = f"{sum(1 for _ in root.walk()):,} frames, {len(pages['ours']) / 1e6:.1f} MB"
    show(f"A page of {size}: from opening to drawn, and the ratio", rows)


if __name__ == "__main__":
    main()
