"""Globs mean what git means by them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.plan.globs import matches, matches_any


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("*.py", ["a.py", "x/y/a.py"], ["a.pyc", "a.py/b"]),
        ("/*.py", ["a.py"], ["x/a.py"]),
        ("src/*.py", ["src/a.py"], ["src/x/a.py", "x/src/a.py"]),
        ("shop/**", ["shop/a", "shop/a/b"], ["shop", "my/shop/a", "shops/a"]),
        ("**/shop", ["shop", "a/b/shop"], ["a/shop/b"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]),
        ("**", ["a", "a/b"], []),
        ("shop", ["shop", "shop/a", "x/shop/a"], ["shop.py"]),
        ("shop/", ["shop/a", "x/shop/a/b"], ["shop"]),
        ("./web/a.js", ["web/a.js"], ["x/web/a.js"]),
        ("file[0-9].?", ["file1.c"], ["filex.c", "file1.cc"]),
        ("[!a-c]x", ["dx"], ["ax", "/x"]),
        ("[]x]", ["]", "x"], ["y"]),
        ("a[", ["a["], ["a"]),
        ("[z-a]", ["[z-a]"], ["z", "m"]),
        (r"\*.py", ["*.py"], ["a.py"]),
        ("a.b+c", ["a.b+c"], ["aXbbc"]),
        ("a**b", ["ab", "axxb"], ["a/b"]),
        ("**/**/x", ["x", "a/b/x"], ["a/xy"]),
        ("*", ["a", "a\nb"], []),
    ],
)
def test_what_a_glob_matches(glob: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if not matches(path, glob)] == []
    assert [path for path in no if matches(path, glob)] == []


def test_the_last_match_counts() -> None:
    globs = ("shop/**", "!shop/tests/**", "shop/tests/data/**")
    assert matches_any("shop/a.py", globs)
    assert not matches_any("shop/tests/a.py", globs)
    assert matches_any("shop/tests/data/x", globs)
    assert not matches_any("web/a", globs)


def test_a_list_that_begins_with_an_exception_begins_with_everything() -> None:
    assert matches_any("src/a", ["!docs/**"])
    assert not matches_any("docs/a", ["!docs/**"])
    assert not matches_any("docs/a", [])


names = st.text(st.sampled_from("ab.[]*?!^-\\ \n+("), min_size=1, max_size=6).filter(lambda one: one not in (".", ".."))
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


@given(paths)
def test_an_escaped_path_matches_itself_and_what_lies_below(path: str) -> None:
    glob = "/" + re.sub(r"([*?\[\]\\!])", r"\\\1", path)
    assert matches(path, glob)
    assert matches(path + "/x", glob + "/")
    assert matches(path + "/x/y", glob + "/**")


@given(paths, paths)
def test_any_text_is_a_glob(path: str, glob: str) -> None:
    assert matches_any(path, [glob]) in (True, False)
    assert not matches_any(path, [glob, "!**"])


@given(
    st.lists(st.sampled_from(["a*", "*.b", "a/**", "**/b", "/a/?", "[a-b]", "!ab", "!a/b", "?/*"]), max_size=4), paths
)
def test_a_list_is_its_globs_one_after_another(globs: list[str], path: str) -> None:
    said = bool(globs) and globs[0].startswith("!")
    for glob in globs:
        if matches(path, glob.removeprefix("!")):
            said = not glob.startswith("!")
    assert matches_any(path, globs) == said


def test_git_agrees(tmp_path: Path) -> None:
    """Files that `.gitignore` with one wildcard pattern hides are those that the glob matches."""
    names = ["a.py", "b.py", "x/a.py", "x/y/a.py", "x/y/b.c", "src/a.c", "src/x/a.c", "lib/src/a.c", "a-1", "a[1]"]
    globs = ["*.py", "/*.py", "x/*.py", "x/**", "**/a.*", "src/**/a.c", "?[-]1", "[!a].py", r"a\[*", "a**", "*/*/b.?"]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for glob in globs:
        (tmp_path / ".gitignore").write_text(glob + "\n")
        done = subprocess.run(
            ["git", "check-ignore", "--no-index", *names], cwd=tmp_path, capture_output=True, text=True
        )
        hidden = {line.strip('"') for line in done.stdout.splitlines()}
        assert {name for name in names if matches(name, glob)} == hidden, glob
