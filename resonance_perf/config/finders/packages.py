"""package.json: scripts that measure, and bundles whose size matters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from posixpath import dirname, join
from shlex import join as shell_words
from typing import Any

from resonance_perf.config.finders.found import (
    KEY,
    Files,
    Found,
    command,
    flow,
    folder_name,
    line_of,
    nearest,
    slug,
    texts,
)

WANTED = re.compile(r"(?:^|/)package\.json\Z")
_MEASURES = re.compile(r"(?:bench|benchmark|perf)(?::[\w:.-]+)?")
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock")
_OUTPUT = (("react-scripts", "build"), ("next build", ".next/static"))
_WEB = re.compile(r"^((?:[^/]+/)*?(?:dist|web))/(?:.+\.(?:js|css|html))\Z")


def find(files: Files) -> Iterator[Found]:
    """One benchmark per measuring script, limit of size-limit, build, and folder of web files that is checked in."""
    built: set[str] = set()
    for path, text in texts(files, WANTED):
        folder = dirname(path)
        install = install_for(files, folder, text)
        if not folder:  # size-limit looks for its config where it is run, which is at the root
            yield from _limits(path, text, install)
        for script, body in scripts(text):
            why = f'{path}:{_line(text, script)}: the script "{script}"'
            if _MEASURES.fullmatch(script):
                words = (*_npm(folder), "run", "--silent", script)
                yield command(slug(folder_name(path), script), why, words, setup=install)
            elif script == "build":
                output = next((out for sign, out in _OUTPUT if sign in body), "dist")
                built.add(join(folder, output))
                build = shell_words((*_npm(folder), "run", "--silent", "build"))
                setup = ("sh", "-c", f"{shell_words(install)} && {build}" if install else build)
                yield _size(slug(folder_name(path), "bundle"), f"{why} builds it", join(folder, output), setup)
    folders: dict[str, str] = {}
    for path in sorted(files):
        match = _WEB.match(path)
        if match and not any(part in ("node_modules", "vendor") for part in path.split("/")):
            folders.setdefault(match[1], path)
    for folder, example in folders.items():
        if folder not in built and join(folder, "package.json") not in files:
            yield _size(slug(folder, "size"), f"{example}: a web file that is checked in", folder, ())


def _limits(path: str, text: str, install: tuple[str, ...]) -> Iterator[Found]:
    """One benchmark per entry of size-limit; what its tool calls an entry is its name, else its one path."""
    entries = _package(text).get("size-limit")
    entries = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    build = shell_words(("npm", "run", "--silent", "build")) if "build" in dict(scripts(text)) else ""
    steps = [one for one in (shell_words(install), build) if one]
    for entry in entries:
        part = entry.get("name", entry.get("path"))
        if isinstance(part, str):
            keys = ["driver: size-limit"]
            keys += [f"setup: {flow(('sh', '-c', ' && '.join(steps)))}"] if steps else []
            keys += [f"part: {json.dumps(part, ensure_ascii=False)}"] if len(entries) > 1 else []
            keys += ["metrics:", f"  size: {{budget: {KEY}_size}}"]
            why = f"{path}: the limit of size-limit for {part}"
            yield Found(slug("size", part), "size-limit", why, tuple(keys))


def _size(name: str, why: str, folder: str, setup: tuple[str, ...]) -> Found:
    keys = ["driver: size"]
    keys += [f"setup: {flow(setup)}"] if setup else []
    globs = [f"{folder}/**/*.{kind}" for kind in ("js", "css", "html")]
    keys += [f"files: {flow(globs)}", "metrics:", f"  gzip: {{budget: {KEY}_gzip}}", "  brotli: {}"]
    return Found(name, "size", why, tuple(keys))


def _package(text: str) -> dict[str, Any]:
    try:
        package = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return package if isinstance(package, dict) else {}


def dependencies(text: str) -> frozenset[str]:
    """The packages that a package.json asks for."""
    package = _package(text)
    listed = (package.get(key) for key in ("dependencies", "devDependencies"))
    return frozenset(name for one in listed if isinstance(one, dict) for name in one)


def scripts(text: str) -> list[tuple[str, str]]:
    """(name, command) of the scripts of a package.json."""
    scripts = _package(text).get("scripts")
    if not isinstance(scripts, dict):
        return []
    return [(name, body) for name, body in scripts.items() if isinstance(body, str) and body.strip()]


def _line(text: str, script: str) -> int:
    scripts = text.find('"scripts"')
    return line_of(text, max(0, text.find(json.dumps(script), max(0, scripts))))


def _npm(folder: str) -> tuple[str, ...]:
    return ("npm", "--prefix", folder) if folder else ("npm",)


def _install(files: Files, folder: str) -> tuple[str, ...]:
    """How a clean work tree gets the dependencies that are not checked in; nothing when no lock file names them."""
    lock = nearest(files, folder, _LOCKS)
    if lock is None:
        return ()
    at, name = lock
    if name == "pnpm-lock.yaml":
        return ("pnpm", *(("--dir", at) if at else ()), "install", "--frozen-lockfile")
    if name == "yarn.lock":
        return ("yarn", *(("--cwd", at) if at else ()), "install", "--frozen-lockfile")
    return (*_npm(at), "ci")


def install_near(files: Files, folder: str) -> tuple[str, ...]:
    """The same for a tool that stands in `folder` without a package.json of its own."""
    return _install(files, folder)


def install_for(files: Files, folder: str, text: str) -> tuple[str, ...]:
    """How a clean work tree gets what the package.json of this text in `folder` asks for, also without a lock file."""
    unlocked = (*_npm(folder), "install", "--no-audit", "--no-fund")
    return _install(files, folder) or (unlocked if dependencies(text) else ())
