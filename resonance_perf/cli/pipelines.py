"""Writes the gate into a project's CI. What is there stays as it is."""

from __future__ import annotations

import os

from resonance_perf.app.workspace import Workspace
from resonance_perf.system.files import edit_file
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import git
from resonance_perf.system.resources import template

GITHUB, GITLAB = ".github/workflows/resonance-perf.yml", ".gitlab/resonance-perf.yml"
_ROOT = ".gitlab-ci.yml"
_INCLUDE = f"include:\n  - local: {GITLAB}\n"


def write_pipeline(work: Workspace, system: str) -> list[str]:
    """Write the pipeline for `github` or `gitlab` where there is none; return what was done, and what is left to do."""
    if system == "github":
        text = template("github-workflow.yml").replace("[main]", f"[{main_branch(work.repo) or 'main'}]")
        return _new(work, GITHUB, text)
    wrote = _new(work, GITLAB, template("gitlab-ci.yml"))
    path = os.path.join(work.repo.root, _ROOT)
    if not os.path.lexists(path):
        return [*wrote, *_new(work, _ROOT, _INCLUDE)]
    with open(path, encoding="utf-8", errors="replace") as file:
        included = GITLAB in file.read()
    return wrote if included else [*wrote, f"include it in {_ROOT}: {' '.join(_INCLUDE.split())}"]


def main_branch(repo: Repository) -> str | None:
    """The branch that changes are merged into, where one can be seen."""
    if repo.find("origin/HEAD"):
        return git(repo.root, "rev-parse", "--abbrev-ref", "origin/HEAD").partition("/")[2]
    return next((name for name in ("main", "master", "trunk") if repo.find(f"refs/heads/{name}")), None)


def _new(work: Workspace, name: str, text: str) -> list[str]:
    path = os.path.join(work.repo.root, name)
    if os.path.lexists(path):
        return []
    edit_file(path, work.repo.root, str, create=text)
    return [f"wrote {name}"]
