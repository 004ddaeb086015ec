"""Finds benchmarks in the repository, writes the config and the three files, offers hooks. Again: changes nothing."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.asking import agreed, answered, can_ask
from resonance_perf.cli.context import workspace
from resonance_perf.cli.hooks import install_all
from resonance_perf.cli.merge_driver import install
from resonance_perf.cli.pipelines import main_branch, write_pipeline
from resonance_perf.config.discover import Proposal, discover, perhaps, wanted
from resonance_perf.config.template import render_config, with_benchmarks
from resonance_perf.model.errors import EXIT_BAD_INPUT, EXIT_FINE, ResonanceError, UsageError
from resonance_perf.model.text import printable
from resonance_perf.system.documents import MEMORY, SOUL, STATE
from resonance_perf.system.files import edit_file, read_text
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import git
from resonance_perf.system.noise import spread
from resonance_perf.system.resources import template

EXAMPLE = "resonance-perf init --yes"
UNION = ("02_memory.md merge=union", "memory/*.md merge=union")
NOISY = 0.05
"""From this spread on, a change of a few percent takes minutes to see by the clock."""
READ_AT_MOST, READ_BYTES = 400, 1_000_000
"""Files whose text is read to find benchmarks, and how long they may be: what people write by hand is shorter."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--yes", action="store_true", help="take every proposal, the git hooks too; ask nothing")
    hooks = parser.add_mutually_exclusive_group()
    hooks.add_argument("--hooks", action="store_true", default=None, help="install the git hooks without asking")
    hooks.add_argument("--no-hooks", dest="hooks", action="store_false", help="leave the git hooks alone")
    parser.add_argument("--ci", choices=("github", "gitlab"), help="write the gate into the CI, too")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 2 when something that is there cannot be used, or `--hooks` were refused."""
    work = workspace(args)
    wrote = _config(work, args)
    work = workspace(args)  # with the config as it is now
    wrote += [*_documents(work), *_attributes(work), *_merge_driver(work)]
    if args.ci:
        wrote += write_pipeline(work, args.ci)
    for line in wrote:
        print(printable(line))
    if not wrote:
        print(f"everything is there: {work.config_name} and {work.config.state_dir}/")
    wanted = args.hooks or (args.hooks is None and (args.yes or agreed("Install the git hooks?")))
    refused = wanted and not install_all(work)
    print(_next(work))
    return EXIT_BAD_INPUT if args.hooks and refused else EXIT_FINE  # without hooks the daemon sees commits all the same


def _config(work: Workspace, args: argparse.Namespace) -> list[str]:
    is_new = not os.path.exists(work.config_path)
    if not is_new and work.config.benchmarks:
        return []
    found = _found(work.repo)
    if found and not (args.yes or can_ask()):
        names = ", ".join(one.name for one in found)
        what = f"found to measure: {names}. There is no terminal to ask on, and nothing was written"
        raise UsageError(what, hint="Take them all with --yes.")
    chosen = [one for one in found if args.yes or _wants(one)]
    if is_new:
        me = work.repo.identity()
        text = render_config(
            template("config.yaml"), chosen, baseline=_baseline(work.repo), approvers=[me] if me else []
        )
        _write_new(work.config_path, work.repo.root, text)
    elif not chosen:
        return []
    elif not edit_file(work.config_path, work.repo.root, partial(with_benchmarks, proposals=chosen)):
        what = f'{work.config_name} has no line "benchmarks: {{}}" to put {len(chosen)} benchmarks in the place of'
        raise UsageError(what, hint="Write that line, then run init again.")
    lines = [f"wrote {work.config_name} with {len(chosen)} of {len(found)} benchmarks that were found"]
    lines += [f"  {one.name} ({one.driver}): {one.why}" for one in chosen]
    return lines + _counting(chosen)


def _counting(chosen: Sequence[Proposal]) -> list[str]:
    """The offer to count instead of to time, where the clock tells little."""
    timed = next((one for one in chosen if one.countable), None)
    if timed is None or (noise := spread()) < NOISY:
        return []
    return [
        f"the clock is unsteady here: the same loop took ±{noise * 50:.0f} %. Instructions repeat to the last digit;",
        '  to count them: "driver: count" and "counter: instructions" beside the command of the program that',
        f"  {timed.name} runs, where that is native or Python (valgrind)",
    ]


def _found(repo: Repository) -> tuple[Proposal, ...]:
    listed = git(repo.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    files: dict[str, str | None] = dict.fromkeys(filter(None, listed))
    named = [path for path in files if wanted(path)]
    others = sorted((path for path in files if perhaps(path) and not wanted(path)), key=lambda path: path.count("/"))
    for path in [*named, *others][:READ_AT_MOST]:
        with suppress(ResonanceError, OSError):  # a file that is no text holds no benchmark that we could propose
            if os.path.getsize(full := os.path.join(repo.root, path)) <= READ_BYTES:
                files[path] = read_text(full, repo.root)
    return discover(files)


def _wants(one: Proposal) -> bool:
    print(printable(f"{one.name} ({one.driver}): {one.why}\n{one.yaml}"))
    return answered("Measure this?")


def _baseline(repo: Repository) -> str:
    main = main_branch(repo)
    return f"merge-base:{main}" if main else "previous"


def _documents(work: Workspace) -> list[str]:
    wrote = []
    for name in (SOUL, STATE, MEMORY):
        if not work.documents.exists(name):
            path = work.documents.path(name)
            _write_new(os.path.join(work.repo.root, path), work.repo.root, template(name))
            wrote.append(f"wrote {path}")
    return wrote


def _attributes(work: Workspace) -> list[str]:
    """Both sides' rows of a merge are kept; the log tolerates what that leaves."""
    path = f"{work.config.state_dir}/.gitattributes"
    full = os.path.join(work.repo.root, path)
    if os.path.exists(full):
        changed = edit_file(full, work.repo.root, _with_union)
        return [f"added merge=union to {path}"] if changed else []
    _write_new(full, work.repo.root, _with_union(""))
    return [f"wrote {path}"]


def _merge_driver(work: Workspace) -> list[str]:
    try:
        return ["git merges the three files by run and key from now on, in this clone"] if install(work) else []
    except ResonanceError as error:
        return [f"the merge driver was not installed: {error}"]  # git merges lines then, as in any other clone


def _with_union(text: str) -> str:
    missing = [line for line in UNION if line not in text.splitlines()]
    gap = "\n" if text and not text.endswith("\n") else ""
    return text + gap + "".join(f"{line}\n" for line in missing) if missing else text


def _write_new(path: str, root: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    edit_file(path, root, _as_it_is, create=text)


def _as_it_is(found: str) -> str:
    """Somebody was faster: theirs stays."""
    return found


def _added(work: Workspace) -> str:
    """What is to be committed, named once."""
    folder = work.config.state_dir
    return folder if work.config_name.startswith(f"{folder}/") else f"{folder} {work.config_name}"


def _next(work: Workspace) -> str:
    steps = [] if work.config.benchmarks else [f"describe a benchmark in {work.config_name} (docs/config.md)"]
    steps += [
        "resonance-perf trust            allow what the config runs",
        f"git add {_added(work)}, and commit",
        "resonance-perf daemon           watch, in a terminal of its own",
        "resonance-perf budget suggest   first limits, once a baseline is measured",
    ]
    return "next:\n" + "\n".join(f"  {step}" for step in steps)
