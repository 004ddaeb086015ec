"""Readers of values with rules of their own: paths, people, baselines, URLs, names that there are, time zones."""

from __future__ import annotations

import re
from collections.abc import Collection

from resonance_perf.config.nodes import Items, Mapping, Node, Scalar, shown
from resonance_perf.config.section import did_you_mean
from resonance_perf.config.values import Fault, WrongValueError, any_text, described, list_of, text, wrong
from resonance_perf.model.benchmark import Env

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")
"""What a benchmark may be called: safe in a path, a table and a shell."""
_PERSON = re.compile(r"[^<>\s](?:[^<>]*[^<>\s])? <[^<>@\s]+@[^<>@\s]+>")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_URL = re.compile(r"http://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:(\{port\}|\d{1,5}))?([/?][!-~]*)?")


def folder(node: Node) -> str:
    """A folder inside the repository, relative to its root, with `/`."""
    path = _inside(node).rstrip("/")
    if path in ("", ".") or path.split("/")[0].lower() == ".git":
        raise wrong(node, "must be a folder of its own in the repository", "The usual one is .resonance.")
    return path


def glob(node: Node) -> str:
    """A glob of paths relative to the repository root."""
    return _inside(node)


def _inside(node: Node) -> str:
    path = text(node).strip()
    bare = path.removeprefix("!")
    hint = "Write it relative to the root of the repository, such as src/**."
    if bare.startswith(("/", "~")) or "\\" in bare or re.match(r"[A-Za-z]:", bare):
        raise wrong(node, f'must be a relative path, not "{shown(path)}"', hint)
    if ".." in bare.split("/"):
        raise wrong(node, 'must stay inside the repository: ".." leads out of it', hint)
    parts = [part for part in bare.split("/")[:-1] if part not in ("", ".")] + bare.split("/")[-1:]
    return ("!" if path.startswith("!") else "") + "/".join(parts)


def person(node: Node) -> str:
    """`Name <email>`."""
    value = text(node).strip()
    if not is_person(value):
        raise wrong(node, f'must be a person, not "{shown(value)}"', "Write it as: Ada Lovelace <ada@example.org>.")
    return value


def is_person(text_: str) -> bool:
    """True for `Name <email>` on one line."""
    return text_.isprintable() and _PERSON.fullmatch(text_) is not None


def marker(node: Node) -> str:
    """A word for CI in a commit message, on one line."""
    value = text(node).strip()
    if not value.isprintable():
        raise wrong(node, "must be one line", 'Write what your CI knows, such as "[skip ci]".')
    return value


_REVISION = re.compile(r"(?!-)[^\s\x00-\x20\x7f\\:]+")
"""One that begins with a dash would be an option to git."""


def baseline(node: Node) -> str:
    """`merge-base:<ref>`, `previous`, `fixed:<rev>`, or a branch, ref or glob of tags."""
    value = text(node).strip()
    kind, colon, argument = value.partition(":")
    hint = "Write merge-base:main, previous, fixed:v1.0, a branch, or a glob of tags such as v*."
    if colon and kind not in ("merge-base", "fixed"):
        hint = did_you_mean(kind, ("merge-base", "fixed")) or hint
        raise wrong(node, f'must not begin with "{shown(kind)}:"', hint)
    revision = argument if colon else value
    if not _REVISION.fullmatch(revision):
        raise wrong(node, f'must name a revision, not "{shown(value)}"', hint)
    return value


def anchor(node: Node) -> str:
    """`none`, `fixed:<rev>`, or a glob of tags."""
    value = text(node).strip()
    kind, colon, argument = value.partition(":")
    revision = argument if colon else value
    if (colon and kind != "fixed") or not _REVISION.fullmatch(revision):
        raise wrong(node, f'must be a glob of tags, not "{shown(value)}"', 'Write "v*", fixed:v1.0, or none.')
    return value


def url(node: Node) -> str:
    """An http URL; `{port}` stands for the free port."""
    value = text(node).strip()
    found = _URL.fullmatch(value)
    hint = 'Write it as "http://127.0.0.1:{port}/path".'
    if value.startswith("https:"):
        raise wrong(node, "must begin with http://", "The load is plain HTTP: measure behind the TLS proxy.")
    if not found or ((found[3] or "").isdigit() and int(found[3]) > 65535):
        raise wrong(node, f'must be an http URL, not "{shown(value)}"', hint)
    return value


def url_or_path(node: Node) -> str:
    """An http URL, or a path on the benchmark's own server."""
    value = text(node).strip()
    return value if re.fullmatch(r"/[!-~]*", value) else url(node)


def on_server(path: str, base: str) -> str:
    """The URL of `path` on the server of `base`; `path` itself if it is a URL."""
    return path if path.startswith("http:") else "/".join(re.split(r"[/?]", base, maxsplit=3)[:3]) + path


def known(node: Node, what: str, names: Collection[str]) -> str:
    """The name of a `what` that there is, such as a driver."""
    name = text(node)
    if name not in names:
        hint = f"{did_you_mean(name, names)} The {what}s are {', '.join(names)}.".strip()
        raise wrong(node, f'must be a {what} that there is, not "{shown(name)}"', hint)
    return name


def timezone(node: Node) -> str:
    """A time zone of the IANA database."""
    from zoneinfo import ZoneInfo, available_timezones

    name = text(node).strip()
    if name == "UTC":  # known even where the system has no database
        return name
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = {zone.lower(): zone for zone in available_timezones()}
        same = near.get(name.lower())
        hint = f'Did you mean "{same}"?' if same else "Write a name such as Europe/Berlin, or UTC."
        raise wrong(node, f'must be a time zone, not "{shown(name)}"', hint) from None
    return name


def environment(node: Node) -> Env:
    """A list of names to pass through, or a mapping name -> value (nothing: pass through)."""
    if isinstance(node, Items):
        return tuple((name, None) for name in dict.fromkeys(list_of(_variable, "[HOME, JAVA_HOME]")(node)))
    if not isinstance(node, Mapping):
        raise wrong(node, f"must be a list of names or a mapping, not {described(node)}", "Write it as [JAVA_HOME].")
    pairs: list[tuple[str, str | None]] = []
    faults: list[Fault] = []
    for key, value in node.entries:
        try:
            passed = isinstance(value, Scalar) and value.kind == "nothing"
            pairs.append((_variable(key), None if passed else any_text(value)))
        except WrongValueError as error:
            faults += [Fault(f"has a variable that {one.what}", one.location, one.hint) for one in error.faults]
    if faults:
        raise WrongValueError(faults)
    return tuple(pairs)


def _variable(node: Node) -> str:
    name = text(node)
    if not _VARIABLE.fullmatch(name):
        raise wrong(node, f'must be a name, not "{shown(name)}"', "A name has letters, digits and _ only.")
    return name
