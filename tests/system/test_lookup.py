from __future__ import annotations

from pathlib import Path

import pytest

from resonance_perf.system.lookup import find, shebang, spelled


def script(folder: Path, first_line: str) -> str:
    path = folder / "tool"
    path.write_text(f"{first_line}\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_is_looked_for_from_the_folder_where_it_will_run(tmp_path: Path) -> None:
    path = script(tmp_path, "#!/bin/sh")
    assert find("./tool", "/nowhere", str(tmp_path)) == (f"{tmp_path}/./tool", "")
    assert find("tool", "/nowhere:.", str(tmp_path)) == (f"{tmp_path}/./tool", "")
    assert find(path, "", "/") == (path, "")


@pytest.mark.parametrize(
    ("first_line", "interpreter"),
    [
        ("#!/usr/bin/env python3", ("python3",)),
        ("#!/usr/bin/env -S node --enable-source-maps", ("node", "--enable-source-maps")),
        ("#!/opt/bin/python3.12 -I", ("/opt/bin/python3.12", "-I")),
    ],
)
def test_a_script_is_spelled_with_its_interpreter(
    tmp_path: Path, first_line: str, interpreter: tuple[str, ...]
) -> None:
    path = script(tmp_path, first_line)
    assert spelled(("./tool", "x"), str(tmp_path)) == (*interpreter, f"{tmp_path}/./tool", "x")
    assert spelled((path,), "/") == (*interpreter, path)


def test_what_is_no_script_of_a_known_interpreter_stays(tmp_path: Path) -> None:
    script(tmp_path, "#!/bin/sh")
    assert spelled(("./tool", "x"), str(tmp_path)) == ("./tool", "x")
    assert spelled(("python3", "a.py"), str(tmp_path)) == ("python3", "a.py")
    assert spelled(("./missing",), str(tmp_path)) == ("./missing",)


def test_what_is_no_script_names_no_interpreter(tmp_path: Path) -> None:
    assert shebang(script(tmp_path, "\x7fELF")) == []
    assert shebang(str(tmp_path)) == []
