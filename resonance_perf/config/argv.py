"""Commands: a list of words, or one string that is split into words. No shell ever runs them."""

from __future__ import annotations

import re
import shlex

from resonance_perf.config.nodes import Items, Node, Scalar
from resonance_perf.config.values import any_text, described, list_of, text, wrong
from resonance_perf.model.benchmark import Argv

_PROTECTED = re.compile(r"""\\.|'[^']*'|"((?:\\.|[^"\\])*)\"""", re.S)
_EXPANDED = r"\$\(|\$\{|\$[A-Za-z_]|`"
_SHELL = re.compile(rf"\|\||&&|>>|[|&;<>]|{_EXPANDED}")
_EXAMPLE = '["python3", "bench.py"]'


def argv(node: Node) -> Argv:
    """The words of a command.

    A string is split as a shell would split it, and refused where a shell would do more than that.
    """
    if isinstance(node, Items):
        words = list_of(any_text, _EXAMPLE)(node)
    elif isinstance(node, Scalar) and node.kind == "text":
        words = _split(node)
    else:
        raise wrong(node, f"must be a command, not {described(node)}", f"Write it as {_EXAMPLE}.")
    if not words or not words[0].strip():
        raise wrong(node, "names no program", f"Write it as {_EXAMPLE}.")
    return words


def _split(node: Scalar) -> Argv:
    line = text(node).strip(" \t\r\n")
    sign = _shell_sign(line)
    if sign:
        hint = f'No shell runs it: write ["sh", "-c", "…"] if one should, or quote the {sign}.'
        raise wrong(node, f"uses {sign} of a shell", hint)
    if "\n" in line:
        raise wrong(node, "is more than one line", 'One command is run: write ["sh", "-c", "…"] for several.')
    try:
        words = tuple(shlex.split(line))
    except ValueError:
        raise wrong(node, "has a quote that does not end", f"Close it, or write a list: {_EXAMPLE}.") from None
    if words and re.fullmatch(r"[A-Za-z_]\w*=.*", words[0], re.S):
        hint = 'Name the variable under "env", or write ["env", "NAME=value", "program"].'
        raise wrong(node, "begins with a variable, which only a shell would set", hint)
    return words


def _shell_sign(line: str) -> str:
    """The first thing that a shell would act on: outside quotes, or an expansion inside double quotes."""
    found = _SHELL.search(_PROTECTED.sub(_unprotected, line))
    return f'"{found[0]}"' if found else ""


def _unprotected(match: re.Match[str]) -> str:
    inside = re.sub(r"\\.", "", match[1] or "", flags=re.S)
    return " ".join(re.findall(_EXPANDED, inside))
