from __future__ import annotations

from dataclasses import replace

from resonance_perf.model.benchmark import Benchmark, CommandSettings, ToolSettings
from resonance_perf.model.config import Config
from resonance_perf.plan.content import content_of

ONE = Benchmark(name="api", driver="command", settings=CommandSettings(command=("run",)), paths=("shop/**",))
CONFIG = Config(benchmarks=(ONE,))
FILES = [("shop/a.py", "1"), ("web/a.js", "2"), (".resonance/02_memory.md", "3")]


def key(files: list[tuple[str, str]] = FILES, one: Benchmark = ONE, config: Config = CONFIG) -> str:
    return content_of(one, config, files, (".resonance",))


def test_it_does_not_depend_on_order_nor_on_files_that_cannot_matter() -> None:
    assert key(FILES[::-1]) == key() == key([("shop/a.py", "1"), ("web/a.js", "9")])


def test_it_changes_with_the_files_the_command_and_the_environment() -> None:
    found = {
        key(), key([("shop/a.py", "7")]), key([("shop/b.py", "1")]), key(one=replace(ONE, setup=("make",))),
        key(one=replace(ONE, settings=CommandSettings(command=("other",)))), key(config=replace(CONFIG, env=(("A", "1"),))),
    }  # fmt: skip
    assert len(found) == 6


def test_what_is_deployed_is_the_same_whatever_is_committed() -> None:
    users = replace(ONE, settings=ToolSettings(tool="prometheus", command=("ask",), deployed=True))
    assert key(one=users) == key([], users) != key()


def test_how_long_to_measure_does_not_count() -> None:
    assert key(one=replace(ONE, max_samples=99, max_s=1.0)) == key()


def test_without_paths_everything_but_our_notes_counts() -> None:
    everything = replace(ONE, paths=())
    assert key(one=everything) != key([("shop/a.py", "1"), ("web/a.js", "9")], everything)
    assert key(one=everything) == key(FILES[:2], everything)
