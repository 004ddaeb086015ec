"""Load tests: k6 scripts, JMeter plans, locustfiles, Artillery scripts. Their servers are the user's to start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from resonance_perf.config.finders.found import KEY, Files, Found, flow, folder_name, line_of, own, slug, texts

WANTED = re.compile(
    r"(?:k6|load|perf|bench|stress|soak|spike|smoke|artillery)[^\n]*\.(?:js|ts|mjs|ya?ml)\Z|(?:^|/)locustfile\.py\Z",
    re.I,
)
PERHAPS = re.compile(r"\.(?:js|ts|mjs)\Z", re.I)
"""A k6 script may be called anything; its import tells."""
_K6 = re.compile(r"""^[ \t]*import\b[^\n;]{0,500}?["']k6(?:/[\w/.-]+)?["']""", re.M)
_ENTRY = re.compile(r"^[ \t]*export\s+(?:(default)\b|(?:async\s+)?function\b|(?:const|let|var)\s+(options)\b)", re.M)
_ROUNDS = ("--vus", "1", "--iterations", "100")
"""For a script without options, which k6 would run once. Flags would replace the scenarios of one that has them."""
_YAML = re.compile(r"\.ya?ml\Z", re.I)
_ARTILLERY = re.compile(r"^scenarios:", re.M)
_PHASES = re.compile(r"^[ \t]+phases:", re.M)
_LOCUST = re.compile(r"^(?:from locust\b|import locust\b)", re.M)
_JMETER = re.compile(r"\.jmx\Z", re.I)
_SERVER = "# starts no server: add serve and ready where one is to be started for each sample"


def find(files: Files) -> Iterator[Found]:
    """One benchmark per test."""
    for path, text in texts(files, PERHAPS):
        script = _K6.search(text)
        entries = {one[1] or one[2] for one in _ENTRY.finditer(text)}
        if script and entries:
            rounds = (f"arguments: {flow(_ROUNDS)}",) if "options" not in entries and "default" in entries else ()
            why = f"{path}:{line_of(text, script.end())}: a k6 script"
            yield _test("k6", _stem(path), why, (f"script: {flow([path])[1:-1]}", *rounds))
    for path, text in texts(files, _YAML):
        if (found := _ARTILLERY.search(text)) and _PHASES.search(text):
            why = f"{path}:{line_of(text, found.start())}: scenarios of Artillery"
            yield _test("artillery", _stem(path), why, (f"script: {flow([path])[1:-1]}",))
    for path, text in texts(files, re.compile(r"(?:^|/)locustfile\.py\Z")):
        if found := _LOCUST.search(text):
            why = f"{path}:{line_of(text, found.start())}: users of locust"
            yield _test("locust", folder_name(path), why, (f"locustfile: {flow([path])[1:-1]}",))
    for path in sorted(files):
        if _JMETER.search(path) and own(path):
            yield _test("jmeter", _stem(path), f"{path}: a test plan of JMeter", (f"plan: {flow([path])[1:-1]}",))


def _stem(path: str) -> str:
    return basename(path).rsplit(".", 1)[0]


def _test(driver: str, what: str, why: str, keys: tuple[str, ...]) -> Found:
    metrics = ("metrics:", f"  p95: {{budget: {KEY}_p95}}", "  error_rate: {}")
    name = slug(driver, what) if not what.lower().startswith(driver) else slug(what)
    return Found(name, driver, why, (f"driver: {driver}", _SERVER, *keys, "timeout: 10min", *metrics))
