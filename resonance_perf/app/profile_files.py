"""Profiles as files: for tools of others, and as pictures."""

from __future__ import annotations

from resonance_perf.app.workspace import Workspace
from resonance_perf.model.errors import UsageError
from resonance_perf.profiles.formats import registry
from resonance_perf.profiles.functions import Sides
from resonance_perf.profiles.together import added, changed
from resonance_perf.profiles.tree import tree_of
from resonance_perf.profiles.units import base_unit
from resonance_perf.report.flame.picture import Picture
from resonance_perf.system.private import write_private

PAGE = "profile.html"
PICTURES = ("html", "svg", "png")
_ENDINGS = {
    ".pb.gz": "pprof", ".pb": "pprof", ".trace.json": "chrome-trace", ".json": "speedscope", ".folded": "collapsed",
    ".txt": "collapsed", ".cpuprofile": "cpuprofile", ".html": "html", ".svg": "svg", ".png": "png",
}  # fmt: skip


def kind_of(path: str, asked: str | None) -> str:
    """The format that is asked for, else the one that the name of the file says.

    Raises:
        UsageError: when it says none.
    """
    known = (*registry.installed(), *PICTURES)
    found = asked or next((kind for ending, kind in _ENDINGS.items() if path.endswith(ending)), None)
    if found not in known:
        what = f'there is no format "{asked}"' if asked else f"the name of {path} says no format"
        raise UsageError(what, hint=f"There are {', '.join(known)}; say which with --format.")
    return found


def write_profile(path: str, kind: str, sides: Sides, title: str, per: str) -> None:
    """Write both sides, or one, to a file. What a tool of others opens holds the difference where there are two.

    Raises:
        UsageError: when the format cannot hold that.
    """
    if kind in PICTURES:
        data = _picture(kind, picture_of(sides, title, per))
    else:
        data = registry.write(changed(sides.base, sides.head) if sides.base else added(sides.head), kind)
    with open(path, "wb") as file:
        file.write(data)


def picture_of(sides: Sides, title: str, per: str) -> Picture:
    """What is drawn; `per` is what the values are for one of."""
    profile = sides.head[0].profile
    about = (f"recorded by {profile.tool}", *((profile.note,) if profile.note else ()))
    unit = base_unit(profile.types[profile.chosen])[0]
    return Picture(title=title, root=tree_of(sides.base, sides.head), unit=unit, per=per, about=about)


def keep_page(work: Workspace, run: str, sides: Sides, title: str, per: str) -> str:
    """Write the page below `artifacts/<run>/`; return its path."""
    path = work.private("artifacts", run, PAGE)
    write_private(path, _picture("html", picture_of(sides, title, per)))
    return path


def _picture(kind: str, picture: Picture) -> bytes:
    if kind == "html":
        from resonance_perf.report.flame.page import page_of

        return page_of(picture).encode()
    if kind == "svg":
        from resonance_perf.report.flame.svg import svg_of

        return svg_of(picture).encode()
    from resonance_perf.report.flame.png import png_of

    return png_of(picture)
