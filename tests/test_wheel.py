"""The wheel alone, in an empty virtual environment, far from this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import GitRepo

ROOT = Path(__file__).parent.parent
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
LAZY = {"PIP_COMPILE": "0"}
"""Of what pip installs here, little is ever imported."""


def call(*argv: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, env={**os.environ, **LAZY, **(env or {})})
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(*PIP, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT), cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
@pytest.mark.shared
def test_the_wheel_carries_what_it_needs_and_nothing_that_was_made(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "templates/hook.sh",
        "templates/guard.sh",
        "templates/github-workflow.yml",
        "templates/gitlab-ci.yml",
        "templates/01_state.md",
        "templates/config.yaml",
        "sample_repo/shop/api.py",
        "system/browser/probes/vitals.js",
        "system/browser/probes/web-vitals-6.2.3.attribution.iife.js",
        "system/browser/probes/web-vitals-6.2.3.LICENSE",
        "py.typed",
    ):
        assert f"resonance_perf/{needed}" in names
    assert not [name for name in names if name.endswith((".db", ".pyc")) or name.startswith(("tests/", "benchmarks/"))]


@pytest.mark.slow
@pytest.mark.shared
def test_it_works_alone_in_an_empty_environment(wheel: Path, tmp_path: Path, repo: GitRepo) -> None:
    ours = tmp_path / "venv"
    tool = str(ours / "bin" / "resonance-perf")
    call(sys.executable, "-m", "venv", "--without-pip", str(ours), cwd=tmp_path)
    call(*PIP, "--python", str(ours), "install", str(wheel), cwd=tmp_path)
    assert call(tool, "--version", cwd=tmp_path).startswith("resonance-perf ")
    repo.commit({"Makefile": "bench:\n\ttrue\n"})
    assert "bench (command): " in call(tool, "init", "--yes", "--hooks", cwd=repo.path)
    call(tool, "trust", "--yes", cwd=repo.path)
    repo.git("add", "--all")
    repo.git("commit", "-qm", "watch")
    assert "wall" in call(tool, "run", "--baseline", cwd=repo.path)
    assert call(tool, "init", "--yes", cwd=repo.path).startswith("everything is there")
    assert repo.git("status", "--porcelain") == "M .resonance/02_memory.md"
    foreign = f"import sys; sys.exit(sys.prefix == '{ours}')"
    repo.commit({"Makefile": f'bench:\n\tpython3 -c "{foreign}"\n'})
    where = {"PATH": f"{ours / 'bin'}:{os.environ['PATH']}", "VIRTUAL_ENV": ""}
    call(tool, "run", cwd=repo.path, env=where)
    active = {**os.environ, **where, "VIRTUAL_ENV": str(ours)}
    assert subprocess.run([tool, "run"], cwd=repo.path, capture_output=True, env=active).returncode == 4


@pytest.mark.slow
@pytest.mark.shared
def test_a_plot_without_matplotlib_says_how_to_get_it(repo: GitRepo) -> None:
    code = (
        "import sys\nsys.modules['matplotlib.backends.backend_agg'] = None\n"
        "from resonance_perf.report.plot import write_plot\nwrite_plot('x.png', 'b', [])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True)
    assert 'plots need matplotlib. Install it: pip install "resonance-perf[plot]"' in done.stderr
