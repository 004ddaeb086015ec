"""YAML that is broken, hostile or unusual is refused with a place."""

from __future__ import annotations

import time

import pytest

from resonance_perf.config.nodes import Items, Mapping, Scalar
from resonance_perf.config.tree import MAX_DEPTH, parse_tree
from resonance_perf.model.errors import BadFileError, Location


def refusal(text: str) -> str:
    with pytest.raises(BadFileError) as caught:
        parse_tree(text, "c")
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n\tb: 1\n", "c:2:1: a tab in the indentation. YAML allows spaces only"),
        ("a:\n  b: 1\n  \tc: 2\n", "c:3:3: a tab in the indentation."),
        ("a: b: c\n", 'c:1:5: a ":" where none may stand.'),
        ("a: 1\nb\nc: 2\n", 'c:2:1: a key without a ":". Write it as "key: value".'),
        ("a:\n  b: 1\n c: 2\n", "c:3:2: the line begins in another column than its neighbours."),
        ("a: [1, 2\nb: 3\n", 'c:1:4: a list "[...]" that does not end.'),
        ("a: {b: 1\n", 'c:1:4: a mapping "{...}" that does not end.'),
        ("a: 'x\n", "c:1:4: a quoted text that does not end."),
        ("a: @x\n", "c:1:4: a value begins with a character that YAML reserves. Quote the value."),
        ("{a: [!x/**]}\n", 'c:1:6: a value begins with "!", which YAML reserves.'),
        ("a: * b\n", 'c:1:4: a value begins with "*", which YAML reserves.'),
        ("a: *b\n", "c:1:4: *b refers to an anchor (&b) that is not above it."),
        ("a: &b [*b]\n", "c:1:8: *b stands inside the value that it refers to."),
        ("a: 1\n---\nb: 2\n", 'c:2:1: a second YAML document begins here. Remove the line "---".'),
        ("a: 1\nb: x\x07\n", "c:2:5: the character U+0007 may not stand in a config."),
        ("a: 1\r\nb: \x00", "c:2:4: the character U+0000 may not stand in a config."),
        ("[" * 5000, f"c:1:{MAX_DEPTH + 1}: nested more than {MAX_DEPTH} levels deep."),
        ("a" * 1_000_001, "c:1:1: the file is larger than 1,000,000 characters."),
    ],
)
def test_text_that_is_no_config_is_refused_with_its_place(text: str, expected: str) -> None:
    assert refusal(text).startswith(expected)


def test_an_alias_bomb_is_refused_at_once() -> None:
    levels = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 40)]
    began = time.monotonic()
    assert "aliases repeat more than 100,000 values" in refusal("x0: &x0 lol\n" + "\n".join(levels))
    assert time.monotonic() - began < 5


def test_values_have_the_kind_of_yaml_1_2_and_their_place() -> None:
    root, problems = parse_tree("a: [yes, true, 1.0, 12:30, ~, '1']\n", "c")
    assert not problems
    assert isinstance(root, Mapping)
    (key, value) = root.entries[0]
    assert key == Scalar("a", "text", Location("c", 1, 1))
    assert isinstance(value, Items)
    kinds = [one.kind for one in value.nodes if isinstance(one, Scalar)]
    assert kinds == ["text", "boolean", "number", "text", "nothing", "text"]
    assert value.nodes[1].location == Location("c", 1, 10)


def test_an_empty_text_has_no_root() -> None:
    assert parse_tree("# nothing\n", "c") == (None, [])
