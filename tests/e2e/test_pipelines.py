"""What `init --ci` writes and the action: valid for their systems, and their shell lines run for real in fresh clones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from ruamel.yaml import YAML

from tests.conftest import GitRepo

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
INSTALLED = "resonance-perf"
"""What pip finds there already, after the first pipeline has installed it from here: a build less."""
CONFIG = """version: 1
baseline: merge-base:main
benchmarks:
  page:
    driver: size
    files: ["page.js"]
    metrics:
      raw: {budget: page_raw}
"""
STATE = '# State\n\n```json\n{\n  "budgets": {\n    "page_raw": "1kB"\n  }\n}\n```\n'
GH = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$CALLS"\nif [ "$2" = --paginate ]; then cat "$COMMENTS"; fi\n'


@dataclass(frozen=True)
class Forge:
    """A remote with `main`, on which all is well, and `feature`, on which the page is too large."""

    origin: Path
    temp: Path

    def clone(self, name: str, branch: str, *, only: bool = False) -> GitRepo:
        path = self.temp / name
        words = ["--single-branch", "--branch", branch] if only else []
        subprocess.run(["git", "clone", "-q", *words, str(self.origin), str(path)], check=True)
        made = GitRepo(path)
        made.git("checkout", "-q", "--detach", f"origin/{branch}")
        if branch != "main" or only:
            subprocess.run(["git", "branch", "-D", "main", branch], cwd=path, capture_output=True)
        return made

    def bash(self, script: str, where: Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script], cwd=where, capture_output=True, text=True,
            env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "RUNNER_TEMP": str(self.temp),
                 "RESONANCE_PERF": INSTALLED, "PIP_COMPILE": "0", "GITHUB_STEP_SUMMARY": str(self.temp / "summary"), "GITHUB_OUTPUT": str(self.temp / "output"), **env},
        )  # fmt: skip


@pytest.fixture
def forge(repo: GitRepo, tmp_path: Path) -> Forge:
    repo.commit({".resonance/config.yaml": CONFIG, ".resonance/01_state.md": STATE, "page.js": "x" * 900})
    for system in ("github", "gitlab"):
        init = [str(BIN / "resonance-perf"), "init", "--yes", "--no-hooks", "--ci", system]
        subprocess.run(init, cwd=repo.path, check=True, capture_output=True)
    repo.git("add", "--all")
    repo.git("commit", "-qm", "watch")
    repo.git("checkout", "-qb", "feature")
    repo.commit({"page.js": "x" * 1900}, "A larger page, 100%")
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "origin.git"))
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=tmp_path / "origin.git", check=True)
    return Forge(tmp_path / "origin.git", tmp_path)


def load(path: Path) -> dict:  # type: ignore[type-arg]
    return YAML(typ="safe").load(path.read_text())


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("github-workflows", "templates/github-workflow.yml"), ("gitlab-ci", "templates/gitlab-ci.yml"),
        ("github-actions", "action.yml"),
    ],
)  # fmt: skip
def test_it_is_valid_for_its_system(schema: str, file: str) -> None:
    argv = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(ROOT / file)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.shared
def test_every_shell_line_of_the_pipelines_runs_in_a_fresh_clone(forge: Forge) -> None:
    clone = forge.clone("github", "feature")
    jobs = load(clone.path / ".github/workflows/resonance-perf.yml")["jobs"]
    install, check = (step["run"] for step in jobs["budgets"]["steps"] if "run" in step)
    assert forge.bash(install, clone.path, RESONANCE_PERF=str(ROOT)).returncode == 0

    red = forge.bash(check, clone.path, RESONANCE_PERF_TRUST="1")
    assert red.returncode == 1, red.stderr
    assert red.stdout.startswith(
        "::error file=.resonance/01_state.md,line=6,title=page_raw%3A a budget is exceeded::page.raw 1.9 kB"
    )
    assert "measuring page" in red.stderr
    comment = (forge.temp / "summary").read_text()
    assert "| page_raw | 1kB | 900 B | 1.9 kB | +111 % (exact) slower | -90 % | 🔴 red |" in comment
    assert json.loads((forge.temp / "perf/budgets.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "red"

    (tell,) = (step["run"] for step in jobs["tell"]["steps"] if "run" in step)
    stub, calls, comments = forge.temp / "bin/gh", forge.temp / "calls", forge.temp / "comments"
    stub.parent.mkdir()
    stub.write_text(GH)
    stub.chmod(0o755)
    env = {
        "PATH": f"{stub.parent}:{os.environ['PATH']}",
        "CALLS": str(calls),
        "COMMENTS": str(comments),
        "GH_REPO": "a/b",
        "NUMBER": "7",
    }
    comments.write_text("")
    assert forge.bash(tell, forge.temp, **env).returncode == 0
    comments.write_text("12\n34\n")
    assert forge.bash(tell, forge.temp, **env).returncode == 0
    _, first, _, second = calls.read_text().splitlines()
    assert first == "pr comment 7 --body-file perf/comment.md"
    assert second == "api --silent --method PATCH repos/a/b/issues/comments/12 --field body=@perf/comment.md"

    main = forge.clone("main", "main")
    assert forge.bash(check, main.path, RESONANCE_PERF_TRUST="1").returncode == 0

    clone = forge.clone("gitlab", "feature", only=True)
    job = load(clone.path / ".gitlab/resonance-perf.yml")["resonance-perf"]
    lines = "\n".join(job["script"]).replace("/tmp/resonance-perf", str(forge.temp / "resonance-perf"))
    done = forge.bash(
        lines, clone.path, CI_DEFAULT_BRANCH="main", **{name: str(value) for name, value in job["variables"].items()}
    )
    assert done.returncode == 1, done.stderr
    (entry,) = json.loads((clone.path / job["artifacts"]["reports"]["codequality"]).read_text())
    assert (entry["severity"], entry["location"]) == (
        "critical",
        {"path": ".resonance/01_state.md", "lines": {"begin": 6}},
    )
    assert Xml.parse(clone.path / job["artifacts"]["reports"]["junit"]).getroot().get("failures") == "1"

    clone = forge.clone("action", "feature")
    action = load(ROOT / "action.yml")
    steps = [step["run"] for step in action["runs"]["steps"]]
    env = {
        "GITHUB_ACTION_PATH": INSTALLED,
        "RESONANCE_PERF_TRUST": "1",
        "ARGUMENTS": action["inputs"]["arguments"]["default"],
    }
    assert [forge.bash(step, clone.path, **env).returncode for step in steps] == [0, 1]
    assert (forge.temp / "output").read_text() == f"folder={forge.temp}/perf\n"


def test_what_is_there_stays_and_a_second_run_changes_nothing(repo: GitRepo) -> None:
    def init(system: str) -> str:
        argv = [str(BIN / "resonance-perf"), "init", "--yes", "--no-hooks", "--ci", system]
        return subprocess.run(argv, cwd=repo.path, check=True, capture_output=True, text=True).stdout

    repo.git("branch", "-m", "trunk")
    assert "wrote .github/workflows/resonance-perf.yml" in init("github")
    assert load(repo.path / ".github/workflows/resonance-perf.yml")["on"]["push"] == {"branches": ["trunk"]}
    repo.write({".gitlab-ci.yml": "stages: [test]\n"})
    assert "include it in .gitlab-ci.yml: include: - local: .gitlab/resonance-perf.yml" in init("gitlab")
    assert (repo.path / ".gitlab-ci.yml").read_text() == "stages: [test]\n"
    (repo.path / ".gitlab-ci.yml").unlink()
    assert "wrote .gitlab-ci.yml" in init("gitlab")
    before = {path: path.read_bytes() for path in repo.path.rglob("*") if path.is_file() and ".git/" not in str(path)}
    assert init("gitlab").startswith("everything is there") and init("github").startswith("everything is there")
    assert all(path.read_bytes() == data for path, data in before.items())


def test_the_hooks_for_pre_commit_refuse_a_loosening_and_a_red_push(forge: Forge) -> None:
    """As local hooks of the installed command: what `language: python` adds is a pip install of this repository."""
    yaml = YAML(typ="safe")
    hooks = [{**hook, "language": "system"} for hook in yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    clone = forge.clone("work", "main", only=True)
    clone.git("checkout", "-qb", "work")
    clone.write({".pre-commit-config.yaml": json.dumps({"repos": [{"repo": "local", "hooks": hooks}]})})
    where = f"{BIN}:{os.environ['PATH']}"
    install = [str(BIN / "pre-commit"), "install", "-t", "commit-msg", "-t", "pre-push"]
    subprocess.run(install, cwd=clone.path, check=True, capture_output=True)

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        argv = ["git", *words]
        return subprocess.run(argv, cwd=clone.path, capture_output=True, text=True, env={**os.environ, "PATH": where})

    clone.write({"page.js": "x" * 1900, ".resonance/01_state.md": STATE.replace("1kB", "2kB")})
    clone.git("add", "--all")
    refused = git("commit", "-qm", "more room")
    assert refused.returncode != 0 and "page_raw was loosened from 1kB to 2kB without approval" in refused.stderr
    clone.write({".resonance/01_state.md": STATE})
    clone.git("add", "--all")
    assert git("commit", "-qm", "a larger page").returncode == 0
    measure = [str(BIN / "resonance-perf"), "check", "--measure"]
    env = {**os.environ, "RESONANCE_PERF_TRUST": "1"}
    assert subprocess.run(measure, cwd=clone.path, capture_output=True, env=env).returncode == 1
    pushed = git("push", "-q", "origin", "HEAD:work")
    assert pushed.returncode != 0 and "🔴 page.raw 1.9 kB" in pushed.stdout + pushed.stderr
