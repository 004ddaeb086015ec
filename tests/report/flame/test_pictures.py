"""Flame graphs: the layout, and what stands in the files."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest

from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType
from resonance_perf.profiles.tree import Node, tree_of
from resonance_perf.report.flame.layout import boxes
from resonance_perf.report.flame.page import page_of
from resonance_perf.report.flame.picture import Picture
from resonance_perf.report.flame.png import png_of
from resonance_perf.report.flame.svg import svg_of

HOSTILE = "</script><script>alert(1)</script>\x1b[31m$\\frac$"
SVG = {"s": "http://www.w3.org/2000/svg"}


def side(**values: float) -> list[Capture]:
    """`main` calls functions that take so many ms."""
    stacks = tuple(Stack((Frame("main"), Frame(name, f"{name}.py", 3)), (ms * 1e6,)) for name, ms in values.items())
    return [Capture(profile=Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=stacks))]


def picture(root: Node, title: str = "stats") -> Picture:
    return Picture(title=title, root=root, unit="ms", per="request", about=("py-spy",))


GREW = tree_of(side(parse=2, query=4, gone=2), side(parse=2, query=12, new=1))


def test_what_is_new_and_what_is_gone_both_have_room() -> None:
    found = {box.node.name: box for box in boxes(GREW)}
    widths = {name: box.width * 17 for name, box in found.items()}  # 2 + 12 + 2 + 1
    assert widths == pytest.approx({"all": 17, "main": 17, "parse": 2, "query": 12, "gone": 2, "new": 1})


def test_frames_lie_side_by_side_within_their_caller() -> None:
    found = [box for box in boxes(GREW) if box.depth == 2]
    edges = sorted((box.left, box.left + box.width) for box in found)
    assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(edges))
    assert edges[-1][1] <= 1 + 1e-9


def test_red_grew_blue_shrank_and_what_stayed_is_plain() -> None:
    colours = {box.node.name: box.colour for box in boxes(GREW)}
    assert colours["query"][0] > colours["query"][2]
    assert colours["gone"][2] > colours["gone"][0]
    assert len(set(colours["parse"])) == 1


def test_what_nobody_can_see_is_left_out() -> None:
    assert {box.node.name for box in boxes(tree_of([], side(big=1000, tiny=0.1)))} == {"all", "main", "big"}


def test_the_svg_is_well_formed_and_each_frame_tells_its_numbers() -> None:
    tree = ET.fromstring(svg_of(picture(GREW)))
    told = {one.text for one in tree.findall(".//s:title", SVG)}
    assert "query query.py:3: 4 ms → 12 ms (80.0 %)" in told


def test_a_name_is_never_markup() -> None:
    root = tree_of([], side(**{HOSTILE: 1}))
    svg, page = svg_of(picture(root, HOSTILE)), page_of(picture(root, HOSTILE))
    ET.fromstring(svg)
    assert "<script" not in svg
    assert "alert(1)</script>" not in page
    assert "\x1b" not in svg + page
    assert png_of(picture(root, HOSTILE)).startswith(b"\x89PNG")


def test_the_page_lets_in_no_script_and_no_style_but_its_own() -> None:
    page = page_of(picture(GREW))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "unsafe" not in policy[1]
    for name, code in re.findall(r"<(style|script)>(.*?)</\1>", page, re.DOTALL):
        allowed = re.search(rf"{name}-src ([^;]+)", policy[1])
        assert allowed is not None
        assert b64encode(sha256(code.encode()).digest()).decode() in allowed[1]
    assert not re.search(r"\son\w+=|\sstyle=|(src|href)=", page.split("<script", 1)[0])


def test_the_page_holds_the_whole_tree() -> None:
    found = re.search(r'id="data" type="application/json">(.*?)</script>', page_of(picture(GREW)), re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    frames = data["frames"]
    rows = zip(*(frames[one] for one in ("name", "depth", "before", "after")), strict=True)
    told = {data["names"][name]: (depth, before, after) for name, depth, before, after in rows}
    assert told["query"] == (2, 4, 12)
    assert told["gone"] == (2, 2, 0)


def test_without_scripts_a_table_tells_what_changed_most() -> None:
    table = page_of(picture(GREW)).split("<table>")[1].split("</table>")[0]
    assert re.findall(r"<tr.*?><td>(\w+)", table)[0] == "query"
    assert "<td>4 ms</td><td>12 ms</td><td>+8 ms</td>" in table
