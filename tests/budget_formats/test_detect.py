from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.budget_formats.detect import WRITERS, read
from resonance_perf.budget_formats.presets import PRESETS
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.errors import BadFileError

FIXTURES = Path(__file__).parents[1] / "fixtures"
LIGHTHOUSERC = Path(__file__).parent / "fixtures/lighthouserc.json"


@pytest.mark.parametrize(
    ("text", "file", "name"),
    [
        ("[]", "budget.json", "lighthouse"),
        ('{"timings": []}', "budget.json", "lighthouse"),
        (LIGHTHOUSERC.read_text(), "lighthouserc.json", "lhci"),
        ('{"assertions": {}}', "assertions.json", "lhci"),
        ((FIXTURES / "readers/k6/pass.handle_summary.json").read_text(), "summary.json", "k6"),
        ('\ufeff{"thresholds": {}}', "options.json", "k6"),
        ("const t = {thresholds: {}}", "load.ts", "k6"),
    ],
)
def test_the_content_tells_the_format(text: str, file: str, name: str) -> None:
    assert read(text, file)[0] == name


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        (
            "module.exports = {}",
            "lighthouserc.js",
            "lighthouserc.js: this is a program, and its assertions are computed.",
        ),
        ('{"name": "shop"}', "package.json", "package.json: this holds no limits that are known here. There are"),
        ("ci:\n  assert: {}\n", "lighthouserc.yml", "lighthouserc.yml:1:1: this is not JSON (Expecting value)."),
    ],
)
def test_what_is_none_of_them_is_refused_with_a_sentence(text: str, file: str, said: str) -> None:
    with pytest.raises(BadFileError) as raised:
        read(text, file)
    assert str(raised.value).startswith(said)


WORDS = (
    "timings", "metric", "interactive", "budget", "path", "resourceSizes", "resourceType", "script", "ci", "assert",
    "assertions", "assertMatrix", "matchingUrlPattern", "error", "minScore", "maxNumericValue", "thresholds", "metrics",
    "options", "http_req_duration", "p(95)<1", "type", "trend", "contains", "time", "threshold", "/*",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from(WORDS))
def test_any_json_is_read_or_refused_and_what_is_read_is_a_budget(value: object, key: str) -> None:
    for document in (value, {key: value}, {"ci": {"assert": {key: value}}}):
        with suppress(BadFileError):
            name, found = read(json.dumps(document), "x.json")
            for one in found.limits:
                budget = read_value(one.metric, one.text)
                assert (budget.direction, budget.limit is not None) == (one.direction, True)
            assert WRITERS[name](found.limits).left_out == ()


def test_every_preset_is_a_budget_with_a_source() -> None:
    for limits in PRESETS.values():
        for one in limits:
            assert read_value(one.metric, one.text).limit is not None
            assert "web.dev" in one.why or "no standard" in one.why
