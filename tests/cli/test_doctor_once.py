"""What several looks of `doctor` meet is said once."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Watched


def test_a_mistake_of_the_config_is_told_once(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched("# State\n\n```json\n{}\n```\n")
    watched.repo.write({".resonance/config.yaml": "version: 1\nbenchmarks: {b: {driver: k6s}}\n"})
    code, out, _ = watched.run("doctor")
    assert code == 2
    assert len([line for line in out.splitlines() if 'Did you mean "k6"?' in line]) == 1
