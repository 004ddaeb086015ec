"""Cargo: `[[bench]]` tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from resonance_perf.config.finders.found import Files, Found, command, line_of, slug, texts

WANTED = re.compile(r"(?:^|/)Cargo\.toml\Z")
_BENCH = re.compile(r"^[ \t]*\[\[[ \t]*bench[ \t]*\]\]([^\[]*)", re.M)
_NAME = re.compile(r"""^[ \t]*name[ \t]*=[ \t]*["']([\w-]+)["']""", re.M)
_CRITERION = re.compile(r"^[ \t]*criterion\b", re.M)


def find(files: Files) -> Iterator[Found]:
    """One benchmark per table."""
    for path, text in texts(files, WANTED):
        manifest = ("--manifest-path", path) if dirname(path) else ()
        # criterion repeats until it is sure, so that the time of a run says nothing; --test runs each one once.
        once = ("--", "--test") if _CRITERION.search(text) else ()
        for table in _BENCH.finditer(text):
            name = _NAME.search(table[1])
            if name:
                words = ("cargo", "bench", "-q", *manifest, "--bench", name[1])
                why = f'{path}:{line_of(text, table.start())}: the bench "{name[1]}"'
                note = "every benchmark once, so that its time means something" if once else ""
                setup = (*words, "--no-run")
                yield command(slug("cargo", name[1]), why, (*words, *once), setup=setup, note=note, countable=True)
