from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.app.exchange import exported, imported
from resonance_perf.budget_formats.detect import WRITERS, read
from resonance_perf.budget_formats.lighthouse import TIMINGS
from resonance_perf.judge.offers import placed
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import AddBudget
from tests.cli.conftest import Watched
from tests.judge.walking import walked, wrote

Make = Callable[[str], Watched]
STATE = ".resonance/01_state.md"
K6 = "export const options = {thresholds: {http_req_duration: ['p(95)<100', 'p(95)!=3'], http_req_failed: ['rate<0.01']}};"


def state(**budgets: object) -> str:
    return f"# State\n\n```json\n{json.dumps({'budgets': budgets}, indent=2)}\n```\n"


def written(watched: Watched) -> dict[str, tuple[str, str | None, str]]:
    found, problems = read_budgets((watched.repo.path / STATE).read_text(), STATE)
    assert problems == ()
    return {one.key: (one.text, one.metric, one.why) for one in found}


def test_an_import_is_shown_first_and_written_when_asked(make_watched: Make) -> None:
    watched = make_watched(state())
    watched.repo.write({"load.js": K6})
    code, out, _ = watched.run("budget", "import", "load.js")
    assert (code, written(watched)) == (0, {})
    assert out.splitlines() == [
        "api_p95 100ms  (api.p95; from load.js)",
        "api_error_rate 1%  (api.error_rate; from load.js)",
        "to write them into 01_state.md: resonance-perf budget import load.js --write",
        "left out: http_req_duration: p(95)!=3: != is no limit",
    ]
    assert watched.run("budget", "import", "load.js", "--write")[0] == 0
    assert written(watched) == {
        "api_p95": ("100ms", "api.p95", "from load.js"), "api_error_rate": ("1%", "api.error_rate", "from load.js"),
    }  # fmt: skip
    assert "there is nothing new" in watched.run("budget", "import", "load.js", "--write")[1]
    assert watched.run("check")[0] == 0


def test_what_was_never_measured_gets_no_first_limit_and_is_named(make_watched: Make) -> None:
    watched = make_watched(state())
    code, out, _ = watched.run("budget", "suggest")
    assert (code, out) == (
        0,
        "api_wall: none yet, not measured. The daemon does it, or: resonance-perf run --baseline\n",
    )
    watched.measured(100.0)
    assert "api_wall" in watched.run("budget", "suggest", "--write")[1]
    assert watched.run("budget", "suggest")[1] == "every metric that names a budget in the config has one\n"


def test_a_key_that_the_config_ties_to_the_metric_is_taken(make_watched: Make) -> None:
    watched = make_watched(state())
    metrics = {"wall": {"type": "gauge", "contains": "time", "thresholds": {"value<90": {"ok": True}}}}
    watched.repo.write({"summary.json": json.dumps({"metrics": metrics})})
    watched.repo.write(
        {
            ".resonance/config.yaml": (watched.repo.path / ".resonance/config.yaml")
            .read_text()
            .replace(
                'driver: command\n    command: ["true"]\n    metrics:\n      wall: {budget: api_wall}\n      cpu: {}',
                'driver: http\n    serve: ["true"]\n    url: http://127.0.0.1:1/\n    metrics:\n      p95: {budget: promise}',
            )
        }
    )
    watched.repo.write({"load.js": K6})
    watched.run("budget", "import", "load.js", "--write")
    assert written(watched)["promise"] == ("100ms", None, "from load.js")


def test_what_stands_is_never_overwritten_nor_loosened(make_watched: Make) -> None:
    text = state(mine={"limit": "80ms", "metric": "api.p95"}, error={"limit": "5%", "metric": "api.error_rate"})
    watched = make_watched(text)
    watched.repo.write({"load.js": K6})
    out = watched.run("budget", "import", "load.js", "--write")[1]
    assert out.splitlines()[:3] == [
        "mine stays 80ms: 100ms would loosen it",
        'error stays 5%; to tighten it: resonance-perf budget tighten error "1%"',
        "there is nothing new",
    ]
    assert (watched.repo.path / STATE).read_text() == text


def test_a_preset_names_its_source(make_watched: Make) -> None:
    watched = make_watched(state())
    code, out, _ = watched.run("budget", "preset", "web-vitals", "--write")
    assert code == 0
    assert out.splitlines()[0] == (
        "lcp 2.5s  (*.lcp; Largest Contentful Paint: Core Web Vitals, good at the 75th percentile of visits"
        " (web.dev/articles/vitals))"
    )
    found = written(watched)
    assert {key: one[:2] for key, one in found.items()} == {
        "lcp": ("2.5s", "*.lcp"), "inp": ("200ms", "*.inp"), "cls": ("0.1", "*.cls"),
    }  # fmt: skip
    assert all("web.dev/articles/vitals" in one[2] for one in found.values())
    out = watched.run("budget", "preset", "rail", "--write")[1]
    assert 'inp stays 200ms; to tighten it: resonance-perf budget tighten inp "100ms"' in out
    assert written(watched) == {
        **found, **{key: one for key, one in written(watched).items() if key in ("frame", "tti")},
    }  # fmt: skip
    assert (written(watched)["frame"][0], written(watched)["tti"][0]) == ("16ms", "5s")


def test_the_api_preset_may_be_for_one_benchmark(make_watched: Make) -> None:
    watched = make_watched(state())
    watched.run("budget", "preset", "api", "--benchmark", "api", "--write")
    assert {key: one[:2] for key, one in written(watched).items()} == {
        "api_p50": ("20ms", "api.p50"), "api_p95": ("100ms", "api.p95"), "api_p99": ("250ms", "api.p99"),
    }  # fmt: skip


def test_pages_are_benchmarks_below_and_come_out_again(make_watched: Make) -> None:
    watched = make_watched(state())
    pages = [
        {"path": "/*", "timings": [{"metric": "interactive", "budget": 5000}]},
        {"path": "/checkout*", "resourceSizes": [{"resourceType": "script", "budget": 100}]},
    ]
    watched.repo.write({"budget.json": json.dumps(pages)})
    watched.run("budget", "import", "budget.json", "--write")
    assert [one[1] for one in written(watched).values()] == ["api.tti", "api/checkout*.script_size"]
    code, out, err = watched.run("budget", "export", "lighthouse")
    assert (code, json.loads(out), err) == (0, pages, "")


def test_what_cannot_leave_is_said_on_stderr(make_watched: Make) -> None:
    watched = make_watched(
        state(
            cpu="+5%", a={"limit": "1s", "metric": "web.p95"}, b={"limit": "1s", "metric": "api.p9?"}, api_wall="+1%",
            c={"limit": "1s", "metric": "*.p95", "branches": ["main"]}, d={"limit": "9kb", "metric": "api.p99"},
        )
    )  # fmt: skip
    code, out, err = watched.run("budget", "export", "k6")
    assert (code, json.loads(out)) == (0, {"thresholds": {"http_req_duration": ["p(95)<=1000"]}})
    assert err.splitlines() == [
        "left out: cpu: it limits nothing of api",
        "left out: a: it limits nothing of api",
        "left out: b: it limits whatever matches p9?",
        "left out: api_wall: +1% is a bound on the change, and only we have a baseline",
        "left out: c: that it counts on main alone",
        "left out: p99 9kB: k6 measures nothing of the kind",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "none.json"), "none.json"),
        (("import", "x.json"), "x.json: this holds no limits that are known here."),
        (("import", "load.js", "--benchmark", "web"), 'the config has no benchmark "web". There are api. A pattern'),
    ],
)
def test_what_cannot_be_read_is_a_sentence(make_watched: Make, words: tuple[str, ...], said: str) -> None:
    watched = make_watched(state())
    watched.repo.write({"x.json": '{"name": "package"}', "load.js": K6})
    code, _, err = watched.run("budget", *words)
    assert code == 2
    assert said in err


AMOUNTS = st.integers(0, 10**6)
TIMING = st.fixed_dictionaries({"metric": st.sampled_from(TIMINGS), "budget": AMOUNTS})
PAGE = st.fixed_dictionaries({"path": st.sampled_from(["/*", "/a*", "/b/c$"]), "timings": st.lists(TIMING, max_size=3)})
THRESHOLDS = st.dictionaries(
    st.sampled_from(["http_req_duration", "iteration_duration"]),
    st.lists(st.integers(10, 99).map(lambda one: f"p({one})<{one * 7}"), max_size=3),
)
ASSERTIONS = st.dictionaries(
    st.sampled_from(["interactive", "resource-summary:font:size"]),
    AMOUNTS.map(lambda one: ["error", {"maxNumericValue": one}]),
)
FILES = st.one_of(
    st.tuples(st.just("lighthouse"), st.lists(PAGE, max_size=3)),
    st.tuples(st.just("k6"), st.fixed_dictionaries({"thresholds": THRESHOLDS})),
    st.tuples(st.just("lhci"), st.fixed_dictionaries({"assertions": ASSERTIONS})),
)


@given(FILES)
def test_what_is_imported_and_exported_imports_the_same(made: tuple[str, object]) -> None:
    """Through the budgets fence and the law, as the two commands do it."""
    name, document = made
    _, first = read(json.dumps(document), "f.json")
    text = "# State\n"
    for one in placed(imported(first, "web", "f.json"), {}, {}):
        text = AddBudget(one.key, one.offer.wanted.text, one.offer.metric, one.offer.why).apply(text)
    found, problems = read_budgets(text, STATE)
    assert problems == ()
    out = exported(walked(wrote("a", *found)).in_force.values(), {}, "web")
    back = WRITERS[name](out.limits)
    assert out.left_out == back.left_out == ()
    _, second = read(back.text, "f.json")
    assert sorted((one.page, one.metric, one.limit.base) for one in second.limits) == sorted(
        (one.page, one.metric, one.limit.base) for one in first.limits
    )
