from __future__ import annotations

import sys
from pathlib import Path

import pytest

from resonance_perf.model.errors import UsageError
from resonance_perf.model.profiling import Resource, Runtime
from resonance_perf.profilers.registry import chosen, installed, profiler


@pytest.mark.parametrize("name", sorted(installed()))
def test_every_profiler_says_what_it_looks_at(name: str) -> None:
    one = profiler(name)
    assert (one.__doc__ or "").startswith(f"{name}: ") and one.RUNTIMES and one.PROGRAM.install


@pytest.mark.parametrize(
    ("runtime", "resource", "name"),
    [
        ("python", "cpu", "python-cpu"), ("python", "wall", "py-spy-wall"), ("python", "memory", "memray"),
        ("python", "calls", "cprofile"), ("node", "cpu", "node-cpu"), ("node", "wall", "node-cpu"),
        ("node", "memory", "node-heap"), ("node", "lag", "node-lag"),
    ],
)  # fmt: skip
def test_the_resource_chooses_the_profiler(runtime: Runtime, resource: Resource, name: str) -> None:
    assert chosen(runtime, resource, lambda _name: True, seconds=0.0) == name


def test_a_short_program_is_looked_at_from_its_first_line_on() -> None:
    assert chosen("python", "wall", lambda _name: True, seconds=0.2) == "pyinstrument"
    assert chosen("python", "memory", lambda _name: True, seconds=0.2) == "memray"
    assert chosen("python", "wall", lambda _name: True, seconds=2.0) == "py-spy-wall"


def test_what_is_not_here_is_replaced_by_what_is() -> None:
    assert chosen("python", "cpu", lambda name: name != "python-cpu", seconds=0.0) == "py-spy"
    assert chosen("python", "wall", lambda name: name == "cprofile", seconds=0.0) == "cprofile"
    assert chosen("python", "wall", lambda _name: False, seconds=0.0) is None


def test_one_of_another_package_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs/extending.md").read_text(encoding="utf-8")
    _installed(tmp_path, monkeypatch, page.rpartition("```python\n")[2].partition("```")[0])
    strobe = profiler("strobe")
    assert chosen("native", "cpu", lambda name: name == "strobe", seconds=2.0) == "strobe"
    assert strobe.wrap(("./shop",), serves=True, seconds=1.0).beside[0] == "strobe"
    assert strobe.read({"seen": b"main;serve 3\nmain 1\n"}).total == 4
    with pytest.raises(UsageError, match=r'there is no profiler "strob".*strobe'):
        profiler("strob")


@pytest.mark.parametrize(
    ("source", "sentence"), [("import nothing_of_this_name", "cannot be loaded"), ("RUNTIMES = ()", "has no RESOURCE")]
)
def test_a_broken_one_of_another_package_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    _installed(tmp_path, monkeypatch, source)
    with pytest.raises(UsageError, match=f"the profiler strobe {sentence}"):
        profiler("strobe")


def _installed(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """A package of somebody else, as an installer leaves it."""
    info = folder / "strobe-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strobe\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[resonance_perf.profilers]\nstrobe = strobe\n")
    (folder / "strobe.py").write_text(source)
    monkeypatch.delitem(sys.modules, "strobe", raising=False)
    monkeypatch.syspath_prepend(folder)
