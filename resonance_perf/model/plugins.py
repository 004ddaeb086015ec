"""What other packages add to ours, and we to ourselves: found as entry points, loaded when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resonance_perf.model.errors import UsageError

if TYPE_CHECKING:  # it loads the parser of e-mails: 10 ms of every command
    from importlib.metadata import EntryPoint


def installed(group: str) -> dict[str, EntryPoint]:
    """Everything in a group by its name, in order; none of it is loaded yet."""
    from importlib.metadata import entry_points

    return {one.name: one for one in sorted(entry_points(group=group), key=lambda one: one.name)}


def load(entry: EntryPoint, what: str, needs: Sequence[str] = ()) -> Any:
    """The module behind an entry point, which is a `what`, such as `reader`, and has all that it `needs`.

    Raises:
        UsageError: when it cannot be loaded, or lacks something.
    """
    try:
        found = entry.load()
    except Exception as error:  # a plug-in of somebody else may fail in any way
        raise UsageError(f"the {what} {entry.name} cannot be loaded: {error!r}", hint="Update or remove it.") from error
    if lacks := [one for one in needs if not hasattr(found, one)]:
        raise UsageError(
            f"the {what} {entry.name} has no {', '.join(lacks)}", hint="docs/extending.md says what it needs."
        )
    return found
