from __future__ import annotations

import sys

from resonance_perf.model.work import Command, Load, LoadServer, RunTool
from resonance_perf.system.placeholders import filled, loaded_on, placed, used_on


def test_every_mark_in_every_word_is_filled() -> None:
    assert filled(("run", "{a}:{b}", "-o{a}"), {"{a}": "1", "{b}": "2"}) == ("run", "1:2", "-o1")


def test_our_own_interpreter_and_the_folders_of_a_tool() -> None:
    assert placed(("{python}", "-o", "{out}/r.json", "{given}/x.js", "{port}"), "/o", "/g") == (
        sys.executable, "-o", "/o/r.json", "/g/x.js", "{port}",
    )  # fmt: skip


def test_a_load_goes_to_the_port_that_its_server_got() -> None:
    load = Load(url="http://127.0.0.1:{port}/a", rate=1, duration_s=1, warmup_s=0)
    work = LoadServer(
        server=Command(argv=("serve", "-p{port}")), ready_url="http://127.0.0.1:{port}/", ready_timeout_s=1, load=load
    )
    found = loaded_on(work, 81)
    assert (found.server.argv, found.ready_url) == (("serve", "-p81"), "http://127.0.0.1:81/")
    assert found.load.url == "http://127.0.0.1:81/a"
    assert loaded_on(found, 99) == found


def test_all_that_a_tool_is_told_names_the_port_of_the_server() -> None:
    work = RunTool(
        command=Command(argv=("k6", "{port}")), then=("read", "{port}"), provided=(("a.js", "get({port})"),),
        server=Command(argv=("serve", "{port}")), ready_url="http://localhost:{port}/",
    )  # fmt: skip
    assert used_on(work, 81) == RunTool(
        command=Command(argv=("k6", "81")), then=("read", "81"), provided=(("a.js", "get(81)"),),
        server=Command(argv=("serve", "81")), ready_url="http://localhost:81/",
    )  # fmt: skip
