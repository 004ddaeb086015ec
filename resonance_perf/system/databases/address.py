"""Where a database is: what the config says, or the variable or the file that it names."""

from __future__ import annotations

import os

from resonance_perf.model.errors import BenchmarkError


def resolved(database: str) -> str:
    """The path or the connection string. What a variable or a file holds is never part of a message.

    Raises:
        BenchmarkError: when it is not there.
    """
    kind, _, name = database.partition(":")
    if kind == "env":
        if not os.environ.get(name):
            raise BenchmarkError(f"the variable {name}, which database names, is not set: pass it on in env")
        return os.environ[name]
    if kind == "file":
        try:
            with open(name, encoding="utf-8") as file:
                return file.read().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BenchmarkError(f"{name}, which database names, cannot be read ({type(error).__name__})") from error
    return database


def is_postgres(database: str) -> bool:
    """True for a connection string of PostgreSQL, False for a path."""
    return database.startswith(("postgresql://", "postgres://")) or "=" in database
