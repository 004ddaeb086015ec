from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from resonance_perf.memory.escape import cell, plain, prose
from resonance_perf.memory.tables import cells_of, head_of, line_of

TEXT = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("|\\`*_<>&#;[]()~ \n\r\t-:!"))
)


@given(st.lists(TEXT, min_size=1, max_size=6))
@example(["\\|", "\\", " ", "", "&#32;", "a\\"])
@example(["🟢 100 ms", "\u200fמילים", "line\r\nbreak", "\u2028", "\ufeff"])
def test_a_row_reads_back_as_it_was_written(cells: list[str]) -> None:
    line = line_of(cells)
    assert list(cells_of(line)) == cells
    assert len(line.splitlines()) == 1
    assert plain(cell(cells[0])) == cells[0]


SEEN = st.text(alphabet=st.one_of(st.sampled_from("ab1|\\`*_<>&#;[]()~!-: \"'"), st.sampled_from("é🟢→")), max_size=20)


@given(SEEN.filter(lambda text: "http" not in text), SEEN)
def test_markdown_shows_exactly_the_text(one: str, other: str) -> None:
    """Whatever a benchmark is called, its cell is that text: no tag, no emphasis, no further cell."""
    tokens = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .parse("\n".join([*head_of(("a", "b")), line_of((one, other))]))
    )
    assert [token.type for token in tokens].count("td_open") == 2
    inlines = [token for token in tokens if token.type == "inline"][2:]
    for token, text in zip(inlines, (one, other), strict=True):
        assert {child.type for child in token.children or ()} <= {"text", "text_special"}
        assert "".join(child.content for child in token.children or ()).strip() == text.strip()


@pytest.mark.parametrize("text", ["api_p95", "-89.1 % [-89.9, -88.2]", "01K2", "a & b", "< 5", "2026-11-23 12:00"])
def test_what_is_harmless_stays_searchable(text: str) -> None:
    assert cell(text) == text.replace("<", "\\<")
    assert prose(text) == text


def test_prose_is_one_line_without_html_and_links() -> None:
    assert (
        prose("a\n\n# b `x`  <img src=x> ![i](http://e) \x1b[31m") == "a # b `x` &lt;img src=x> ![i]\\(http://e) [31m"
    )
    assert prose("<!-- resonance-perf:begin log -->") == "&lt;!-- resonance-perf:begin log -->"
    assert prose("\ud800") == cell("\ud800") == "\ufffd"
