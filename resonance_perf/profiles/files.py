"""Where a function stands: a file of the repository, by its path there, or a file of a library, by the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

_VERSIONED = re.compile(r"@v[^/]+")
_HASHED = re.compile(r"[-.](?=[\w-]*\d)[\w-]{8,}(?=(?:\.min)?\.(?:m?js|css|wasm)$)")
"""What bundlers put into the name of a file so that browsers keep it."""
_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1])(?=[:/])")
_SCRIPT = re.compile(r"\.(?:py|js|rb)$")


class Ground:
    """The tree that ran: `root` is its folder, `paths` are the files of the repository; either may be empty."""

    def __init__(self, root: str, paths: Iterable[str]) -> None:
        self._folder = root.rstrip("/") + "/" if root else ""
        self._by_name: dict[str, list[str]] = {}
        for path in paths:
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def place(self, file: str) -> tuple[str, str]:
        """(path, package): the package is empty for the repository's own files."""
        if not file or file == "~":
            return "", ""
        name = _local(file.replace("\\", "/"))
        if (foreign := _foreign(name)) is not None:
            return foreign
        if self._folder and name.startswith(self._folder):
            return name[len(self._folder) :], ""
        if own := self._own(name):
            return own, ""
        return (name, "") if _LOOPBACK.match(file) else self._guessed(name)

    def _own(self, name: str) -> str:
        """The file of the repository that this path ends in, or that ends in this path; nothing if there is none.

        Profilers shorten paths by the folders that modules are searched in: `shop/stats.py` may be `src/shop/stats.py`.
        """
        absolute, short = name.startswith("/"), name.removeprefix("./").lstrip("/")
        alike = self._by_name.get(short.rpartition("/")[2], ())
        if not absolute and short in alike:
            return short
        within = [path for path in alike if "/" in path and short.endswith("/" + path)]
        if within:
            return max(within, key=len)
        around = [path for path in alike if path.endswith("/" + short) and ("/" in short or path == f"src/{short}")]
        return around[0] if len(around) == 1 and not absolute else ""

    def _guessed(self, name: str) -> tuple[str, str]:
        """A relative path is the repository's own unless we know its files; an absolute one is somebody else's."""
        if not name.startswith("/"):
            bare = name.removeprefix("./")
            return (bare, "") if not self._by_name else (bare, _SCRIPT.sub("", bare.partition("/")[0]))
        parts = name.split("/")
        return "/".join(parts[-2:]).lstrip("/"), parts[-2] or _SCRIPT.sub("", parts[-1])


def _local(file: str) -> str:
    """The path in an address, without what differs from server to server and from build to build."""
    scheme, sep, _ = file.partition("://")
    if not sep:
        return file
    if scheme.startswith("webpack"):
        return re.sub(r"^webpack[\w-]*://[^/]*/(?:\./)?", "", file).partition("?")[0]
    parts = urlsplit(file)
    path = _HASHED.sub("", unquote(parts.path))
    if scheme == "file":
        return path
    return path.lstrip("/") if _LOOPBACK.match(file) else f"{parts.hostname}{path}"


def _foreign(name: str) -> tuple[str, str] | None:
    """What can be told from the path alone to be a library's."""
    for pattern, told in _RULES:
        if (match := pattern.search(name)) is not None:
            return told(match)
    return None


def _first(match: re.Match[str]) -> tuple[str, str]:
    """The package is the first folder, or the file itself."""
    rest = match["rest"]
    return rest, _SCRIPT.sub("", rest.partition("/")[0])


def _frozen(match: re.Match[str]) -> tuple[str, str]:
    module = match["rest"]
    return module.replace(".", "/"), module.partition(".")[0]


def _node_module(match: re.Match[str]) -> tuple[str, str]:
    parts = match["rest"].split("/")
    return match["rest"], "/".join(parts[: 2 if parts[0].startswith("@") else 1])


def _go_module(match: re.Match[str]) -> tuple[str, str]:
    rest = _VERSIONED.sub("", match["rest"])
    return rest, rest.rpartition("/")[0]


def _library(match: re.Match[str]) -> tuple[str, str]:
    return match[0].lstrip("/"), match["rest"]


def _is(package: str) -> Callable[[re.Match[str]], tuple[str, str]]:
    return lambda match: (match[0], package)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    (re.compile(r"^node:.*"), _is("node")),
    (re.compile(r"^\[(?:kernel|vdso|vsyscall|guest).*"), _is("kernel")),
    (re.compile(r"^<frozen (?P<rest>[\w.]+)>"), _frozen),
    (re.compile(r"^<[^>]*>$"), _is("python")),
    (re.compile(r"/(?:site|dist)-packages/(?:[^/]+\.egg/)?(?P<rest>.+)"), _first),
    (re.compile(r".*(?:^|/)node_modules/(?P<rest>.+)"), _node_module),
    (re.compile(r"/(?P<rest>[\w+-]+?)(?:\.cpython-[^/]*|-[\d.]+)?\.(?:so|dylib|dll)(?:\.[\d.]+)?$"), _library),
    (re.compile(r"/lib(?:64)?/python[\d.]+(?:\.zip)?/(?:lib-dynload/)?(?P<rest>.+)"), _first),
    (re.compile(r"/pkg/mod/(?P<rest>.+)"), _go_module),
    (re.compile(r"(?:^|/)vendor/(?P<rest>[\w-]+\.[\w-]+/.+\.go)$"), _go_module),
    (re.compile(r"/go(?:-?[\d.]+)?/src/(?P<rest>.+\.(?:go|s))$"), _go_module),
    (re.compile(r"/rustc/[0-9a-f]+/library/(?P<rest>.+)"), _first),
    (re.compile(r"/registry/src/[^/]+/(?P<rest>.+)"), lambda match: _crate(match["rest"])),
)


def _crate(rest: str) -> tuple[str, str]:
    folder, _, below = rest.partition("/")
    package = re.sub(r"-\d[\w.+-]*$", "", folder)
    return f"{package}/{below}", package
