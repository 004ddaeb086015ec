"""Text of a config -> (Config, problems with line and column)."""

from __future__ import annotations

from resonance_perf.config import rules, values
from resonance_perf.config.benchmarks import read_benchmark
from resonance_perf.config.cron import cron
from resonance_perf.config.nodes import Mapping, Node, Scalar, shown
from resonance_perf.config.section import Section, is_nothing
from resonance_perf.config.tree import parse_tree
from resonance_perf.model.benchmark import Benchmark, commands_of
from resonance_perf.model.config import CommitMode, Config
from resonance_perf.model.errors import BadFileError, Location, Problem

VERSION = "1"
_MODES: tuple[CommitMode, ...] = ("branch", "ref", "propose", "off")
_DEFAULT = Config(benchmarks=())
_GLOBS = values.list_of(rules.glob, '["generated/**"]')
_PEOPLE = values.list_of(rules.person, '["Ada Lovelace <ada@example.org>"]')


def load_config(text: str, file: str) -> tuple[Config | None, tuple[Problem, ...]]:
    """Read a config; never raises on bad text.

    Returns the config and no problems, or None and every problem that was found, in the order of the file. `file` is
    what the problems call it.
    """
    try:
        root, problems = parse_tree(text, file)
    except BadFileError as bad:
        return None, bad.problems
    if isinstance(root, Mapping) and root.entries:
        config = _read(root, Location(file, 1, 1), problems)
        ordered = sorted(problems, key=lambda one: (one.location.line or 0, one.location.column or 0))
        return (None if ordered else config), tuple(ordered)
    if root is None or is_nothing(root) or isinstance(root, Mapping):
        start, what, hint = Location(file, 1, 1), "the config is empty", 'Begin it with "version: 1".'
    else:
        start, what = root.location, f"the config must be a mapping, not {values.described(root)}"
        hint = 'Begin it with "version: 1", then write "key: value" lines.'
    return None, (*problems, Problem(what, start, hint))


def _read(root: Mapping, start: Location, problems: list[Problem]) -> Config:
    top = Section(root, "", start, problems)
    version = top.require("version", _version, "", hint='Add "version: 1" as its first line.')
    if version not in ("", VERSION):
        hint = "Install a newer resonance-perf."
        problems[:] = [Problem(f"the config has version {version}; this program knows {VERSION}",
                               top.place("version"), hint)]  # fmt: skip
        return _DEFAULT
    sections = [top.section(key) for key in ("schedule", "watch", "commit", "memory", "ratchet")]
    schedule, watch, commit, memory, ratchet = sections
    benchmarks = _benchmarks(top)
    config = Config(
        benchmarks=benchmarks,
        state_dir=top.get("state_dir", rules.folder, _DEFAULT.state_dir),
        baseline=top.get("baseline", rules.baseline, _DEFAULT.baseline),
        anchor=top.get("anchor", rules.anchor, _DEFAULT.anchor),
        schedule_baseline=schedule.get("baseline", cron, _DEFAULT.schedule_baseline),
        schedule_timezone=schedule.get("timezone", rules.timezone, _DEFAULT.schedule_timezone),
        approvers=top.get("approvers", _PEOPLE, _DEFAULT.approvers),
        require_signature=top.get("require_signature", values.boolean, _DEFAULT.require_signature),
        env=top.get("env", rules.environment, _DEFAULT.env),
        watch_save=watch.get("save", values.boolean, _DEFAULT.watch_save),
        watch_debounce_s=watch.get("debounce", values.duration_or_none_s, _DEFAULT.watch_debounce_s),
        watch_ignore=watch.get("ignore", _GLOBS, _DEFAULT.watch_ignore),
        commit_mode=commit.get("mode", values.one_of(_MODES), _DEFAULT.commit_mode),
        commit_author=commit.get("author", rules.person, _DEFAULT.commit_author),
        commit_skip_ci=commit.get("skip_ci", rules.marker, _DEFAULT.commit_skip_ci),
        memory_keep=memory.get("keep", values.whole, _DEFAULT.memory_keep),
        ratchet_runs=ratchet.get("runs", values.whole, _DEFAULT.ratchet_runs),
        ratchet_pause_s=ratchet.get("pause", values.duration_or_none_s, _DEFAULT.ratchet_pause_s),
        ratchet_cooldown_s=ratchet.get("cooldown", values.duration_or_none_s, _DEFAULT.ratchet_cooldown_s),
        names_files=tuple(dict.fromkeys(word for one in benchmarks for word in _words(one))),
    )
    for section in (*sections, top):
        section.close()
    return config


def _version(node: Node) -> str:
    if isinstance(node, Scalar) and node.kind == "number" and node.text.isdecimal():
        return shown(node.text)
    raise values.wrong(node, f"must be a number, not {values.described(node)}", f'Write "version: {VERSION}".')


def _benchmarks(top: Section) -> tuple[Benchmark, ...]:
    if "benchmarks" not in top:
        hint = 'Add "benchmarks:" with one entry per benchmark, or "benchmarks: {}" to begin with none.'
        top.complain('the config has no "benchmarks"', top.location, hint)
    found: list[Benchmark] = []
    budgets: dict[str, Location] = {}
    section = top.section("benchmarks")
    for key, node in section.entries:
        if not rules.NAME.fullmatch(key.text):
            hint = "Use letters, digits, _ and -, with single . or / between them, as in api/search."
            top.complain(f'a benchmark cannot be called "{shown(key.text)}"', key.location, hint)
        found.append(read_benchmark(section.child(key, node), key.text, budgets))
    return tuple(found)


def _words(benchmark: Benchmark) -> tuple[str, ...]:
    return (
        *benchmark.setup,
        *benchmark.verify,
        *(word for command in commands_of(benchmark.settings).values() for word in command),
    )
