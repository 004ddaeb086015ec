from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.model.budget import Budget


def state(content: str, language: str = "json") -> str:
    return f"# State\n\n```{language}\n{content}\n```\n"


def read(content: str, language: str = "json") -> dict[str, Budget]:
    budgets, problems = read_budgets(state(content, language), "s.md")
    assert problems == ()
    return {one.key: one for one in budgets}


def complaint(text: str) -> str:
    _, problems = read_budgets(text, "s.md")
    assert len(problems) == 1, problems
    return str(problems[0])


def test_every_form_of_the_design() -> None:
    found = read(
        '{"budgets": {"lcp": "2.5s", "cls": 0.1, "size": "150kb", "fps": ">= 60fps", "p95": "<= 100ms", "rel": "+5%",\n'
        ' "full": {"limit": "100ms", "metric": "a.p95", "warn": "20%", "ratchet": "propose", "why": "a promise"}}}'
    )
    assert [(one.limit.base if one.limit else one.relative, one.direction) for one in found.values()] == [
        (2500, "lower"), (0.1, "lower"), (150_000, "lower"), (60, "higher"), (100, "lower"), (0.05, "lower"),
        (100, "lower"),
    ]  # fmt: skip
    full = found["full"]
    assert (full.metric, full.warn, full.ratchet, full.why, full.text) == (
        "a.p95",
        0.2,
        "propose",
        "a promise",
        "100ms",
    )
    assert (full.line, full.column) == (5, 20)


def test_branches_are_one_pattern_or_a_list_of_them() -> None:
    one, many = '{"limit": "1ms", "branches": "main"}', '{"limit": "1ms", "branches": ["main", "release/*"]}'
    found = read(f'{{"budgets": {{"one": {one}, "many": {many}, "all": "1ms"}}}}')
    assert [one.branches for one in found.values()] == [("main",), ("main", "release/*"), ()]
    lines = "budgets:\n  a:\n    limit: 1ms\n    branches:\n      - main\n      - 'release/*'  # those, too\n"
    assert read(lines, "yaml")["a"].branches == ("main", "release/*")


def test_yaml_with_comments() -> None:
    found = read("budgets:\n  api: 100ms  # what we promise\n  rate: 500 req/s\n", "yaml")
    assert (found["api"].line, found["api"].column, found["rate"].direction) == (5, 8, "higher")


def test_a_tab_is_fine_in_json() -> None:
    assert read('{\n\t"budgets": {\n\t\t"a":\t"1ms"\n\t}\n}')["a"].line == 6


def test_other_fences_are_the_teams() -> None:
    text = "```json\n{broken\n```\n\n```yaml\nphase: 2\n```\n\n" + state('{"budgets": {"a": "1ms"}}')
    budgets, problems = read_budgets(text, "s.md")
    assert ([one.key for one in budgets], problems) == (["a"], ())


def test_no_fence_is_no_budget() -> None:
    assert read_budgets("# State\n", "s.md") == ((), ())
    assert read_budgets(state('{"budgets": {}}'), "s.md") == ((), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (state('{"budgets": {"a": "1ms",}}'), "s.md:4:24: a comma before the closing bracket is not JSON. Remove"),
        (state('{"budgets": {\n  // p95\n  "a": "1ms"}}'), "s.md:5:3: JSON has no comments."),
        (state('{"budgets": {"a": "1ms" /* p95 */}}'), "s.md:4:25: JSON has no comments. Remove it, use the key"),
        (state('{"budgets": {"a": "1ms"\n# p95\n}}'), "s.md:5:1: JSON has no comments."),
        (state('{"budgets": {"a": {"limit": "1ms", // p95\n "why": "x"}}}'), "s.md:4:36: JSON has no comments."),
        (state('{"budgets": {"a": "10 parsecs"}}'), 's.md:4:19: a: unknown unit "parsecs"; use one of ns, us,'),
        (state('{"budgets": {"a": "1ms", "a": "2ms"}}'), 's.md:4:26: "a" stands twice.'),
        (state('{"budgets": {"a": [1]}}'), 's.md:4:19: "a" is a list.'),
        (state('{"budgets": {"a": {"limt": "1ms"}}}'), 's.md:4:20: "a" has an unknown key "limt". Did you mean "limit'),
        (state('{"budgets": {"a": {"limit": "1ms", "branches": []}}}'), 's.md:4:48: "a" names no branches. Write their'),
        (state('{"budgets": {"a": {"limit": "1ms", "branches": ["x", 1, null]}}}'), 's.md:4:48: "a" names no branches.'),
        (state('{"budgets": {"a": {"why": "x"}}}'), 's.md:4:19: "a" has no limit.'),
        (state('{"budgets": {"a": {"limit": "1ms", "ratchet": "up"}}}'), 's.md:4:47: a: "up" is no ratchet.'),
        (state('{"budgets": [1]}'), 's.md:4:13: "budgets" is not a mapping.'),
        (state("budgets:\n  a: 1ms\n   b: 2ms", "yaml"), "s.md:6:"),
        (state("budgets: {a: 1s}", "yaml") + state("budgets: {b: 2s}", "yaml"), "s.md:8:1: there is a second budgets"),
        ("- item\n\n  ```json\n  {\"budgets\": {}}\n  ```\n", "s.md:3:1: the budgets fence is nested."),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(text: str, said: str) -> None:
    assert complaint(text).startswith(said)


def test_a_bom_and_crlf_do_not_move_places() -> None:
    text = "\ufeff" + state('{\n"budgets": {"a": "x ms"}}').replace("\n", "\r\n")
    assert complaint(text).startswith("s.md:5:18: a: ")


@given(st.text(alphabet='{}[]":,abudgets0123456789ms\n\t /#-`~\\'))
def test_any_content_is_read_or_refused(content: str) -> None:
    for language in ("json", "yaml"):
        read_budgets(state('{"budgets": ' + content, language), "s.md")
        read_budgets(state("budgets:\n" + content, language), "s.md")
