"""What bundlers and those who look into bundles tell: sizes by package, copies, and names that outlive a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_perf.app.take_in import read_file
from resonance_perf.model.reading import Reading
from resonance_perf.model.run import Part
from resonance_perf.readers.bundles import duplicates, origin, without_hash

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
COPIES = {
    "esbuild": "duplicate.meta.json", "webpack": "duplicate.stats.json", "rollup-visualizer": "duplicate.raw-data.json",
    "webpack-bundle-analyzer": "duplicate.report.json", "source-map-explorer": "duplicate.json",
}  # fmt: skip
"""What each tool wrote of one small shop with two copies of `tiny`."""


def readings(tool: str, file: str) -> dict[str, Reading]:
    return {one.name: one for one in read_file(str(FIXTURES / tool / file), None)[1]}


def values(reading: Reading) -> dict[str, float]:
    return {one.metric: one.value for one in reading.metrics}


def parts(reading: Reading, metric: str) -> dict[str, float]:
    return {one.name: one.value for one in reading.parts if one.metric == metric}


@pytest.mark.parametrize(("tool", "file"), COPIES.items())
def test_a_package_that_is_there_twice_is_told_and_each_of_its_copies_has_its_bytes(tool: str, file: str) -> None:
    whole = readings(tool, file)[""]
    assert values(whole)["duplicates"] == 1 and parts(whole, "duplicates") == {"node_modules/tiny": 1}
    by_package = parts(whole, "source" if tool == "webpack" else "raw")
    packages = {
        "node_modules/tiny",
        "node_modules/left",
        "node_modules/left/node_modules/tiny",
        "node_modules/@scope/kit",
    }
    assert packages <= by_package.keys() and "src/sum.js" in by_package
    assert all(by_package[name] > 0 for name in packages)


@pytest.mark.parametrize("tool", COPIES)
def test_parts_add_up_to_what_they_are_parts_of(tool: str) -> None:
    for file in (FIXTURES / tool).iterdir():
        for reading in readings(tool, file.name).values():
            told = {one.metric for one in reading.parts}
            for one in reading.metrics:
                if one.metric in told - {"gzip"}:  # a module that is compressed alone takes more
                    assert sum(parts(reading, one.metric).values()) == pytest.approx(one.value, abs=3)


def test_esbuild_tells_packages_and_chunks() -> None:
    found = readings("esbuild", "duplicate.meta.json")
    assert values(found[""]) == {"raw": 804, "js_bytes": 735, "css_bytes": 69, "duplicates": 1}
    assert parts(found[""], "js_bytes") == {"dist/index.js": 470, "dist/lazy.js": 159, "dist/chunk.js": 106}
    assert parts(found[""], "raw")["[esbuild]"] == 277
    assert set(found) == {"", "dist/index.js", "dist/lazy.js", "dist/chunk.js", "dist/index.css"}
    assert parts(found["dist/lazy.js"], "raw") == {"src/lazy.js": 55, "[esbuild]": 104}


def test_webpack_tells_assets_as_built_and_packages_before_minifying() -> None:
    whole = readings("webpack", "duplicate.stats.json")[""]
    assert values(whole)["raw"] == 3452 and parts(whole, "raw") == {"main.js": 3254, "480.js": 198}
    assert parts(whole, "source")["[webpack]"] == 7288 and parts(whole, "source")["node_modules/@scope/kit"] == 129


def test_the_analyzer_tells_what_is_downloaded_also_compressed() -> None:
    found = readings("webpack-bundle-analyzer", "duplicate.report.json")
    assert values(found[""]) == {"raw": 3452, "gzip": 1859, "source": 954, "duplicates": 1}
    assert parts(found["480.js"], "raw") == {"src/lazy.js": 115, "[webpack]": 83}


def test_the_visualizer_tells_compressed_sizes_where_it_was_asked_for_them(tmp_path: Path) -> None:
    file = FIXTURES / "rollup-visualizer/chunks.raw-data.json"
    found = readings("rollup-visualizer", "chunks.raw-data.json")
    assert values(found[""]) == {"raw": 5062, "gzip": 2353, "brotli": 2074, "duplicates": 0}
    assert set(found) == {"", "index.js", "lazy.js"} and values(found["lazy.js"])["raw"] == 37
    plain = tmp_path / "plain.json"
    plain.write_text(file.read_text().replace('"brotli": true', '"brotli": false'))
    assert "brotli" not in values(read_file(str(plain), None)[1][0])


def test_source_map_explorer_tells_what_maps_to_nothing() -> None:
    found = readings("source-map-explorer", "duplicate.json")
    assert values(found[""])["raw"] == 735 and parts(found[""], "raw")["[unmapped]"] == 80
    assert set(found) == {"", "dist/chunk.js", "dist/index.js", "dist/lazy.js"}


@pytest.mark.parametrize(
    ("tool", "text", "said"),
    [
        ("esbuild", '{"inputs": {}, "outputs": {}}', "nothing was built"),
        ("webpack-bundle-analyzer", "[]", "nothing was built"),
        ("rollup-visualizer", '{"tree": {"children": []}, "options": {"gzip": true, "brotli": true}}', "nothing was built"),
        ("source-map-explorer", '{"results": [], "errors": [{"code": "NoSourceMap"}]}', "no bundle with a source map"),
        ("webpack", '{"errorsCount": 2, "errors": [{}, {}], "assets": []}', "the build has 2 errors"),
    ],
)  # fmt: skip
def test_an_empty_build_is_a_failed_run(tool: str, text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "it.json"
    file.write_text(text)
    (reading,) = read_file(str(file), tool)[1]
    assert said in reading.failed and not reading.metrics


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("main.e3584fa8.js", "main.js"), ("assets/lazy-Bhx5W8lp.js", "assets/lazy.js"), ("web-Cq9-URH3.js", "web.js"),
        ("chunk-7YEHLVUF.js", "chunk.js"), ("632.d1c5d8ca.css", "632.css"), ("_next/page-0a1b2c3d4e5f6071.js", "_next/page.js"),
        ("index-DkWQzxRp.js", "index.js"), ("index.js", "index.js"), ("date-holidays.js", "date-holidays.js"),
        ("app-Settings.js", "app-Settings.js"), ("app-DevTools.js", "app-DevTools.js"), ("my-long-chunk-Bhx5W8lp.js", "my-long-chunk.js"),
    ],
)  # fmt: skip
def test_a_file_keeps_its_name_when_its_content_changes(name: str, plain: str) -> None:
    assert without_hash(name) == plain


@pytest.mark.parametrize(
    ("module", "where"),
    [
        ("./src/app.js", "src/app.js"), ("../../src/app.js", "src/app.js"), ("webpack://shop/./src/app.js", "src/app.js"),
        ("node_modules/lodash/map.js", "node_modules/lodash"), ("../node_modules/@scope/kit/a/b.js", "node_modules/@scope/kit"),
        ("node_modules/a/node_modules/b/i.js", "node_modules/a/node_modules/b"),
        ("node_modules/.pnpm/lodash@4.17.21/node_modules/lodash/map.js", "node_modules/lodash"),
        ("\0/node_modules/c/index.js?commonjs-exports", "node_modules/c"), ("(disabled):node_modules/c/fs.js", "node_modules/c"),
        ("./node_modules/css-loader/index.js!./src/a.css", "src/a.css"), ("packages\\web\\node_modules\\d\\x.js", "node_modules/d"),
    ],
)  # fmt: skip
def test_a_module_belongs_to_its_package_or_is_its_file(module: str, where: str) -> None:
    assert origin(module) == where


def test_copies_are_counted_beyond_the_first_wherever_they_lie() -> None:
    store = "node_modules/.pnpm/{0}/node_modules/lodash/map.js"
    modules = [
        store.format("lodash@4.17.20"),
        store.format("lodash@4.17.21"),
        "app/node_modules/lodash/x.js",
        "node_modules/a/x.js",
    ]
    metric, found = duplicates([*modules, *modules])
    assert metric.value == 2 and found == (Part("duplicates", "node_modules/lodash", 2),)
