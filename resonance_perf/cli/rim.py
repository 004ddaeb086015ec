"""Where an exception becomes a sentence, an exit code, and for our own bugs a report that can be pasted."""

from __future__ import annotations

import argparse
import atexit
import errno
import gc
import importlib
import io
import keyword
import os
import sqlite3
import sys
from typing import Protocol

from resonance_perf.model.errors import EXIT_BAD_INPUT, EXIT_INTERRUPTED, ResonanceError

EXIT_OUR_BUG = 70
"""EX_SOFTWARE of sysexits.h: none of the codes that a gate acts on."""
_GARBAGE = 50_000
"""Objects between two searches for dead cycles. Python's 700 suit programs whose memory is full of them; ours makes a
hundred times as many while it starts, nearly all of them to stay: searching took a tenth of `history`."""


class Command(Protocol):
    """A module of `cli/`."""

    __doc__: str | None
    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's options."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; return the exit code."""
        ...


def run_command(name: str, words: list[str]) -> int:
    """Parse the words, run the command, turn what goes wrong into a sentence."""
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)  # what is left then goes with the process, and is not searched once more
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without 🔴, a name that is no UTF-8
    command: Command = importlib.import_module(f"resonance_perf.cli.{_module(name)}")
    parser = argparse.ArgumentParser(
        prog=f"resonance-perf {name}",
        description=command.__doc__,
        epilog=f"example:\n  {command.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--config", metavar="FILE", help="the config (default: .resonance/config.yaml)")
    parser.add_argument("-C", dest="start", metavar="DIR", default=".", help="act as if started in DIR")
    command.add_arguments(parser)
    try:
        args = parser.parse_args(words)
        args.start = os.path.abspath(args.start)
        code = command.run(args)
        sys.stdout.flush()
    except ResonanceError as error:
        _complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _complain("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`); what it wanted, it has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _complain(_system(error))
        return EXIT_BAD_INPUT
    except sqlite3.Error as error:
        _complain(f"the store cannot be used: {error}. What is in it stays; free space or mend the permissions.")
        return EXIT_BAD_INPUT
    except Exception as error:  # noqa: BLE001  # the rim: everything unexpected becomes a report
        _complain(_report(name, error))
        return EXIT_OUR_BUG
    return code


def _module(name: str) -> str:
    """The module of a command: `-` cannot stand in a name of Python's, and some names are its own words."""
    return name.replace("-", "_") + "_" * keyword.iskeyword(name)


def _complain(text: str) -> None:
    from resonance_perf.model.text import printable

    print(printable(f"resonance-perf: {text}"), file=sys.stderr)


def _system(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" ({error.filename})" if error.filename else ""
        return f"the disk is full{where}. Free space; nothing is lost."
    return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)


def _report(name: str, error: BaseException) -> str:
    import platform
    import tempfile
    import traceback

    from resonance_perf import __version__
    from resonance_perf.system.scratch import temporary_folder

    trace = "".join(traceback.format_exception(error))
    text = f"resonance-perf {__version__} {name}\n{platform.platform()} Python {platform.python_version()}\n\n{trace}"
    what = f"this is a bug of ours: {error!r}. Please send us"
    try:
        with tempfile.NamedTemporaryFile(
            "wb", prefix="resonance-perf-", suffix=".txt", dir=temporary_folder(), delete=False
        ) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except (OSError, ResonanceError):
        return f"{what} this:\n{text}"
    return f"{what} the report in {file.name}"
