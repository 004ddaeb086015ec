"""Pages that a script of package.json serves at any port: `preview` of Vite and Astro, `start` of Next.js."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import join as shell_words

from resonance_perf.config.finders.found import KEY, Files, Found, flow
from resonance_perf.config.finders.packages import dependencies, install_for, scripts

WANTED = re.compile(r"\Apackage\.json\Z")
_SERVERS = (
    ("preview", "vite preview", ("--port", "{port}", "--strictPort", "--host", "127.0.0.1")),
    ("preview", "astro preview", ("--port", "{port}", "--host", "127.0.0.1")),
    ("start", "next start", ("-p", "{port}", "-H", "127.0.0.1")),
)
"""The script, what it is, and how that is told its port."""
_URL = "http://127.0.0.1:{port}/"


def find(files: Files) -> Iterator[Found]:
    """The front page, built as for users: with Lighthouse where the project has it, else in a browser of ours."""
    text = files.get("package.json") or ""
    given = dict(scripts(text))
    server = next(((name, words) for name, body, words in _SERVERS if given.get(name, "").strip() == body), None)
    if server is None or "build" not in given:
        return
    name, words = server
    driver = "lighthouse" if "lighthouse" in dependencies(text) else "web"
    build = shell_words(("npm", "run", "--silent", "build"))
    setup = f"{shell_words(install)} && {build}" if (install := install_for(files, "", text)) else build
    yield Found("home", driver, f'package.json: the script "{name}" serves the page', (
        f"driver: {driver}", f"setup: {flow(('sh', '-c', setup))}",
        f"serve: {flow(('npm', 'run', '--silent', name, '--', *words))}", f"ready: {flow([_URL])[1:-1]}",
        f"url: {flow([_URL])[1:-1]}", "timeout: 2min", "samples: {min: 5, max: 15, time: 10min}", "metrics:",
        f"  lcp: {{budget: {KEY}_lcp}}", "  cls: {}",
    ))  # fmt: skip
