"""k6 scripts and Lighthouse CI files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from resonance_perf.config.finders.found import Files, Found, command, line_of, own, slug, texts
from resonance_perf.config.finders.packages import install_near

_LIGHTHOUSE = re.compile(r"(?:^|/)\.?lighthouserc\.(?:js|cjs|json|ya?ml)\Z")
WANTED = re.compile(r"(?:k6|load|perf|bench|stress|soak|spike|smoke)[^\n]*\.(?:js|ts|mjs)\Z", re.I)
PERHAPS = re.compile(r"\.(?:js|ts|mjs)\Z", re.I)
"""A k6 script may be called anything; its import tells."""
_K6 = re.compile(r"""^[ \t]*import\b[^\n;]{0,500}?["']k6(?:/[\w/.-]+)?["']""", re.M)
_ENTRY = re.compile(r"^[ \t]*export\s+(?:(default)\b|(?:async\s+)?function\b|const\s+options\b)", re.M)
# A script that runs for a duration takes as long however fast the server is. The flags replace the script's
# scenarios by its default function (grafana/k6 issue 3741), so it must have one.
_FIXED_WORK = ("--vus", "1", "--iterations", "100")


def find(files: Files) -> Iterator[Found]:
    """One benchmark per k6 script and per Lighthouse file."""
    for path, text in texts(files, PERHAPS):
        script = _K6.search(text)
        entries = {one[1] for one in _ENTRY.finditer(text)}
        if script and entries:
            yield command(
                slug("k6", basename(path).rsplit(".", 1)[0]),
                f"{path}:{line_of(text, script.end())}: a k6 script",
                ("k6", "run", "--quiet", *(_FIXED_WORK if "default" in entries else ()), path),
                note="starts no server: see `driver: http` where one is to be started",
            )
    for path in sorted(files):
        if _LIGHTHOUSE.search(path) and own(path):
            config = (f"--config={path}",) if dirname(path) else ()
            yield command(
                slug(dirname(path), "lighthouse"),
                f"{path}: a Lighthouse CI file",
                ("npx", "lhci", "autorun", *config),
                setup=install_near(files, dirname(path)),
            )
