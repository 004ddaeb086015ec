"""The placeholders in the words of a command, and what stands in their place on this machine."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import replace

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.work import Command, LoadServer, RunTool

PORT, OUT, GIVEN, PYTHON, PACKAGES = "{port}", "{out}", "{given}", "{python}", "{packages}"


def filled(argv: Argv, places: Mapping[str, str]) -> Argv:
    """The words with what stands in the place of each mark."""
    for mark, place in places.items():
        argv = tuple(word.replace(mark, place) for word in argv)
    return argv


def placed(argv: Argv, folder: str, given: str) -> Argv:
    """The words with the folders where a tool leaves and finds its files, and with our interpreter and its packages."""
    here = {PYTHON: sys.executable, PACKAGES: sysconfig.get_path("purelib")}
    return filled(argv, {OUT: folder, GIVEN: given, **here})


def loaded_on(work: LoadServer, port: int) -> LoadServer:
    """The work with a server on this port; as it is when it names its own."""
    return replace(
        work,
        server=_on_port(work.server, port),
        ready_url=work.ready_url.replace(PORT, str(port)),
        load=replace(work.load, url=work.load.url.replace(PORT, str(port))),
    )


def used_on(work: RunTool, port: int) -> RunTool:
    """The work with its server, and all that the tool is told of it, on this port."""
    return replace(
        work,
        command=_on_port(work.command, port),
        server=work.server and _on_port(work.server, port),
        then=filled(work.then, {PORT: str(port)}),
        provided=tuple((name, text.replace(PORT, str(port))) for name, text in work.provided),
        ready_url=work.ready_url.replace(PORT, str(port)),
    )


def _on_port(command: Command, port: int) -> Command:
    return replace(command, argv=filled(command.argv, {PORT: str(port)}))
