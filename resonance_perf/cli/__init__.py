"""One subcommand per file; the one place where errors become sentences and exit codes.

Only what a command needs is imported: `--version` and `status` are typed many times a day.
"""

from __future__ import annotations

import sys

COMMANDS = {
    "init": "find benchmarks, write the config and the three files, offer hooks",
    "trust": "allow what the config would run",
    "daemon": "watch this repository and measure its changes (in the foreground)",
    "hooks": "install, uninstall or show the git hooks",
    "demo": "play the whole story on a sample shop, with real measurements",
    "run": "measure benchmarks now, base and head",
    "compare": "compare two revisions, or two stored runs",
    "bisect": "find the commit that made a benchmark slower",
    "profile": "run a benchmark under a profiler: what its functions take, also against a base",
    "audit": "why is it slow? a checklist, each answer with its number",
    "import": "take in what another tool measured",
    "tools": "which tools are read and driven, which are here, what to mind with each",
    "serve": "keep the web vitals that browsers of real users send",
    "check": "the gate: judge what was measured for this commit by the limits in force",
    "status": "where every budget stands, what the daemon does",
    "explain": "the story of a run: what changed, how much, why, what to try first",
    "history": "the trend of a benchmark, as a table or a plot",
    "budget": "show, set, tighten, loosen, approve, import or export budgets",
    "decide": "record a performance decision in 00_soul.md",
    "guard": "refuse a commit that loosens a budget without approval, as a commit-msg hook",
    "merge-driver": "merge the three files for git: rows by run, budgets by key",
    "doctor": "look at the machine and the setup",
}


def main(argv: list[str] | None = None) -> int:
    """Run a command; return its exit code (DESIGN §7)."""
    words = sys.argv[1:] if argv is None else argv
    name = words[0] if words else "--help"
    if name in ("--version", "-V"):
        from resonance_perf import __version__

        print(f"resonance-perf {__version__}")
        return 0
    if name in ("--help", "-h", "help"):
        return _print_help()
    if name not in COMMANDS:
        return _unknown(name)
    from resonance_perf.cli.rim import run_command

    return run_command(name, words[1:])


def _print_help() -> int:
    try:
        print(_help(), flush=True)
    except BrokenPipeError:
        sys.stdout = None  # the reader went away: nothing is left to flush
    return 0


def _help() -> str:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items())
    return (
        "resonance-perf: a performance engineer that lives in your git repository\n\n"
        f"usage: resonance-perf COMMAND [options]\n\n{listed}\n\n"
        "Each command explains itself: resonance-perf COMMAND --help\n"
        "exit codes: 0 fine, 1 a budget is red, 2 wrong usage or a bad file, 3 unapproved loosening,\n"
        "            4 a benchmark failed, 5 not trusted, 130 interrupted"
    )


def _unknown(name: str) -> int:
    import difflib

    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f'Did you mean "{close[0]}"?' if close else 'See "resonance-perf --help".'
    print(f'resonance-perf: there is no command "{name}". {hint}', file=sys.stderr)
    return 2
