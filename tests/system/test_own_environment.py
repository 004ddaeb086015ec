from __future__ import annotations

import os

from resonance_perf.system.own_environment import absolute, holds_only_us, without

US = {
    "resonance_perf": [
        "numpy>=1.26",
        "ruamel.yaml>=0.18",
        'matplotlib>=3.8; extra == "plot"',
        "pytest>=8; extra == 'dev'",
    ]
}
NEEDED = {
    "numpy": ['hypothesis; extra == "test"'],
    "ruamel.yaml": ["ruamel.yaml.clib; python_version < '3.14'"],
    "pip": [],
}


def test_an_environment_of_us_and_what_we_need_is_ours_alone() -> None:
    assert holds_only_us({**US, **NEEDED, "ruamel-yaml-clib": [], "Matplotlib": ["pillow>=8"], "pillow": []})


def test_an_environment_with_anything_else_is_somebody_s() -> None:
    for other in ("flask", "pytest", "hypothesis"):
        assert not holds_only_us({**US, **NEEDED, other: []}), other


def test_a_folder_is_taken_out_of_a_search_path_wherever_it_stands() -> None:
    assert without("/venv/bin:/usr/bin:/venv/bin/:/bin", "/venv/bin") == "/usr/bin:/bin"
    assert without("/usr/bin::/bin", "/venv/bin") == "/usr/bin::/bin"
    assert without("/venv/bin", "/venv/bin") == "/venv/bin"
    assert without("/usr/bin", "") == "/usr/bin"


def test_what_depends_on_where_we_are_is_no_place_to_look_for_programs() -> None:
    assert absolute(".:/usr/bin::bin:/bin:") == "/usr/bin:/bin"
    assert absolute(".:") == os.defpath
