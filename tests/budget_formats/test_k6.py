from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.budget_formats.k6 import read, read_script, write
from resonance_perf.budget_formats.k6_names import aggregate_of, our_name, their_name
from resonance_perf.budget_formats.limit import OuterLimit, Reading
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.quantity import UNITS, Quantity

FIXTURES = Path(__file__).parents[1] / "fixtures/readers/k6"
SCRIPT = """import http from 'k6/http';
// thresholds: { http_reqs: ['rate>1'] }
const hint = "thresholds: none";
export const options = {
  vus: 10, /* thresholds: {} */
  thresholds: {
    http_req_duration: ['p(95)<500', "p(99.9) <= 1200", { threshold: `med<100`, abortOnFail: true }],
    'http_req_failed': ['rate<0.01',], // one in a hundred
    checks: 'rate>0.99',
  },
};
export default function () { http.get('http://x'); }
"""


def told(found: Reading) -> list[tuple[str, str]]:
    return [(one.metric, one.text) for one in found.limits]


def test_a_script() -> None:
    found = read_script(SCRIPT, "load.js")
    assert told(found) == [
        ("p95", "500ms"), ("p999", "1.2s"), ("p50", "100ms"), ("error_rate", "1%"), ("checks_rate", ">= 99%"),
    ]  # fmt: skip
    assert found.left_out == ("http_req_duration: med<100: abortOnFail: nothing that limits",)


def test_options_as_k6_prints_them() -> None:
    one = {"threshold": "med<=100", "abortOnFail": False, "delayAbortEval": None}
    found = read(json.dumps({"vus": 1, "thresholds": {"http_req_duration": [one, "p(99.9) < 900"]}}), "options.json")
    assert (told(found), found.left_out) == ([("p50", "100ms"), ("p999", "900ms")], ())


@pytest.mark.parametrize("name", ["pass.handle_summary.json", "pass.summary-export.json"])
def test_a_real_summary_whatever_its_booleans_mean(name: str) -> None:
    found = read((FIXTURES / name).read_text(), name)
    assert sorted(told(found)) == [("checks_rate", ">= 80%"), ("error_rate", "20%"), ("p95", "500ms"), ("p99", "900ms")]
    assert found.left_out == (
        "http_req_duration{name:fast}: p(95)<100: a limit for some tags: give them a benchmark of their own",
    )


def test_a_number_may_have_an_exponent() -> None:
    assert told(read('{"thresholds": {"http_req_duration": ["p(95)<5e2"]}}', "o.json")) == [("p95", "500ms")]


def test_a_summary_says_what_a_metric_of_the_scripts_own_holds() -> None:
    asked = {"cart_time": ["p(95)<90"], "app_errors": ["count<3"], "good": ["rate>0.5"], "error": ["rate<0.5"]}
    bare = read(json.dumps({"thresholds": asked}), "options.json")
    assert told(bare) == []
    assert bare.left_out[0] == "cart_time: p(95)<90: of which kind it is stands in the summary only: import that"
    kinds = {
        "cart_time": ("trend", "time"),
        "app_errors": ("counter", "default"),
        "good": ("rate", "default"),
        "error": ("rate", "default"),
    }
    metrics = {
        name: {
            "type": kinds[name][0],
            "contains": kinds[name][1],
            "thresholds": {one: {"ok": True} for one in expressions},
        }
        for name, expressions in asked.items()
    }
    full = read(json.dumps({"metrics": metrics}), "summary.json")
    assert told(full) == [("cart_time_p95", "90ms"), ("app_errors_count", "3"), ("good_rate", ">= 50%")]
    assert full.left_out == ("error: rate<0.5: there is no rate of such a metric here",)  # ours is http_req_failed
    assert json.loads(write(full.limits).text)["thresholds"] == {
        "cart_time": ["p(95)<=90"], "app_errors": ["count<=3"], "good": ["rate>=0.5"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "expression", "said"),
    [
        ("http_req_duration", "p(95)=<500", "not an expression that k6 knows"),
        ("http_req_duration", "p(95)<fast", "not an expression that k6 knows"),
        ("http_req_duration", "p(95)<-1", "-1 is no limit"),
        ("http_req_duration", "p(95)<1e999", "1e999 is no limit"),
        ("http_req_duration", "p(95)!=500", "!= is no limit"),
        ("http_req_duration", "rate<1", "there is no rate of such a metric here"),
        ("http_req_duration", "p(9.5)<1", "there is no p(9.5) of such a metric here"),
        ("data_received", "rate<1", "there is no rate of such a metric here"),
    ],
)
def test_what_is_no_limit_here_is_named(metric: str, expression: str, said: str) -> None:
    found = read(json.dumps({"thresholds": {metric: [expression]}}), "o.json")
    assert (found.limits, found.left_out) == ((), (f"{metric}: {expression}: {said}",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("export default 1", "load.js: there are no thresholds in this script. If another file adds them: k6 inspect"),
        (
            "options = {\n  thresholds: limits() }",
            "load.js:2:15: this is computed, not written out. Ask k6: k6 inspect load",
        ),
        ("t = { thresholds: { ...base } }", "load.js:1:21: this is computed"),
        ("t = { thresholds: { a: [`p(95)<${MAX}`] } }", "load.js:1:25: this is computed"),
        ("t = { thresholds: { a: ['p(95)<' + MAX] } }", "load.js:1:34: this is computed"),
        ("t = { thresholds: ['rate<1'] }", "load.js:1:19: the thresholds are no object"),
        ("t = { thresholds: { a: [", "load.js:1:25: this is computed"),
    ],
)
def test_what_only_k6_can_compute_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(BadFileError) as raised:
        read_script(text, "load.js")
    assert str(raised.value).startswith(said)


@given(st.text(alphabet="thresolds:{}[]'\"`,/*\\$ \n1.", max_size=40))
def test_any_script_is_read_or_refused(text: str) -> None:
    with suppress(BadFileError):
        read_script(f"thresholds: {{{text}", "load.js")


PERCENTILES = st.integers(0, 100).map(str) | st.integers(1000, 9999).map(lambda one: f"{one / 100:g}")
AGGREGATES = {
    "http_req_duration": st.one_of(PERCENTILES.map(lambda one: f"p({one})"), st.sampled_from(["avg", "min", "max", "med"])),
    "http_req_waiting": PERCENTILES.map(lambda one: f"p({one})"), "http_req_failed": st.just("rate"),
    "http_reqs": st.sampled_from(["rate", "count"]), "data_sent": st.just("count"), "vus": st.just("value"),
}  # fmt: skip
THRESHOLDS = st.one_of(
    *(
        st.tuples(
            st.just(metric),
            aggregate,
            st.sampled_from(["<", "<=", ">", ">="]),
            st.integers(0, 10**6) | st.integers(0, 10**6).map(lambda one: one / 1000),
        )
        for metric, aggregate in AGGREGATES.items()
    )
)


@given(st.lists(THRESHOLDS, max_size=6))
def test_what_was_read_and_written_reads_the_same(asked: list[tuple[str, str, str, float]]) -> None:
    thresholds: dict[str, list[str]] = {}
    for metric, aggregate, sign, value in asked:
        thresholds.setdefault(metric, []).append(f"{aggregate}{sign}{value}")
    first = read(json.dumps({"thresholds": thresholds}), "o.json")
    written = write(first.limits)
    assert written.left_out == ()
    assert sorted(map(repr, read(written.text, "o.json").limits)) == sorted(map(repr, first.limits))


@given(PERCENTILES)
def test_a_percentile_comes_back_from_its_name(value: str) -> None:
    aggregate = aggregate_of(f"p({value})")
    if aggregate is not None:
        name = our_name("http_req_waiting", aggregate)
        assert name is not None
        assert their_name(name) == ("http_req_waiting", f"p({float(value):g})")


def test_a_limit_that_it_has_no_words_for_is_named() -> None:
    size = OuterLimit(metric="p95", limit=Quantity(1.0, UNITS["kB"]))
    page = OuterLimit(metric="p95", limit=Quantity(1.0, UNITS["ms"]), page="/a")
    assert write([size, page]).left_out == (
        "p95 1kB: k6 measures nothing of the kind", "p95 of /a 1ms: k6 measures nothing of the kind",
    )  # fmt: skip
