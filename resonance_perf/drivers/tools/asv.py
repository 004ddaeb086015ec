"""asv: the benchmarks of `asv.conf.json`, in the environment that is there.

asv writes where its config says, and asks for a machine the first time. So a script starts it with a copy of the
config that has other folders, and takes the one file of results from there. What it needs, `setup` installs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import arguments
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "conf": Key(kind="text", means="its config", example="benchmarks/asv.conf.json", default="asv.conf.json"),
    "select": Key(kind="text", means="the benchmarks that this regular expression names", example="Cart.time_total",
                  optional=True),
    "program": Key(kind="command", means="the Python that has asv", example=".venv/bin/python", default=("python3",)),
    "arguments": arguments("asv run", '["--quick", "-a", "repeat=10"]'),
}  # fmt: skip
PROGRAM = Program(name="asv", install="pip install asv")
METRICS = ()
_SCRIPT = "run_asv.py"
_RUN = '''"""Runs asv on what is checked out: the config, the file for its results, then words for `asv run`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from asv.util import load_json

conf, result, *words = sys.argv[1:]
result = os.path.abspath(result)
asv = (sys.executable, "-m", "asv")
at = Path(conf).resolve()
given = load_json(str(at), 1, js_comments=True)
repo = at.parent / given["repo"]
commit = subprocess.run(("git", "rev-parse", "HEAD"), check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
with tempfile.TemporaryDirectory(dir=os.path.dirname(result)) as folder:
    given |= {
        "version": 1, "environment_type": "existing",
        "repo": str(repo) if repo.exists() else given["repo"],
        "benchmark_dir": str(at.parent / given.get("benchmark_dir", "benchmarks")),
        **{key: os.path.join(folder, key) for key in ("env_dir", "results_dir", "html_dir")},
    }
    copy = Path(folder, "asv.conf.json")
    copy.write_text(json.dumps(given))
    # From the copy's folder, because a folder of benchmarks that is called asv would be taken for the program.
    if not Path("~/.asv-machine.json").expanduser().exists():
        subprocess.run(
            (*asv, "machine", "--yes", "--config", str(copy)), check=True, stdout=sys.stderr, cwd=folder
        )
    ended = subprocess.run(
        (*asv, "run", "--config", str(copy), "--python=same", "--set-commit-hash", commit, "--record-samples", *words),
        stdout=sys.stderr, cwd=folder,
    ).returncode
    for found in Path(folder, "results_dir").glob("*/*.json"):
        if found.name != "machine.json":
            Path(result).write_bytes(found.read_bytes())
sys.exit(ended)
'''


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    select = ("--bench", given["select"]) if given["select"] else ()
    command = (
        *given["program"], f"{{given}}/{_SCRIPT}", given["conf"], "{out}/results.json", *select, *given["arguments"],
    )  # fmt: skip
    return ToolSettings(tool="asv", command=command, provided=((_SCRIPT, _RUN),))
