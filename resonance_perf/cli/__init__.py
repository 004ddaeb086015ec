"""One subcommand per file; the one place where errors become sentences and exit codes."""


def main() -> int:
    """Placeholder until the commands stand."""
    return 0
