"""The budgets fence of `01_state.md`: where it is, and where each value in it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from resonance_perf.model.errors import Location, Problem

if TYPE_CHECKING:  # ruamel costs 25 ms; only reading a fence needs it
    from ruamel.yaml.nodes import MappingNode, Node

LANGUAGES = ("json", "yaml", "yml")
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Fence:
    """The budgets fence. `start` is the offset of its content in the file, `line` the number of its first line."""

    language: str
    content: str
    start: int
    line: int
    budgets: MappingNode

    def place(self, node: Node, file: str) -> Location:
        """The place of a node in the file."""
        return Location(file, self.line + node.start_mark.line, node.start_mark.column + 1)


def find_fence(text: str, file: str) -> tuple[Fence | None, tuple[Problem, ...]]:
    """The first top-level fence whose content is a mapping with the key `budgets`, and what is wrong with fences.

    A fence that does not parse is a problem only when it speaks of budgets: other fences are the team's.
    """
    if len(text) > MOST_BYTES:
        hint = "Move what is not about the state of things into another file."
        return None, (Problem(f"the file has more than {MOST_BYTES // 1_000_000} MB", Location(file), hint),)
    found: list[Fence] = []
    problems: list[Problem] = []
    for language, content, start, line, nested in _fences(text):
        if "budgets" not in content:
            continue
        node, problem = _parse(language, content, line, file)
        if problem is not None:
            problems.append(problem)
        elif node is not None and nested:
            hint = "Move it out of the list or quote, to the left margin."
            problems.append(Problem("the budgets fence is nested", Location(file, line - 1, 1), hint))
        elif node is not None:
            found.append(Fence(language, content, start, line, node))
    if len(found) > 1:
        hint = f"The first one is in line {found[0].line - 1}; put all budgets there."
        problems.append(Problem("there is a second budgets fence", Location(file, found[1].line - 1, 1), hint))
    return (found[0] if found and not problems else None), tuple(problems)


def _fences(text: str) -> Iterator[tuple[str, str, int, int, bool]]:
    """(language, content, offset, first line, nested) of every json or yaml fence."""
    from markdown_it import MarkdownIt

    lines = list(StringIO(text.removeprefix("\ufeff"), newline=""))
    offsets = [len(text) - len(text.removeprefix("\ufeff"))]
    for one in lines:
        offsets.append(offsets[-1] + len(one))
    for token in MarkdownIt("commonmark").parse("".join(one.rstrip("\r\n") + "\n" for one in lines)):
        language = token.info.strip().split(" ")[0].lower() if token.type == "fence" else ""
        if language not in LANGUAGES or token.map is None:
            continue
        first, last = token.map[0] + 1, token.map[1]
        closed = last - 1 > token.map[0] and lines[last - 1].strip().startswith(token.markup)
        inner = lines[first : last - 1 if closed else last]
        yield language, "".join(inner), offsets[first], first + 1, token.level > 0


def _parse(language: str, content: str, line: int, file: str) -> tuple[MappingNode | None, Problem | None]:
    """The mapping under `budgets`, or None when the content is not about budgets."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.nodes import MappingNode

    if language == "json":
        problem = _json_problem(content, line, file)
        if problem is not None:
            return None, problem
    try:
        # JSON allows tabs between tokens, YAML does not; a tab inside a JSON string is always escaped.
        root = YAML().compose(content.replace("\t", " ") if language == "json" else content)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        at = Location(file, line + (mark.line if mark else 0), (mark.column if mark else 0) + 1)
        return None, Problem(f"the budgets fence is not YAML: {error.problem}", at, "Correct the line.")
    except (YAMLError, RecursionError, ValueError) as error:
        return None, Problem(f"the budgets fence cannot be read: {error}", Location(file, line, 1), "Correct it.")
    if not isinstance(root, MappingNode):
        return None, None
    twice = _repeated(root)
    if twice is not None:
        at = Location(file, line + twice.start_mark.line, twice.start_mark.column + 1)
        return None, Problem(f'"{twice.value}" stands twice', at, "Remove one of the two.")
    value = next((value for key, value in root.value if key.value == "budgets"), None)
    if value is None:
        return None, None
    if not isinstance(value, MappingNode):
        if value.value in ("", "null", "~"):
            return MappingNode(value.tag, [], value.start_mark, value.end_mark), None
        at = Location(file, line + value.start_mark.line, value.start_mark.column + 1)
        return None, Problem('"budgets" is not a mapping', at, 'Write "budgets": {"key": "100ms"}.')
    return value, None


def _json_problem(content: str, line: int, file: str) -> Problem | None:
    try:
        json.loads(content)
    except json.JSONDecodeError as error:
        at = Location(file, line + error.lineno - 1, error.colno)
        before = content[: error.pos].rstrip()
        rest = content[error.pos :].lstrip()
        if rest.startswith(("//", "/*", "#")):
            return Problem("JSON has no comments", at, 'Remove it, use the key "why", or write the fence in yaml.')
        if before.endswith(",") and rest.startswith(("}", "]")):
            return Problem("a comma before the closing bracket is not JSON", at, "Remove the comma.")
        return Problem(f"the budgets fence is not JSON: {error.msg}", at, "Correct the line.")
    except RecursionError:
        return Problem("the budgets fence is nested too deeply", Location(file, line, 1), "Budgets are one level deep.")
    return None


def _repeated(node: Node) -> Node | None:
    """The first key that stands twice in a mapping, anywhere below `node`."""
    from ruamel.yaml.nodes import MappingNode

    if not isinstance(node, MappingNode):
        return None
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            return key
        seen.add(key.value)
        below = _repeated(value)
        if below is not None:
            return below
    return None
