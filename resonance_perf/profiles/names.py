"""Names of functions without what changes from run to run: addresses, ids, marks of the optimiser."""

from __future__ import annotations

import re

UNKNOWN = "[unknown]"
MODULE = "<module>"
_ENGINE = re.compile(r"^(?:JS|LazyCompile|Function|Script|Eval|RegExp|Builtin|py):+")
"""What perf maps of V8 and of CPython begin with."""
_MARKS = re.compile(r"^[*~^+](?=[\w$<.(]|$)")
"""V8: optimised, interpreted, and the tiers between."""
_ENDS = re.compile(
    r"(?:\+(?:0x[0-9a-f]+|\d+)"  # perf, bpftrace: the offset in the function
    r"|_\[[jik01]\]"  # async-profiler: how it was compiled
    r"|\.(?:constprop|isra|part|lto_priv|llvm)\.\d+|\.cold(?:\.\d+)?|\.localalias"  # what compilers cloned
    r"|@plt|@@?GLIBC[\w.]*"
    r"|::h[0-9a-f]{16})+$"  # Rust: the hash of a build
)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")
_NUMBERED = re.compile(r"(\$\$Lambda)\S*|(GeneratedMethodAccessor|GeneratedConstructorAccessor|\$Proxy)\d+")
_METHOD = re.compile(r"[{<]method '(\w+)' of '([\w.]+)' objects[}>]")
_BUILT_IN = re.compile(r"[{<]built-in method ([\w.<>]+)[}>]")
_NAMELESS = re.compile(
    r"(?:(?P<within>.*)\.)?"
    r"(?P<kind><lambda>|<genexpr>|<(?:list|dict|set)comp>|<anonymous>|\(anonymous(?: function)?\)|anonymous)"
)
_COMPREHENSION = re.compile(r"(?<=.)(?:\.<(?:list|dict|set)comp>)+")
"""A part of the function around it, as Python has it from 3.12 on (PEP 709); before, a frame of its own."""
_CLOSURE = re.compile(r"(?P<within>.+)\.(?P<kind>func)\d+(?:\.\d+)*")
"""Go numbers closures in their order: one more above shifts them all."""
_TOOLS = re.compile(
    r"\(root\)|root|all|_start|start|__libc_start_main(?:_impl)?|__libc_start_call_main|__libc_init_first|_dl_start_user"
    r"|start_thread|thread_start|clone3?|__clone3?|MainThread|(?:thread|Thread)[ -].*|process \d+.*"
    r"|ThreadPoolExecutor-\d+_\d+|" + re.escape(UNKNOWN),
    re.IGNORECASE,
)
IDLE = frozenset({"(idle)", "[idle]"})
"""What profilers that take samples all the time say of a thread with nothing to do."""


def plain(name: str) -> str:
    """The name of a function as both sides say it."""
    name = name.strip()
    bare = _ENGINE.sub("", name)
    bare = _ENDS.sub("", _MARKS.sub("", bare))
    bare = _NUMBERED.sub(lambda found: found[1] or found[2], bare).replace("<locals>.", "")
    bare = _COMPREHENSION.sub("", bare)
    if _ADDRESS.fullmatch(bare) or bare.lower() in ("", "[unknown]", "unknown", "??"):
        return "" if not name else UNKNOWN
    return _ADDRESS.sub("0x…", bare)


def built_in(name: str) -> tuple[str, str]:
    """(name, package) of what cProfile calls `<method 'execute' of 'sqlite3.Connection' objects>`, and pstats
    the same in `{}`."""
    if (method := _METHOD.fullmatch(name)) is not None:
        owner = method[2]
        return f"{owner}.{method[1]}", owner.partition(".")[0] if "." in owner else "builtins"
    if (function := _BUILT_IN.fullmatch(name)) is not None:
        package, _, bare = function[1].rpartition(".")
        return (bare, "builtins") if package in ("", "builtins") else (function[1], package.partition(".")[0])
    return name, ""


def by_position(name: str, line: int) -> str:
    """A function without a name is told by its place: `total.<lambda>` at line 41 is `total.<lambda>:41`.

    `line` is its first one in the head; 0 where that is not known.
    """
    match = _NAMELESS.fullmatch(name) or _CLOSURE.fullmatch(name)
    if name and match is None:
        return name
    within, kind = (match["within"] or "", match["kind"]) if match else ("", "<anonymous>")
    if kind.startswith(("(", "a")):
        kind = "<anonymous>"
    if kind == "func" and not line:
        return name
    inner = f"{within}.{kind}" if within else kind
    return f"{inner}:{line}" if line and (kind in ("<lambda>", "<anonymous>", "func") or not within) else inner


def is_nameless(name: str) -> bool:
    """True for a function that is told by its place, or by the one that it stands in."""
    return not name or _NAMELESS.fullmatch(name) is not None


def alike(name: str, other: str) -> bool:
    """True when both may be one function: profilers say more or less of what is around it."""
    return name == other or name.endswith(f".{other}") or other.endswith(f".{name}")


def is_tools(name: str) -> bool:
    """True for what stands below the program on a stack: loaders, threads, processes, and what tools add."""
    return _TOOLS.fullmatch(name) is not None
