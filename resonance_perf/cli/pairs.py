"""`--format X --output F`, as often as wanted: what goes where."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from resonance_perf.model.errors import UsageError

Outputs = list[tuple[str, str | None]]
"""(format, file); None is stdout."""


class Format(argparse.Action):
    """A format, for stdout until an `--output` follows."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        _option: str | None = None,
    ) -> None:
        """Add it; `--json` has no value of its own."""
        name = values if isinstance(values, str) else "json"
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), (name, None)])


class Output(argparse.Action):
    """The file of the format before it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        _option: str | None = None,
    ) -> None:
        """Give the last format its file; without a format it is the text's."""
        *before, (name, path) = getattr(namespace, self.dest) or [("text", None)]
        if path is not None:
            parser.error(f"--output {values} has no --format before it: {path} has it")
        setattr(namespace, self.dest, [*before, (name, str(values))])


def with_stdout(outputs: Outputs) -> Outputs:
    """What to write where. When every format has a file, the text goes to stdout: a log should say how it ended.

    Raises:
        UsageError: when two formats would mix on stdout.
    """
    shown = [name for name, path in outputs if path is None]
    if len(shown) > 1:
        hint = f"Give all but one a file: --format {shown[0]} --output FILE."
        raise UsageError(f"{' and '.join(shown)} cannot both go to stdout", hint=hint)
    return outputs if shown else [*outputs, ("text", None)]
