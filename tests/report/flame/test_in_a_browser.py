"""The page of a flame graph as a person uses it: in Chromium, from a file."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.tree import tree_of
from resonance_perf.report.flame.page import page_of
from resonance_perf.report.flame.picture import Picture
from resonance_perf.system.browser.chromium import find_chromium
from resonance_perf.system.browser.visit import VisitError
from tests.conftest import until

pytestmark = [pytest.mark.slow, pytest.mark.shared]
MANY = 100_000


def captured(stacks: list[tuple[list[str], float]]) -> list[Capture]:
    made = tuple(Stack(tuple(Frame(name, "shop.py", 3) for name in names), (ms * 1e6,)) for names, ms in stacks)
    return [Capture(profile=Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=made))]


def many(seed: int) -> list[tuple[list[str], float]]:
    """Stacks of random depth, some functions much more often than others, as in real programs."""
    draw = random.Random(seed)
    depths = (draw.randint(5, 60) for _ in range(5000))
    return [
        ([f"m{at}.f{int(draw.paretovariate(1.0))}" for at in range(depth)], draw.randint(1, 100)) for depth in depths
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        path = find_chromium(None)
    except VisitError as error:
        pytest.skip(str(error))
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        # a container's root has no sandbox of Chromium's to use; the page is ours
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield started
        started.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    assert page.complaints == []
    page.close()


def opened(tab: Any, tmp_path: Path, base: list[Capture], head: list[Capture]) -> Any:
    path = tmp_path / "flame.html"
    path.write_text(page_of(Picture(title="shop", root=tree_of(base, head), unit="ms")), encoding="utf-8")
    tab.goto(path.as_uri())
    tab.wait_for_selector("g.frame")
    return tab


def frames(tab: Any) -> dict[str, float]:
    """Name -> width in pixels, of what is drawn."""
    return dict(
        tab.eval_on_selector_all("g.frame", "all => all.map(g => [g.getAttribute('name'), +g.getAttribute('width')])")
    )


def heights(tab: Any) -> dict[str, float]:
    """Name -> distance from the top of the window."""
    told = "all => all.map(g => [g.getAttribute('name'), g.getBoundingClientRect().y])"
    return dict(tab.eval_on_selector_all("g.frame", told))


BASE = captured([(["main", "parse"], 40), (["main", "query", "scan"], 20), (["main", "gone"], 40)])
HEAD = captured([(["main", "parse"], 40), (["main", "query", "scan"], 120)])


def test_zoom_search_and_keys(tab: Any, tmp_path: Path) -> None:
    opened(tab, tmp_path, BASE, HEAD)
    whole = frames(tab)
    assert {"all", "main", "parse", "query", "scan", "gone"} == set(whole)
    tab.fill("#search", "SCAN")
    assert tab.text_content("#found") == "1 frames, 60.0 %"
    assert tab.get_attribute("g[name=scan] rect", "fill") == "rgb(150,80,220)"
    tab.fill("#search", "")

    tab.click("g[name=query]")
    zoomed = frames(tab)
    assert zoomed["query"] == pytest.approx(whole["all"], rel=0.01)
    assert not {"parse", "gone"} & set(zoomed)
    tab.click("#reset")
    assert frames(tab) == whole

    tab.focus("#chart")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        tab.keyboard.press(key)
    assert tab.text_content("#details") == "scan shop.py:3: 20 ms → 120 ms (60.0 %)"
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowLeft")
    assert "parse" in tab.text_content("#details")
    tab.keyboard.press("Enter")
    assert set(frames(tab)) == {"all", "main", "parse"}
    tab.keyboard.press("Escape")
    assert frames(tab) == whole
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "search"


def test_widths_are_of_the_base_the_head_or_the_larger(tab: Any, tmp_path: Path) -> None:
    opened(tab, tmp_path, BASE, HEAD)
    assert frames(tab)["gone"] == pytest.approx(frames(tab)["all"] * 40 / 200, rel=0.01)
    tab.check("input[value=before]")
    assert frames(tab)["gone"] == pytest.approx(frames(tab)["all"] * 40 / 100, rel=0.01)
    tab.check("input[value=after]")
    assert "gone" not in frames(tab)
    tab.check("#upright")
    until(lambda: heights(tab)["scan"] < heights(tab)["all"], "the next frame of the screen", 10)


def test_one_side_has_nothing_to_choose_from(tab: Any, tmp_path: Path) -> None:
    opened(tab, tmp_path, [], HEAD)
    assert not tab.is_visible("#widths")
    assert tab.text_content("#details") == "all: 160 ms (100.0 %)"


def test_of_a_hundred_thousand_frames_those_are_drawn_that_can_be_seen(tab: Any, tmp_path: Path) -> None:
    base, head = captured(many(1)), captured(many(1))
    assert sum(1 for _ in tree_of(base, head).walk()) > MANY
    opened(tab, tmp_path, base, head)
    drawn = frames(tab)
    assert 50 < tab.locator("g.frame").count() < 5000
    assert min(drawn.values()) > 2
    narrow = min(drawn, key=lambda name: drawn[name])
    tab.locator(f'g[name="{narrow}"]').first.dispatch_event("click")
    assert frames(tab)[narrow] == pytest.approx(frames(tab)["all"], rel=0.01)
