"""collapsed: one line per stack, `root;…;leaf value`: py-spy's raw, perf folded, async-profiler, Austin.

Such a line has one value, which most tools leave without a name: it is taken for samples. Austin says what it counts in
its header, and names process and thread first. A frame may hold blanks; one that holds `;` cannot be told from two.
"""

from __future__ import annotations

import re

from resonance_perf.model.profile import Frame, Profile, Stack
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.held import of_one_type
from resonance_perf.profiles.formats.stacks import Stacks

_LINE = re.compile(r"(?P<stack>.*) (?P<value>-?\d{1,18}(?:\.\d{1,18})?)", re.DOTALL)
_THREAD = re.compile(r"P(?P<process>\d+);T(?P<thread>[\d:A-Fa-fx]+)(?:;|$)")
_AUSTIN_FRAME = re.compile(r"(?P<file>.*):(?P<function>[^:]*):(?P<line>\d{1,9})", re.DOTALL)
_AUSTIN = {
    "wall": (words.WALL, 1_000),
    "cpu": (words.CPU, 1_000),
    "memory": (words.ALLOCATED, 1),
}
"""Of the mode of Austin: what a line counts, and how many of those one is."""
_SEPARATORS = str.maketrans({";": ":", "\n": " ", "\r": " "})


def recognises(name: str, head: bytes) -> bool:
    """See `Format`."""
    lines = head.decode("utf-8", "replace").splitlines()
    whole = [one for one in (lines if len(lines) == 1 else lines[:-1]) if one and not one.startswith("# ")]
    if not whole or not all(_LINE.fullmatch(one) and one.strip()[0] not in "{[" for one in whole):
        return False
    return name.endswith((".folded", ".collapsed", ".austin", ".raw")) or any(";" in one for one in whole)


@source.reads("collapsed")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    stacks, header = Stacks(), {}
    kind, factor = words.SAMPLES, 1
    for number, line in enumerate(source.lines(data), start=1):
        if line.startswith("# "):
            key, _, value = line[2:].partition(":")
            header[key.strip()] = value.strip()
            kind, factor = _AUSTIN.get(header.get("mode", ""), (kind, factor))
        elif line.strip():
            match = _LINE.fullmatch(line.rstrip())
            if match is None:
                raise source.bad(name, "this line has no value at its end", "It is: root;…;leaf value.", number)
            place = _austin(stacks, match["stack"]) if header else _plain(stacks, match["stack"])
            stacks.add(place, float(match["value"]) * factor)
    return Profile(types=(kind,), stacks=stacks.told(), tool="Austin" if header else "")


def write(profile: Profile) -> bytes:
    """See `WritableFormat`. Holds the values of the chosen type, without labels and first lines of functions."""
    return "".join(map(_line, of_one_type(profile))).encode("utf-8", "replace")


def _plain(stacks: Stacks, text: str) -> int:
    return stacks.walk(stacks.root(), map(words.frame, text.split(";") if text else ()))


def _austin(stacks: Stacks, text: str) -> int:
    match = _THREAD.match(text)
    root = stacks.root((("process", match["process"]), ("thread", match["thread"])) if match else ())
    rest = text[match.end() :] if match else text
    return stacks.walk(root, map(_austin_frame, rest.split(";") if rest else ()))


def _austin_frame(text: str) -> Frame:
    match = _AUSTIN_FRAME.fullmatch(text)
    return Frame(match["function"], match["file"], int(match["line"])) if match else Frame(text)


def _line(stack: Stack) -> str:
    frames = ";".join(words.text(one).translate(_SEPARATORS) for one in stack.frames)
    return f"{frames} {stack.values[0]:.15g}\n"
