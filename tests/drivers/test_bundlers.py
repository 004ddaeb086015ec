"""The drivers of bundlers: the commands that their readers understand."""

from __future__ import annotations

from resonance_perf.model.benchmark import ToolSettings
from tests.configured import tool_of


def settings(keys: str) -> ToolSettings:
    return tool_of(f"version: 1\nbenchmarks: {{b: {{{keys}, metrics: {{}}}}}}\n")


def test_esbuild_writes_its_metafile_and_builds_where_it_is_told() -> None:
    found = settings("driver: esbuild, entry: [a.js, b.js], options: [--bundle], outdir: web, program: esbuild")
    assert found.tool == "esbuild" and found.command == (
        "esbuild", "a.js", "b.js", "--bundle", "--outdir=web", "--metafile={out}/meta.json", "--log-level=warning",
    )  # fmt: skip


def test_webpack_writes_its_stats() -> None:
    assert settings("driver: webpack").command == (
        "node_modules/.bin/webpack", "build", "--mode=production", "--json={out}/stats.json",
    )  # fmt: skip


def test_size_limit_prints_the_check_that_counts() -> None:
    found = settings("driver: size-limit, part: shop")
    assert found.command == ("node_modules/.bin/size-limit", "--json") and found.part == "shop"
