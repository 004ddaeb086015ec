"""Benchmarks that a repository already has -> entries for its config."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.config.finders import (
    asv,
    bundlers,
    cargo,
    go,
    google_benchmark,
    load_tools,
    makefile,
    packages,
    pages,
    pyperf,
    pytest_benchmark,
    sql,
    vitest,
    web_tools,
)
from resonance_perf.config.finders.found import KEY, Files, Found, own
from resonance_perf.config.load import load_config

_FINDERS = (
    pytest_benchmark, pyperf, asv, packages, bundlers, vitest, makefile, go, google_benchmark, cargo, sql, load_tools,
    web_tools, pages,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A benchmark for the config. `why` says where it was found; `yaml` is its entry, indented for `benchmarks:`;
    `countable` as of `Found`."""

    name: str
    driver: str
    why: str
    yaml: str
    countable: bool = False


def wanted(path: str) -> bool:
    """True when `discover` needs the text of this file (a path relative to the repository root, with `/`)."""
    return own(path) and any(finder.WANTED.search(path) for finder in _FINDERS)


def perhaps(path: str) -> bool:
    """True when the text of this file could hold a benchmark, though its name does not say so."""
    return own(path) and bool(load_tools.PERHAPS.search(path))


def discover(files: Files) -> tuple[Proposal, ...]:
    """Propose a benchmark for everything in `files` (path -> text, None when not read) that measures something.

    Every proposal's entry loads without a problem, also all of them together.
    """
    taken: set[str] = set()
    proposals: list[Proposal] = []
    for finder in _FINDERS:
        for found in finder.find(files):
            proposal = _proposal(found, _free(found.name, taken))
            if _loads(proposal):
                proposals.append(proposal)
                taken.add(proposal.name)
    return tuple(proposals)


def _loads(proposal: Proposal) -> bool:
    """False for what a config cannot say, such as a path with a line break or one that begins with `~`."""
    printable = proposal.why.isprintable() and proposal.yaml.replace("\n", "").isprintable()
    return printable and load_config(f"version: 1\nbenchmarks:\n{proposal.yaml}", "")[0] is not None


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _proposal(found: Found, name: str) -> Proposal:
    lines = [f"  # {found.why}", f"  {name}:", *(f"    {line}" for line in found.keys)]
    lines = [line.replace(KEY, name.replace("-", "_")) for line in lines]
    return Proposal(name, found.driver, found.why, "\n".join(lines) + "\n", found.countable)
