"""The budgets fence of `01_state.md`: where it is, and where each value in it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO

from resonance_perf.memory.json_tree import parse_json
from resonance_perf.memory.nodes import Items, Mapping, Node, Scalar, UnreadableError
from resonance_perf.memory.yaml_tree import parse_yaml
from resonance_perf.model.errors import Location, Problem

LANGUAGES = ("json", "yaml", "yml")
UNREAD = ("", "jsonc", "json5")
"""What people write above a fence that they mean to be one of ours; budgets in it must not go unnoticed."""
MOST_CHARACTERS = 1_000_000

_SPEAKS = re.compile(r"""budgets["']?[ \t]*:""")
_BEGINS = re.compile(r"""[\s{]*["']?budgets["']?[ \t]*:""")
_OPENER = re.compile(r"(?:(`{3,})([^`]*)|(~{3,})(.*))\Z", re.S)
_HTML = re.compile(r" {0,3}<(?!!--.*-->)")
_ANY_MARK = re.compile(r"```|~~~")


@dataclass(frozen=True, slots=True)
class Fence:
    """The budgets fence. `start` is the offset of its content in the file, `line` the number of its first line."""

    language: str
    content: str
    start: int
    line: int
    budgets: Mapping

    def place(self, at: int, file: str) -> Location:
        """The place in the file of an offset in the content."""
        return _place(self.content, at, self.line, file)


@dataclass(frozen=True, slots=True)
class _Block:
    language: str
    content: str
    start: int
    line: int
    nested: bool
    closed: bool


def find_fence(text: str, file: str) -> tuple[Fence | None, tuple[Problem, ...]]:
    """The only top-level fence whose content is a mapping with the key `budgets`, and what is wrong with fences.

    A fence that cannot be read is a problem only when it speaks of budgets: other fences are the team's.
    """
    if len(text) > MOST_CHARACTERS:
        hint = "Move what is not about the state of things into another file."
        return None, (Problem("the file has more than a million characters", Location(file), hint),)
    if not _SPEAKS.search(text):
        return None, ()
    found: list[Fence] = []
    problems: list[Problem] = []
    for block in _blocks(text):
        if not _SPEAKS.search(block.content):
            continue
        fence_or_problem = _read(block, file)
        if isinstance(fence_or_problem, Problem):
            problems.append(fence_or_problem)
        elif fence_or_problem is not None:
            found.append(fence_or_problem)
    for extra in found[1:]:
        hint = f"The first one is in line {found[0].line - 1}; put all budgets there."
        problems.append(Problem("there is a second budgets fence", Location(file, extra.line - 1, 1), hint))
    return (found[0] if found and not problems else None), tuple(problems)


def _read(block: _Block, file: str) -> Fence | Problem | None:
    opening = Location(file, block.line - 1, 1)
    if block.language not in LANGUAGES:
        if block.language not in UNREAD or not _BEGINS.match(block.content):
            return None
        marked = f'marked "{block.language}"' if block.language else "not marked"
        return Problem(f"the fence with budgets is {marked}", opening, "Write ```json or ```yaml above it.")
    if not block.closed:
        return Problem("the budgets fence is not closed", opening, "Write ``` below the budgets.")
    tree = _tree(block.language, block.content)
    if isinstance(tree, UnreadableError):
        return Problem(tree.message, _place(block.content, tree.at, block.line, file), tree.hint)
    budgets = tree.get("budgets") if isinstance(tree, Mapping) else None
    if budgets is None:
        return None
    if block.nested:
        return Problem("the budgets fence is nested", opening, "Move it out of the list or quote, to the left margin.")
    if isinstance(budgets, Scalar) and budgets.text in ("", "null", "~") and not budgets.quote:
        budgets = Mapping((), budgets.start, budgets.end, braces=False)
    if isinstance(budgets, Scalar | Items):
        place = _place(block.content, budgets.start, block.line, file)
        return Problem('"budgets" is not a mapping', place, 'Write "budgets": {"key": "100ms"}.')
    return Fence(block.language, block.content, block.start, block.line, budgets)


@lru_cache(maxsize=64)
def _tree(language: str, content: str) -> Node | UnreadableError:
    """Cached, because a walk through the history of the file meets the same fence again and again."""
    try:
        return parse_json(content) if language == "json" else parse_yaml(content)
    except UnreadableError as error:
        return error


def _blocks(text: str) -> Iterator[_Block]:
    lines = list(StringIO(text, newline=""))
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    lines[0] = lines[0].removeprefix("\ufeff")
    spans = _scanned(lines)
    for first, last, closed, nested, info, inner in _parsed(lines) if spans is None else spans:
        language = (info.split() or [""])[0].lower()
        content = inner if nested else text[offsets[first + 1] : offsets[last - 1 if closed else last]]
        yield _Block(language, content, offsets[first + 1], first + 2, nested, closed)


_Span = tuple[int, int, bool, bool, str, str]
"""First line, line after the last, closed, nested, info string, content."""


def _scanned(lines: list[str]) -> list[_Span] | None:
    """The fences of a plain text: all at the left margin and no HTML blocks. None: that needs the real parser.

    Saves `status` the 60 ms that importing the parser costs; a test holds the two against each other.
    """
    found: list[_Span] = []
    opener, first, info = "", 0, ""
    for number, line in enumerate(lines):
        bare = line.rstrip("\r\n")
        if opener:
            if _closes(bare, opener):
                found.append((first, number + 1, True, False, info, ""))
                opener = ""
            continue
        match = _OPENER.match(bare)
        if match:
            opener, first, info = match[1] or match[3], number, match[2] or match[4] or ""
        elif _HTML.match(bare) or _ANY_MARK.search(bare):
            return None
    if opener:
        found.append((first, len(lines), False, False, info, ""))
    return found


def _parsed(lines: list[str]) -> list[_Span]:
    from markdown_it import MarkdownIt

    found: list[_Span] = []
    for token in MarkdownIt("commonmark").parse("".join(one.rstrip("\r\n") + "\n" for one in lines)):
        if token.type != "fence" or token.map is None:
            continue
        first, last = token.map
        nested = token.level > 0
        closed = last - 1 > first and _closes(lines[last - 1].rstrip("\r\n"), token.markup)
        found.append((first, last, closed or nested, nested, token.info.strip(), token.content))
    return found


def _closes(line: str, opener: str) -> bool:
    mark = line.lstrip(" ").rstrip(" \t")
    return len(line) - len(line.lstrip(" ")) <= 3 and mark.startswith(opener) and not mark.strip(opener[0])


def _place(content: str, at: int, line: int, file: str) -> Location:
    before = content[:at].replace("\r\n", "\n").replace("\r", "\n")
    return Location(file, line + before.count("\n"), at - max(content.rfind("\n", 0, at), content.rfind("\r", 0, at)))
