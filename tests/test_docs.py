"""What the README and the docs say is there."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from resonance_perf.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        assert target.startswith("http") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist_and_take_what_is_shown(page: Path) -> None:
    for name, rest in re.findall(r"^(?:\$ )?resonance-perf ([a-z]+)((?: [^#\n]*)?)", page.read_text(), re.MULTILINE):
        assert name in COMMANDS, name
        for flag in re.findall(r"(?<=\s)--[a-z-]+", rest):
            if name != "budget":  # its verbs have their own help
                assert flag in help_of(name), f"{name} {flag}"


@cache
def help_of(command: str) -> str:
    words = [sys.executable, "-m", "resonance_perf", command, "--help"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_the_table_of_commands_is_complete() -> None:
    text = (ROOT / "README.md").read_text()
    assert all(f"resonance-perf {name}" in text or f"make {name}" in text for name in COMMANDS)


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    pages = (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    for target in re.findall(r"(?:^|`)make ([a-z]+)\b", pages, re.MULTILINE):
        assert f"\n{target}:" in makefile, target
