"""Makefile: targets named for what they measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from resonance_perf.config.finders.found import Files, Found, command, folder_name, line_of, slug, texts

WANTED = re.compile(r"(?:^|/)(?:GNUm|m|M)akefile\Z")
_RULE = re.compile(r"^([^\s#:=.][^#:=\n]*):(?![:=])", re.M)
_TARGETS = ("bench", "benchmark", "benchmarks")


def find(files: Files) -> Iterator[Found]:
    """One benchmark per such target."""
    for path, text in texts(files, WANTED):
        folder = dirname(path)
        seen: set[str] = set()
        for rule in _RULE.finditer(text):
            for target in rule[1].split():
                if target in _TARGETS and target not in seen:
                    seen.add(target)
                    words = ("make", *(("-C", folder) if folder else ()), target)
                    why = f'{path}:{line_of(text, rule.start())}: the target "{target}"'
                    yield command(slug(folder_name(path), "make", target), why, words, countable=True)
