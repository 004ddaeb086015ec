"""Lighthouse CI files: the pages that they name, or the tool itself where they name none that can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import urlsplit

from resonance_perf.config.finders.found import KEY, Files, Found, command, flow, own, slug
from resonance_perf.config.finders.packages import install_near

WANTED = re.compile(r"(?:^|/)\.?lighthouserc(?:\.json)?\Z")
_LIGHTHOUSE = re.compile(r"(?:^|/)\.?lighthouserc(?:\.(?:js|cjs|json|ya?ml))?\Z")
_SERVED = "http://127.0.0.1:{port}/"
_HERE = ("localhost", "127.0.0.1", "::1")


def find(files: Files) -> Iterator[Found]:
    """One benchmark per page on this machine that a file names, else one per file."""
    for path in sorted(files):
        if not _LIGHTHOUSE.search(path) or not own(path):
            continue
        collect = _collect(files[path])
        urls = [url for url in _words(collect.get("url")) if urlsplit(url).hostname in _HERE]
        for url in urls:
            yield _page(files, path, url, collect.get("startServerCommand"))
        folder = _static(files, path, collect)
        if folder:
            yield _page(files, path, _SERVED, folder=folder)
        if not urls and not folder:
            config = (f"--config={path}",) if dirname(path) else ()
            yield command(
                slug(dirname(path), "lighthouse"),
                f"{path}: a Lighthouse CI file",
                ("npx", "lhci", "autorun", *config),
                setup=install_near(files, dirname(path)),
            )


def _static(files: Files, path: str, collect: Mapping[str, Any]) -> str:
    """The folder that Lighthouse CI serves, where its pages are checked in, so that no build has to be guessed."""
    given = collect.get("staticDistDir")
    folder = normpath(join(dirname(path), given)) if isinstance(given, str) else ""
    return folder if folder and "url" not in collect and join(folder, "index.html") in files else ""


def _page(files: Files, path: str, url: str, start: object = None, *, folder: str = "") -> Found:
    install = install_near(files, dirname(path))
    keys = ["driver: lighthouse", f"url: {json.dumps(url)}"]
    keys += [f"setup: {flow(install)}"] if install else []
    if isinstance(start, str) and start.strip():
        keys += [f"serve: {flow(('sh', '-c', start))}", f"ready: {json.dumps(url)}"]
    if folder:
        serve = ("python3", "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", folder)
        keys += [f"serve: {flow(serve)}", f"ready: {json.dumps(url)}"]
    keys += [
        "samples: {min: 5, max: 15, time: 10min}",
        "metrics:",
        f"  lcp: {{budget: {KEY}_lcp}}",
        "  cls: {}",
        "  tbt: {}",
    ]
    name = slug(dirname(path), "lighthouse", urlsplit(url).path)
    return Found(name, "lighthouse", f"{path}: a page of Lighthouse CI", tuple(keys))


def _collect(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "")["ci"]["collect"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _words(urls: object) -> list[str]:
    listed = urls if isinstance(urls, list) else [urls]
    return [one for one in listed if isinstance(one, str) and one.startswith("http://")]
