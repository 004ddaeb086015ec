"""The config that `init` writes: the shipped template with what is known about the repository."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from resonance_perf.config.discover import Proposal
from resonance_perf.config.load import load_config
from resonance_perf.config.rules import is_person

_NONE = re.compile(r"^benchmarks:[ \t]*(?:\{[ \t]*\})?[ \t]*(?:\r?\n|\Z)", re.M)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)?")


def render_config(template: str, proposals: Sequence[Proposal], *, baseline: str, approvers: Sequence[str]) -> str:
    """Fill in the template (a valid config with `baseline:`, `approvers:` and `benchmarks: {}` in this order).

    With proposals, they take the place of all that follows `benchmarks:`, which is an example. Approvers that are
    not `Name <email>` are left out. The result loads without a problem if `baseline` is one.
    """
    quoted = baseline if _PLAIN.fullmatch(baseline) else json.dumps(baseline, ensure_ascii=False)
    people = json.dumps([one for one in approvers if is_person(one)], ensure_ascii=False)
    text = _replaced(template, "baseline", quoted)
    text = _replaced(text, "approvers", people)
    if not proposals:
        return text
    head = text[: _line(text, "benchmarks").start()]
    return f"{head}benchmarks:\n" + "\n".join(proposal.yaml for proposal in proposals)


def with_benchmarks(text: str, proposals: Sequence[Proposal]) -> str:
    """The text of a config that has no benchmarks, with these; every other byte stays.

    Unchanged where nothing stands on the line of `benchmarks:` that could be replaced safely.
    """
    found = _NONE.search(text)
    if found is None:
        return text
    nl = "\r\n" if "\r\n" in text else "\n"
    entries = "\n".join(one.yaml for one in proposals).replace("\n", nl)
    made = f"{text[: found.start()]}benchmarks:{nl}{entries}{text[found.end() :]}"
    return made if load_config(made, "")[0] is not None else text


def _replaced(text: str, key: str, value: str) -> str:
    line = _line(text, key)
    return f"{text[: line.start()]}{key}: {value}{text[line.end() :]}"


def _line(text: str, key: str) -> re.Match[str]:
    found = re.search(rf"^{key}:.*$", text, re.M)
    assert found, f"the template has no line {key}:"
    return found
