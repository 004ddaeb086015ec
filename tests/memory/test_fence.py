from __future__ import annotations

import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.fence import _parsed, _scanned
from resonance_perf.memory.json_tree import parse_json
from resonance_perf.memory.nodes import Items, Mapping, Node, Scalar, UnreadableError
from resonance_perf.memory.yaml_tree import parse_yaml

LINES = st.lists(
    st.sampled_from(
        [
            "```", "```json", "````", "~~~", "~~~ yaml x", "   ```", "    ```", "``` a`b", "text", "", "# T", "- a",
            "  b", "> q",
            "<!-- c -->", "<!-- c", "-->", "<div>", "| a |", "---", "[a]: /b", "1. x", "\tcode", "<!-->",
        ]
    ),
    max_size=14,
)  # fmt: skip


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_the_quick_scan_sees_what_the_markdown_parser_sees(lines: list[str], nl: str) -> None:
    found = list(StringIO(nl.join(lines), newline=""))
    quick = _scanned(found)
    if quick is not None:
        real = [(first, last, closed, info) for first, last, closed, _, info, _ in _parsed(found)]
        assert [(first, last, closed, info.strip()) for first, last, closed, _, info, _ in quick] == real


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def value(node: Node, text: str) -> object:
    if isinstance(node, Scalar):
        return node.text if node.quote else json.loads(node.text)
    if isinstance(node, Items):
        return json.loads(text[node.start : node.end])
    return {key.text: value(one, text) for key, one in node.entries}


@given(JSON, st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_the_standard_library_reads_it(
    data: object, ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(data, ensure_ascii=ascii_only, indent=indent)
    assert value(parse_json(text), text) == data


@given(st.text(alphabet='{}[]",: \n/#eE+-.0123456789truefalsn\\'))
def test_what_is_refused_is_what_the_standard_library_refuses(text: str) -> None:
    try:
        json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))
    except ValueError:
        with pytest.raises(UnreadableError) as raised:
            parse_json(text)
        assert 0 <= raised.value.at <= len(text)
    else:
        assert _reads(text) in ("", "stands twice", "nested too deeply")


def _reads(text: str) -> str:
    try:
        parse_json(text)
    except UnreadableError as error:
        return next((one for one in ("stands twice", "nested too deeply") if one in error.message), error.message)
    return ""


def test_yaml_bombs_and_depth_are_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    for text in (bomb, "[" * 5000, "{a: " * 5000, "- " * 500, "x: !!python/object:os.system y", "a: 1\n---\nb: 1\n"):
        with pytest.raises(UnreadableError):
            parse_yaml(text)
    with pytest.raises(UnreadableError, match="nested too deeply"):
        parse_json("[" * 5000)


def test_yaml_values_know_their_place() -> None:
    text = "budgets:\r\n  lcp: 2.5s  # c\r\n  'x': {limit: \">= 60fps\"}\r\n"
    node = parse_yaml(text)
    assert isinstance(node, Mapping)
    budgets = node.get("budgets")
    assert isinstance(budgets, Mapping)
    lcp, x = (one for _, one in budgets.entries)
    assert isinstance(x, Mapping)
    assert [text[one.start : one.end] for one in (lcp, x, x.entries[0][1])] == [
        "2.5s",
        '{limit: ">= 60fps"}',
        '">= 60fps"',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('```json\n{"budgets": {"a": "1ms"}}\n', "s.md:1:1: the budgets fence is not closed. Write ``` below"),
        ('```\n{"budgets": {"a": "1ms"}}\n```\n', "s.md:1:1: the fence with budgets is not marked. Write ```json"),
        ('```jsonc\n{"budgets": {"a": "1ms"}}\n```\n', 's.md:1:1: the fence with budgets is marked "jsonc".'),
        ('> ```json\n> {"budgets": {}}\n> ```\n', "s.md:1:1: the budgets fence is nested."),
        ("```json\n{'budgets': {}}\n```\n", "s.md:2:2: a text in JSON stands in double quotes."),
        ('```json\n{"budgets": {"a": 100ms}}\n```\n', "s.md:2:19: a text in JSON stands in double quotes."),
        ('```json\n{"budgets": {"a": "1ms"\n "b": "2ms"}}\n```\n', 's.md:3:2: a "," or "}" is missing here.'),
        ('```json\n{"budgets": {\n<<<<<<< HEAD\n', "s.md:1:1: the budgets fence is not closed."),
        ('```json\n{"budgets": {\n<<<<<<< HEAD\n"a": "1ms"\n```\n', "s.md:3:1: there is an unresolved merge conflict."),
        ("```yaml\nbudgets:\n\ta: 1ms\n```\n", "s.md:3:1: a tab in the indentation."),
        ("```yaml\nbudgets:\n  a: &x 1ms\n  b: *x\n```\n", "s.md:3:6: anchors and aliases are not for budgets."),
        ('```json\n{"budgets": {"a": "-5ms"}}\n```\n', 's.md:2:19: a: "-5ms" is negative; a limit is 0 or more'),
        ('```json\n{"budgets": {"a": null}}\n```\n', 's.md:2:19: "a" has no limit.'),
        ('```json\n{"budgets": {"a": true}}\n```\n', 's.md:2:19: a: "true" is not a quantity;'),
        ('```json\n{"budgets": {"a": 1e999}}\n```\n', 's.md:2:19: a: "1e999" is not a finite number.'),
        ('```json\n{"budgets": {"": "1ms"}}\n```\n', "s.md:2:14: a budget needs a name."),
        ("```yaml\nbudgets:\n  a: >= 60fps\n```\n", 's.md:3:6: a value begins with ">" or "|".'),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(text: str, said: str) -> None:
    budgets, problems = read_budgets(text, "s.md")
    assert budgets == ()
    assert [str(one)[: len(said)] for one in problems] == [said]


def test_a_file_that_is_no_state_file_is_refused() -> None:
    _, problems = read_budgets("x" * 1_000_001, "s.md")
    assert str(problems[0]).startswith("s.md: the file has more than a million characters.")


def test_prose_about_budgets_is_not_parsed() -> None:
    assert read_budgets("budgets: see below\n\n```json\n{ broken budgets\n```\n", "s.md") == ((), ())
