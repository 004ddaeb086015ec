"""The tour of the web page: a real browser and the bundle, judged by budgets."""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

from resonance_perf.cli.demo_shop import Shop, StoryError
from resonance_perf.cli.demo_telling import attempt, fact, show, title
from resonance_perf.cli.output import progress
from resonance_perf.model.errors import EXIT_FINE, EXIT_RED

CONFIG, PAGE = "config.yaml", "web/index.html"
GREETING = "web/greeting.js"
_APP = '  <script type="module" src="app.js"></script>\n'
_BOTH = _APP + '  <script type="module" src="greeting.js"></script>\n'
_SHOWN = """
const box = document.createElement("div");
box.id = "greeting";
box.style.height = "240px";
box.textContent = greetings[new Date().getDate() % greetings.length];
setTimeout(() => document.querySelector(".banner").before(box), 300);
"""
_WORDS = (
    "hello", "welcome", "paper", "pencil", "desk", "notebook", "ink", "good", "morning", "evening", "dear", "friend",
)  # fmt: skip
BUDGETS = {"page_cls": "0.1", "page_lcp": "2.5s"}


def play(shop: Shop) -> None:
    """Tell the tour.

    Raises:
        StoryError: when a step comes out otherwise.
    """
    started = time.monotonic()
    _beginning(shop)
    _greeting(shop)
    _without(shop)
    progress(f"\nThe tour is over: {time.monotonic() - started:.0f} s, every number measured in a real browser.")


def _beginning(shop: Shop) -> None:
    title("1. The page of the shop, in a real browser, and the bytes it loads")
    shop.git("init", "--quiet", "--initial-branch=main")
    shop.sit_down("grace")
    shop.write(CONFIG, shop.read(CONFIG) + shop.read("perf/page.yaml"))
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "-m", "A small shop")
    show(shop, "init", "--yes", "--no-hooks")
    show(shop, "trust", "--yes")
    for key, limit in BUDGETS.items():
        show(shop, "budget", "set", key, limit)
    show(shop, "run", "bundle")
    show(shop, "budget", "suggest", "--write")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "-m", "Watch the page")


def _greeting(shop: Shop) -> None:
    title("2. A greeting for every visitor")
    draw = random.Random(1)
    lines = [" ".join(draw.choices(_WORDS, k=9)) for _ in range(700)]
    shop.write(GREETING, f"const greetings = {json.dumps(lines, indent=0)};\n{_SHOWN}")
    shop.edit(PAGE, _APP, _BOTH)
    shop.commit("Greet every visitor", GREETING, PAGE)
    if attempt(shop, "run", "page", "bundle").returncode != EXIT_RED:
        raise StoryError("a greeting that pushes the page down should be red")
    red = _with_status(shop, "red")
    if not {"page_cls", "bundle_gzip"} <= set(red):
        raise StoryError(f"page_cls and bundle_gzip should be red; {', '.join(red) or 'nothing'} is")
    lessons = shop.read(".resonance/02_memory.md")
    if "greeting.js" not in lessons:
        raise StoryError("the lesson should name greeting.js")
    fact("the lines above name what moved, and the file that carries it")
    attempt(shop, "check")


def _without(shop: Shop) -> None:
    title("3. The greeting goes")
    shop.edit(PAGE, _BOTH, _APP)
    os.remove(os.path.join(shop.folder, GREETING))
    shop.commit("Leave visitors alone", GREETING, PAGE)
    if attempt(shop, "run", "page", "bundle", "--baseline").returncode != EXIT_FINE:
        raise StoryError("without the greeting nothing should be red")
    show(shop, "status")


def _with_status(shop: Shop, status: str) -> list[str]:
    found: dict[str, Any] = json.loads(shop.tool("status", "--json").stdout)
    return [one["key"] for one in found["budgets"] if one["status"] == status]
