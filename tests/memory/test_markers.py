from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.memory.markers import begin, end, find_section, newline_of, with_section
from resonance_perf.memory.outline import fenced, headings, unseen
from resonance_perf.model.errors import BadFileError

LOG = f"{begin('log')}\nrows\n{end('log')}\n"


def complaint(text: str) -> str:
    with pytest.raises(BadFileError) as raised:
        find_section(text, "log", "m.md")
    return str(raised.value)


def inside(text: str) -> str | None:
    section = find_section(text, "log", "m.md")
    return text[section.start : section.end] if section else None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"a\n{begin('log')}\n", "m.md:2:1: the section log begins here but does not end."),
        (f"{end('log')}\n", "m.md:1:1: the section log ends here but does not begin."),
        (LOG + LOG, "m.md:4:1: the section log begins twice."),
        (LOG + f"{end('log')}\n", "m.md:4:1: the section log ends twice."),
        (f"{begin('log')}\n{begin('log')}\n{end('log')}\n", "m.md:2:1: the section log begins twice."),
        (
            f"{begin('log')}\n{begin('x')}\n{end('log')}\n{end('x')}\n",
            "m.md:2:1: the section log (line 1) has a marker of x inside.",
        ),
    ],
)
def test_damaged_markers_are_named_by_line(text: str, said: str) -> None:
    for nl in ("\n", "\r\n"):
        assert complaint(text.replace("\n", nl)).startswith(said)


@pytest.mark.parametrize(
    "example",
    [
        f"```\n{LOG}```\n",
        f"~~~~ text\n~~~\n{LOG}~~~~\n",
        f"- item\n  ```md\n  {begin('log')}\n  ```\n",
        f"1. ```\n   {begin('log')}\n   ```\n",
        f"> ```\n> {begin('log')}\n> ```\n",
        f"Write `{begin('log')}` above it.\n",
    ],
)
def test_examples_in_code_are_not_markers(example: str) -> None:
    assert inside(example) is None
    assert inside(example + LOG + example) == "rows\n"


def test_a_fence_that_is_never_closed_hides_nothing() -> None:
    assert inside("```json\n{\n\n" + LOG) == "rows\n"
    assert inside("```\ncode\n```\n\n```` never closed\n" + LOG) == "rows\n"


def test_a_bom_before_the_first_marker_is_no_obstacle() -> None:
    assert inside("\ufeff" + LOG) == "rows\n"


def test_sections_are_added_after_one_blank_line() -> None:
    for text, gap in (("", ""), ("a", "\n\n"), ("a\n", "\n"), ("a\n\n", ""), ("\ufeff", "")):
        assert with_section(text, "log", "## Log", "m.md")[0] == f"{text}{gap}## Log\n\n{begin('log')}\n{end('log')}\n"


def test_conflict_markers_outside_code_are_refused() -> None:
    with pytest.raises(BadFileError, match=r"m\.md:3:1: there is an unresolved merge conflict. Resolve it first."):
        with_section("a\n\n<<<<<<< HEAD\nb\n", "log", "## Log", "m.md")
    assert with_section("```\n<<<<<<< HEAD\n```\n", "log", "## Log", "m.md")[0].startswith("```\n<<<")


LINES = st.lists(
    st.sampled_from(
        ["```", "````", "~~~", "``` a`b", "- ```", "  ```", "> ~~~", "text", "", "# T", "## B ##", "<!--", "-->", LOG]
    ),
    max_size=12,
)  # fmt: skip


@given(LINES, st.sampled_from(["\n", "\r\n"]))
def test_a_section_that_was_added_is_found_again(lines: list[str], nl: str) -> None:
    text = nl.join(lines)
    try:
        once, section = with_section(text, "status", "## Status", "s.md")
    except BadFileError:
        return  # the drawn text has damaged markers of its own
    assert once.startswith(text)
    assert with_section(once, "status", "## Status", "s.md") == (once, section)


@given(LINES)
def test_spans_are_sorted_and_apart(lines: list[str]) -> None:
    text = "\n".join(lines)
    for spans in (fenced(text), unseen(text)):
        edges = [edge for pair in zip(spans.starts, spans.ends, strict=True) for edge in pair]
        assert edges == sorted(edges)
        assert all(spans.starts[i] in spans and spans.ends[i] not in spans for i in range(len(spans.starts) - 1))


def test_headings_in_code_and_comments_are_no_headings() -> None:
    text = "# A\n```\n# B\n```\n<!--\n# C\n-->\n## D ##\r\n#E\n"
    assert [(level, title) for _, _, level, title in headings(text, unseen(text))] == [(1, "A"), (2, "D")]


def test_the_newline_of_the_most_lines_wins() -> None:
    assert (newline_of("a\r\nb\r\nc\n"), newline_of("a\r\nb\nc\n"), newline_of("")) == ("\r\n", "\n", "\n")
