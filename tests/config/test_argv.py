"""A command is a list of words; a string is split, and refused where only a shell could read it."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.config.argv import argv
from resonance_perf.config.nodes import Items, Node, Scalar
from resonance_perf.config.values import WrongValueError
from resonance_perf.model.errors import Location

HERE = Location("c", 1, 1)


def text(value: str) -> Node:
    return Scalar(value, "text", HERE)


def fault(node: Node) -> str:
    with pytest.raises(WrongValueError) as caught:
        argv(node)
    assert all(one.hint for one in caught.value.faults)
    return caught.value.faults[0].what


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("python3 -m pytest -q", ("python3", "-m", "pytest", "-q")),
        ("run 'two words' \"three more words\"", ("run", "two words", "three more words")),
        ("pytest -k 'a|b;c' \"x>y && z\"", ("pytest", "-k", "a|b;c", "x>y && z")),
        ("go test -run ^$ ./...", ("go", "test", "-run", "^$", "./...")),
        (r"awk \$HOME '$1 > 2' a\;b", ("awk", "$HOME", "$1 > 2", "a;b")),
        ("say \"it's\" '\"'", ("say", "it's", '"')),
        ("serve --port {port}\n", ("serve", "--port", "{port}")),
    ],
)
def test_a_string_is_split_as_a_shell_would(line: str, words: tuple[str, ...]) -> None:
    assert argv(text(line)) == words


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("make && ./bench", "&&"),
        ("a || b", "||"),
        ("a | b", "|"),
        ("a > out", ">"),
        ("a >> out", ">>"),
        ("a < in", "<"),
        ("a; b", ";"),
        ("a &", "&"),
        ("a $(b)", "$("),
        ('a "$(b)"', "$("),
        ("a `b`", "`"),
        ("a $HOME", "$H"),
        ('a "${HOME}"', "${"),
        ('a "it\'s" | b', "|"),
    ],
)
def test_what_needs_a_shell_is_refused_with_the_sign_that_does(line: str, sign: str) -> None:
    assert fault(text(line)) == f'uses "{sign}" of a shell'


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (text("a 'b"), "has a quote that does not end"),
        (text("FOO=1 a"), "begins with a variable, which only a shell would set"),
        (text("make\n./bench\n"), "is more than one line"),
        (text("  "), "is empty"),
        (text('""'), "names no program"),
        (Items((), HERE), "names no program"),
        (Items((text(""), text("a")), HERE), "names no program"),
        (Scalar("8", "number", HERE), "must be a command, not the number 8"),
    ],
)
def test_what_is_no_command_is_refused(node: Node, expected: str) -> None:
    assert fault(node) == expected


def test_every_wrong_word_of_a_list_is_named() -> None:
    words = Items((text("a"), Scalar("8", "number", HERE), Scalar("true", "boolean", HERE), text("")), HERE)
    with pytest.raises(WrongValueError) as caught:
        argv(words)
    assert [one.hint for one in caught.value.faults] == ['Quote it: "8".', 'Quote it: "true".']


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc"))), min_size=1))
def test_a_quoted_line_comes_back_as_its_words(words: list[str]) -> None:
    if words[0].strip() and "=" not in words[0]:
        assert argv(text(shlex.join(words))) == tuple(words)


@given(st.text())
def test_any_string_is_split_or_refused(line: str) -> None:
    try:
        words = argv(text(line))
    except WrongValueError:
        return
    assert words == tuple(shlex.split(line))
