"""Benchmarks that a repository already has are proposed, with the place where they were found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.config.discover import Proposal, discover, wanted
from resonance_perf.config.load import load_config
from resonance_perf.model.benchmark import Benchmark, CommandSettings, SizeSettings, ToolSettings

GO = "package a\n\nfunc BenchmarkParse(b *testing.B) {\n}\n"
K6 = "import { check } from 'k6';\nimport http from 'k6/http';\nexport default function () {}\n"


def loaded(proposals: tuple[Proposal, ...]) -> dict[str, Benchmark]:
    text = "version: 1\nbenchmarks:\n" + "".join(one.yaml for one in proposals)
    config, problems = load_config(text if proposals else "version: 1\nbenchmarks: {}\n", "c")
    assert config is not None, problems
    return {one.name: one for one in config.benchmarks}


def commands(files: dict[str, str | None]) -> dict[str, str]:
    found = loaded(discover(files))
    return {
        name: " ".join(one.settings.command) for name, one in found.items() if isinstance(one.settings, CommandSettings)
    }


def why(files: dict[str, str | None]) -> list[str]:
    return [one.why for one in discover(files)]


def package(**scripts: str) -> str:
    return json.dumps({"name": "x", "scripts": scripts}, indent=2)


def test_tests_of_pytest_benchmark_run_by_name_or_all_with_a_fixed_number_of_rounds() -> None:
    files: dict[str, str | None] = {
        "tests/test_a.py": "def test_plain(tmp_path): ...\n\n\ndef test_fast(\n    tmp_path, benchmark\n):\n    ...\n",
        "tests/test_b.py": "class TestX:\n    def test_b(self, benchmark): ...\n",
        "tests/test_c.py": "def test_c(benchmarks): ...\n",
    }
    found = tools(files)
    assert list(found) == ["pytest-fast", "pytest-b"] and found["pytest-b"].endswith(" tests/test_b.py")
    files["tests/test_b.py"] = f"@pytest.mark.parametrize('n', [1, 2])\n{files['tests/test_b.py']}"
    assert commands(files) == {
        "pytest-benchmark": "python3 -m pytest --benchmark-only -q --benchmark-max-time=0 --benchmark-min-time=0 "
        "--benchmark-min-rounds=50 tests/test_a.py tests/test_b.py"
    }
    assert why(files) == ["tests/test_a.py:4: test_fast takes the benchmark fixture"]


def test_many_test_files_are_named_by_their_folders() -> None:
    files: dict[str, str | None] = {f"tests/p{n % 2}/test_{n}.py": "def test_x(benchmark): ..." for n in range(12)}
    assert commands(files)["pytest-benchmark"].endswith("=50 tests/p0 tests/p1")


def test_a_dependency_on_pytest_benchmark_is_enough() -> None:
    files: dict[str, str | None] = {"pyproject.toml": "[project]\n# pytest-benchmark\nx = ['pytest-benchmark>=4']\n"}
    assert why(files) == ["pyproject.toml:3: depends on pytest-benchmark"]
    assert discover({"requirements.txt": "# pytest-benchmark is too slow\n"}) == ()


def test_measuring_scripts_of_npm_are_proposed_with_their_dependencies() -> None:
    files: dict[str, str | None] = {
        "package.json": package(test="x", bench="node b", **{"bench:parse": "node p"}),
        "package-lock.json": None,
        "lib/package.json": package(perf="y", benchmarking="z"),
        "lib/yarn.lock": None,
    }
    assert commands(files) == {
        "bench": "npm run --silent bench",
        "bench-parse": "npm run --silent bench:parse",
        "lib-perf": "npm --prefix lib run --silent perf",
    }
    found = loaded(discover(files))
    assert found["bench"].setup == ("npm", "ci")
    assert found["lib-perf"].setup == ("yarn", "--cwd", "lib", "install", "--frozen-lockfile")
    assert why(files)[:2] == ['package.json:5: the script "bench"', 'package.json:6: the script "bench:parse"']


def test_a_build_is_measured_by_the_size_of_what_it_makes() -> None:
    files: dict[str, str | None] = {
        "web/package.json": package(build="react-scripts build"),
        "pnpm-lock.yaml": None,
        "web/app.js": None,
    }
    (only,) = loaded(discover(files)).values()
    assert only.settings == SizeSettings(files=tuple(f"web/build/**/*.{kind}" for kind in ("js", "css", "html")))
    assert only.setup == ("sh", "-c", "pnpm install --frozen-lockfile && npm --prefix web run --silent build")


def test_web_files_that_are_checked_in_are_measured_by_size() -> None:
    files: dict[str, str | None] = {"web/a.png": None, "web/js/a.js": None, "node_modules/x/dist/x.js": None}
    (only,) = loaded(discover(files)).values()
    assert only.name == "web-size"
    assert isinstance(only.settings, SizeSettings)
    assert only.settings.files[0] == "web/**/*.js"


def test_make_targets() -> None:
    makefile = ".PHONY: bench\nbench := x\nall: x\nbench check: all\n\techo bench:\n"
    files: dict[str, str | None] = {"Makefile": makefile, "sub/GNUmakefile": "benchmark:\n"}
    assert commands(files) == {"make-bench": "make bench", "sub-make-benchmark": "make -C sub benchmark"}
    assert why(files)[0] == 'Makefile:4: the target "bench"'


def test_go_benchmarks_by_package_and_module() -> None:
    files: dict[str, str | None] = {
        "go.mod": None,
        "a_test.go": "func BenchmarkAll(b *testing.B) {}",
        "pkg/a_test.go": GO,
        "pkg/b_test.go": GO,
        "tool/go.mod": None,
        "tool/in/c_test.go": GO,
        "no/d_test.go": "func TestBenchmark(t *testing.T) {}\nfunc Benchmarked(b *testing.B) {}",
    }
    assert commands(files) == {
        "go": "go test -run ^$ -bench . -benchtime 100x .",
        "go-pkg": "go test -run ^$ -bench . -benchtime 100x ./pkg",
        "go-tool-in": "go -C tool test -run ^$ -bench . -benchtime 100x ./in",
    }
    assert why(files)[1] == "pkg/a_test.go:3: BenchmarkParse"


def test_few_go_benchmarks_of_the_root_module_run_by_name() -> None:
    files: dict[str, str | None] = {
        "go.mod": None,
        "pkg/a_test.go": GO,
        "all_test.go": "func BenchmarkAll(b *testing.B) {}",
    }
    found = tools(files)
    assert found.keys() == {"go-All", "go-pkg-Parse"} and found["go-pkg-Parse"].endswith("-benchtime=0.2s ./pkg")
    assert "-bench=^BenchmarkParse$" in found["go-pkg-Parse"]
    files["pkg/a_test.go"] = GO.replace("\n}", "\n\tb.Run(name, one)\n}")
    assert commands(files).keys() == {"go", "go-pkg"} and tools(files) == {}


MODULES = {"package-lock.json": None}
ASKED: dict[str, tuple[dict[str, str | None], dict[str, str]]] = {
    "pyperf": (
        {"perf/bench_a.py": "import pyperf\n\nr = pyperf.Runner()\nr.bench_func('a', f)\n",
         "bench_b.py": "from pyperf import Runner\nr = Runner()\nr.timeit('x', 's')\nr.bench_func('y', f)\n",
         "bench_c.py": "import pyperf\nr = pyperf.Runner()\nfor n in names:\n    r.bench_func(n, f)\n"},
        {"pyperf-bench_a": "python3 perf/bench_a.py --quiet", "pyperf-bench_b-x": "bench_b.py", "pyperf-bench_b-y": ""},
    ),
    "asv": (
        {"asv.conf.json": '{\n  // ours\n  "repo": ".", "benchmark_dir": "benchmarks"\n}', "setup.py": "",
         "benchmarks/cart.py": "class Cart:\n    def setup(self): ...\n    def time_total(self): ...\n\n\ndef mem_all(): ...\n",
         "benchmarks/many.py": "class Many:\n    params = [1, 2]\n    def time_each(self, n): ...\n"},
        {"asv-Cart-time_total": r".venv/bin/python {given}/run_asv.py asv.conf.json {out}/results.json --bench ^cart\.Cart\.time_total$",
         "asv-mem_all": r"--bench ^cart\.mem_all$"},
    ),
    "esbuild": (
        {"package.json": json.dumps({"devDependencies": {"esbuild": "1"}, "scripts": {
            "watch": "esbuild a.js --bundle --watch", "build:js": "esbuild src/a.js --bundle --minify --outfile=out/a.js"}})},
        {"esbuild": "node_modules/.bin/esbuild src/a.js --bundle --minify --outdir=out --metafile={out}/meta.json"},
    ),
    "webpack": (
        {"package.json": json.dumps({"devDependencies": {"webpack": "5", "webpack-cli": "6"}}), "webpack.config.js": None},
        {"webpack": "node_modules/.bin/webpack build --mode=production --json={out}/stats.json"},
    ),
    "rollup": (
        {"package.json": json.dumps({"devDependencies": {"rollup": "4", "rollup-plugin-visualizer": "6"}}),
         "rollup.config.mjs": "plugins: [visualizer({template: 'raw-data', filename: 'stats.json'})]"},
        {"rollup": 'sh -c node_modules/.bin/rollup -c rollup.config.mjs && cp stats.json "$0" {out}/stats.json'},
    ),
    "vitest": (
        {"package.json": json.dumps({"devDependencies": {"vitest": "4"}}),
         "src/cart.bench.ts": "import { bench } from 'vitest'\ndescribe('cart', () => {\n  bench('total', f)\n})\n",
         "src/two.bench.ts": "describe('a', () => {\n  bench('x', f)\n})\ndescribe('b', () => {})\n",
         "src/each.bench.ts": "bench.each([1, 2])('n', f)\nbench('one', f)\n"},
        {"vitest-total": "npx vitest bench --run --outputJson={out}/bench.json src/cart.bench.ts"},
    ),
    "google-benchmark": (
        {"CMakeLists.txt": "add_subdirectory(perf)", "perf/bench_a.cpp": "BENCHMARK(BM_a);\nBENCHMARK(BM_b);\nBENCHMARK_MAIN();\n",
         "perf/CMakeLists.txt": "add_executable(cart bench_a.cpp)\ntarget_link_libraries(cart PRIVATE benchmark::benchmark_main)",
         "perf/bench_c.cpp": "BENCHMARK(BM_c);\n"},
        {"cart-BM_a": "build/perf/cart --benchmark_out={out}/benchmarks.json", "cart-BM_b": "--benchmark_filter=^BM_b$"},
    ),
    "sql": (
        {"data/shop.sqlite": None, "data/queries/a.sql": "-- the hot one\nSELECT ':x' FROM a WHERE day = 7;\n",
         "data/query_b.sql": "SELECT * FROM a WHERE day = :day", "data/query_c.sql": "CREATE TABLE a (b);", "query_d.sql": "SELECT 1"},
        {"sql-shop": "resonance_perf.system.databases {given}/asked.json {out}/sql.json data/queries/a.sql"},
    ),
    "a page of Vite": (
        {"package.json": json.dumps({"devDependencies": {"lighthouse": "12"}, "scripts": {
            "dev": "vite", "build": "vite build", "preview": "vite preview"}})},
        {"home": "node {given}/lighthouse.mjs"},
    ),
    "pages that Lighthouse CI serves": (
        {"site/index.html": None, "lighthouserc.json": json.dumps({"ci": {"collect": {"staticDistDir": "./site"}}})},
        {"lighthouse": "node {given}/lighthouse.mjs"},
    ),
}  # fmt: skip
"""What is in a repository -> the benchmarks, each with a piece of its command; nothing else is proposed."""


@pytest.mark.parametrize("name", ASKED)
def test_a_tool_is_driven_by_what_its_own_files_say(name: str) -> None:
    files, expected = ASKED[name]
    found = tools(files)
    assert found.keys() == expected.keys()
    assert all(piece in found[one] for one, piece in expected.items()), found


def test_a_part_is_chosen_where_a_result_has_several() -> None:
    parts = {name: one.settings.part for files, _ in ASKED.values() for name, one in loaded(discover(files)).items()
             if isinstance(one.settings, ToolSettings) and one.settings.part}  # fmt: skip
    assert parts == {
        "pyperf-bench_b-x": "x",
        "pyperf-bench_b-y": "y",
        "vitest-total": "src/cart.bench.ts > cart > total",
    }


def test_what_is_built_or_installed_is_so_on_each_side() -> None:
    assert loaded(discover(ASKED["webpack"][0]))["webpack"].setup[:2] == ("npm", "install")
    unlocked = {"package.json": json.dumps({"dependencies": {"vite": "7"}, "scripts": {"build": "vite build"}})}
    assert loaded(discover(unlocked))["bundle"].setup[-1].startswith("npm install")
    built = {"package.json": json.dumps({"scripts": {"build": "next build", "start": "next start"}}), **MODULES}
    (page,) = (one for one in loaded(discover(built)).values() if one.name == "home")
    assert page.setup == ("sh", "-c", "npm ci && npm run --silent build")
    assert isinstance(page.settings, ToolSettings)
    assert " ".join(page.settings.serve) == "npm run --silent start -- -p {port} -H 127.0.0.1"
    assert loaded(discover(ASKED["asv"][0]))["asv-mem_all"].setup[-1].endswith("pip install --quiet asv .")


def tools(files: dict[str, str | None]) -> dict[str, str]:
    found = loaded(discover(files))
    return {
        name: " ".join(one.settings.command) for name, one in found.items() if isinstance(one.settings, ToolSettings)
    }


def test_k6_scripts() -> None:
    scenario = "import http from 'k6/http';\nexport const options = {};\nexport function buy() {}\n"
    files: dict[str, str | None] = {"load/api.js": K6, "load/buy.js": scenario, "load/lib.js": "import 'k6/http';"}
    named_otherwise = {"script.js": K6, "tests/api.js": "// k6\n", "src/app.js": "export default function () {}\n"}
    assert list(tools(named_otherwise)) == ["k6-script"]
    found = tools(files)
    assert found.keys() == {"k6-api", "k6-buy"}
    assert found["k6-api"].endswith("--vus 1 --iterations 100 load/api.js") and "--vus" not in found["k6-buy"]


def test_tests_of_other_load_tools() -> None:
    files: dict[str, str | None] = {
        "perf/shop.jmx": None,
        "load/locustfile.py": "from locust import HttpUser\n",
        "locustfile.py": "print('no users')\n",
        "load/checkout.yml": "config:\n  phases: []\nscenarios:\n  - flow: []\n",
        "load/values.yml": "scenarios: none\n",
    }
    found = tools(files)
    assert found.keys() == {"jmeter-shop", "locust-load", "artillery-checkout"}
    assert "perf/shop.jmx" in found["jmeter-shop"] and "load/locustfile.py" in found["locust-load"]


def test_limits_of_size_limit() -> None:
    entries = [{"name": "all", "path": "dist/*.js"}, {"path": "dist/app.js"}, {"path": ["a", "b"]}, "wrong"]
    text = json.dumps({"size-limit": entries, "scripts": {"build": "esbuild"}})
    found = loaded(discover({"package.json": text, "package-lock.json": None, "web/package.json": text}))
    limits = {name: one for name, one in found.items() if isinstance(one.settings, ToolSettings)}
    assert limits.keys() == {"size-all", "size-dist-app-js"}
    assert [one.settings.part for one in limits.values()] == ["all", "dist/app.js"]
    assert limits["size-all"].setup == ("sh", "-c", "npm ci && npm run --silent build")


def test_a_page_of_lighthouse_ci_is_measured_itself() -> None:
    collect = {"url": ["http://localhost:8080/shop", "https://example.org/"], "startServerCommand": "npm start"}
    files: dict[str, str | None] = {"lighthouserc.json": json.dumps({"ci": {"collect": collect}})}
    (one,) = loaded(discover(files)).values()
    assert one.name == "lighthouse-shop" and isinstance(one.settings, ToolSettings)
    assert one.settings.serve == ("sh", "-c", "npm start") and one.settings.ready_url == "http://localhost:8080/shop"


def test_lighthouse_files_need_not_be_read() -> None:
    files: dict[str, str | None] = {"lighthouserc.js": None, "web/.lighthouserc.yml": None}
    assert commands(files) == {
        "lighthouse": "npx lhci autorun",
        "web-lighthouse": "npx lhci autorun --config=web/.lighthouserc.yml",
    }


def test_cargo_benches() -> None:
    manifest = '[package]\n\n[dev-dependencies]\ncriterion = "0.5"\n\n[[bench]]\nname = "parse"\nharness = false\n'
    files: dict[str, str | None] = {"Cargo.toml": manifest, "crates/x/Cargo.toml": "[[bench]]\nname = 'y'\n[[bench]]\n"}
    assert commands(files) == {
        "cargo-parse": "cargo bench -q --bench parse -- --test",
        "cargo-y": "cargo bench -q --manifest-path crates/x/Cargo.toml --bench y",
    }


def test_names_are_unique() -> None:
    files: dict[str, str | None] = {"a/x/package.json": package(bench="b"), "b/x/package.json": package(bench="b")}
    assert list(commands(files)) == ["x-bench", "x-bench-2"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"scripts": []}', '{"scripts": {"bench": 1}}', "[" * 100_000, "\ufeff{}"]
)
def test_a_broken_package_is_passed_over(text: str) -> None:
    assert discover({"package.json": text}) == ()


def test_a_byte_order_mark_does_not_hide_a_package() -> None:
    assert list(commands({"package.json": "\ufeff" + package(bench="x")})) == ["bench"]


@pytest.mark.parametrize("folder", ["a\nb: 1", "~home", "C:", "a\\b", "\udcff", "\x1b[31m"])
def test_a_path_that_a_config_cannot_say_is_passed_over(folder: str) -> None:
    for proposal in discover({f"{folder}/web/a.js": None, f"{folder}/Makefile": "bench:\n"}):
        assert proposal.yaml.replace("\n", "").isprintable()
        loaded((proposal,))


@pytest.mark.parametrize(
    ("path", "is_wanted"),
    [
        ("package.json", True),
        ("a/Makefile", True),
        ("pkg/x_test.go", True),
        ("tests/test_x.py", True),
        ("requirements-dev.txt", True),
        ("crates/a/Cargo.toml", True),
        ("k6/api.js", True),
        ("load/locustfile.py", True),
        ("lighthouserc.json", True),
        ("src/app.js", False),
        ("src/app.py", False),
        ("lighthouserc.js", False),
        ("node_modules/x/package.json", False),
        ("vendor/x/x_test.go", False),
        (".venv/lib/test_x.py", False),
    ],
)
def test_only_files_that_can_name_a_benchmark_are_read(path: str, is_wanted: bool) -> None:
    assert wanted(path) is is_wanted


FOLDER = st.sampled_from(["", "a/", "web/", "a/b c/", "ü/", "-x/", "~/", "../", "a\n/", '"/', "dist/", "#/", "%s/"])
FILE = st.sampled_from(
    [
        "package.json",
        "Makefile",
        "a_test.go",
        "test_a.py",
        "Cargo.toml",
        "k6.js",
        "lighthouserc.json",
        "locustfile.py",
        "a.jmx",
        "x.css",
        "go.mod",
        "yarn.lock",
        "asv.conf.json",
        "benchmarks/a.py",
        "a.bench.ts",
        "a.sqlite",
        "query.sql",
        "bench_a.py",
        "CMakeLists.txt",
        "rollup.config.js",
        "webpack.config.js",
    ]
)
TEXT = st.one_of(
    st.none(),
    st.text(max_size=50),
    st.sampled_from(
        [
            package(bench="x", build="y"),
            "from locust import User",
            '{"ci": {"collect": {"url": "http://localhost/"}}}',
            "bench:\n",
            GO,
            "def test_x(benchmark): ...",
            K6,
            "[[bench]]\nname='x'",
            "bench('x', f)",
            "SELECT 1",
            '{"repo": "."}',
            "def time_x(): ...",
            '{"devDependencies": {"vitest": "4", "webpack": "5", "webpack-cli": "6"}}',
        ]
    ),
)


@settings(max_examples=200)
@given(st.dictionaries(st.builds(str.__add__, FOLDER, FILE), TEXT, max_size=8))
def test_whatever_is_proposed_loads_together(files: dict[str, str | None]) -> None:
    proposals = discover(files)
    assert len(loaded(proposals)) == len(proposals)
    assert discover(dict(reversed(files.items()))) == proposals


def test_every_command_that_is_proposed_names_a_budget_of_its_own() -> None:
    files = {"Makefile": "bench:\n\ttrue\n", "sub/Makefile": "bench:\n\ttrue\n"}
    config, problems = load_config(
        "version: 1\nbenchmarks:\n" + "\n".join(one.yaml for one in discover(files)), "config.yaml"
    )
    assert config is not None and problems == ()
    assert len(config.aliases()) == len(config.benchmarks) > 0
    assert "make_bench_cpu" in config.aliases()
