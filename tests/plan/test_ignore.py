"""What never wakes the daemon."""

from __future__ import annotations

import pytest

from resonance_perf.plan.ignore import Ignore, gitignore_globs


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x.js", "web/node_modules/a/b.js", "a/__pycache__/m.pyc", "m.pyc", ".venv/bin/python",
        "sub/.git/HEAD", ".git", "src/4913", "src/.main.c.swp", "main.c~", ".#main.c", "#main.c#", ".00_soul.md.77.tmp",
        ".DS_Store", ".resonance/.01_state.md.77.tmp", ".resonance/01_state.md~",
    ],
)  # fmt: skip
def test_what_tools_and_editors_write_is_ignored(path: str) -> None:
    assert Ignore.of().ignores(path)


@pytest.mark.parametrize(
    "path",
    [
        "main.py",
        "src/main.c",
        "Cargo.lock",
        ".resonance/01_state.md",
        ".resonance/config.yaml",
        ".github/w.yml",
        "4913x",
    ],
)
def test_what_people_edit_is_not(path: str) -> None:
    assert not Ignore.of().ignores(path)


def test_the_config_has_the_last_word() -> None:
    rules = Ignore.of(("*.log", "data/**", "!data/wanted.csv", "!dist"), ("dist", "target"))
    assert rules.ignores("a/b.log") and rules.ignores("data/x/y") and rules.ignores("target/debug/a")
    assert not rules.ignores("data/wanted.csv")
    assert not rules.ignores("dist/bundle.js")
    assert rules.ignores_folder("target") and not rules.ignores_folder("dist") and not rules.ignores_folder("data")
    assert rules.ignores_folder("data/x")


def test_a_folder_that_gitignore_names_is_ignored_before_it_exists() -> None:
    rules = Ignore.of(gitignore="# made\nbuild/\n/out\n*.o\n!keep.o\n\\#odd\nname with end\\ \n")
    assert rules.ignores("x/build/a") and rules.ignores("out/a") and rules.ignores("a.o") and rules.ignores("#odd")
    assert not rules.ignores("x/out/a") and not rules.ignores("keep.o")
    assert rules.ignores("name with end ")


def test_nothing_hides_the_state_folder() -> None:
    rules = Ignore.of(("*.md", "perf"), ("perf",), gitignore="perf/\n", keep="perf/state/")
    assert not rules.ignores("perf/state/01_state.md")
    assert not rules.ignores_folder("perf") and not rules.ignores_folder("perf/state")
    assert rules.ignores("perf/other.txt")


def test_what_lies_in_an_ignored_folder_cannot_be_taken_back() -> None:
    assert Ignore.of(("build", "!build/a")).ignores("build/a"), "as in git"


def test_the_lines_of_a_gitignore() -> None:
    assert gitignore_globs("\ufeffa  \r\n\n  \n#c\n/\nb/\n!c/d\n") == ("a", "b", "!c/d")
