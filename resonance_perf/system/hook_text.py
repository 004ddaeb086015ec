"""The text of a git hook with our block in it: pure edits, each undone byte for byte."""

from __future__ import annotations

import re

BEGIN, END = b"# resonance-perf: begin\n", b"# resonance-perf: end\n"
_BLOCK = re.compile(re.escape(BEGIN) + rb".*?" + re.escape(END), re.DOTALL)
_SHELL = re.compile(
    rb"#![ \t]*(?:\S*/env[ \t]+(?:-S[ \t]*)?)?(?:\S*/)?(?:sh|bash|dash|ash|busybox sh)(?:[ \t][^\n]*)?\n"
)
_CHAIN = 'if [ -x "${0%/*}/@HOOK@.resonance-chained" ]; then exec "${0%/*}/@HOOK@.resonance-chained" "$@"; fi\n'


def own(template: str, hook: str, *, chained: bool) -> bytes:
    """A whole hook of ours; `chained`: it goes on with the one that was there before, under its new name."""
    return (template + (_CHAIN if chained else "")).replace("@HOOK@", hook).encode()


def is_own(text: bytes, template: str, hook: str) -> bool:
    """True when nothing but ours is in it."""
    return any(without_block(text) == without_block(own(template, hook, chained=chained)) for chained in (False, True))


def block(template: str, hook: str) -> bytes:
    """Our block alone, as it has to be."""
    found = _BLOCK.search(own(template, hook, chained=False))
    assert found is not None, "the template has a block"
    return found[0]


def is_shell(text: bytes) -> bool:
    """True when the script is one for a shell that understands the block."""
    return _SHELL.match(text) is not None


def has_block(text: bytes) -> bool:
    """True when our block is in it, be it an older one."""
    return _BLOCK.search(text) is not None


def with_block(text: bytes, new: bytes) -> bytes:
    """The shell script with our block after its first line, where no `exit` of it comes before."""
    bare = without_block(text)
    first = bare.index(b"\n") + 1
    return bare[:first] + new + bare[first:]


def without_block(text: bytes) -> bytes:
    """The script as it was before."""
    return _BLOCK.sub(b"", text)
