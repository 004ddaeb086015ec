"""How the demo's stories are told."""

from __future__ import annotations

import shlex
import subprocess

from resonance_perf.cli.demo_shop import Shop
from resonance_perf.cli.output import progress


def show(shop: Shop, *args: str) -> None:
    """Run a command that must succeed, and show it with what it says."""
    print(indented(f"$ resonance-perf {shlex.join(args)}\n{shop.must(*args)}"), flush=True)


def attempt(shop: Shop, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail, and show it with what it says and how it ended."""
    done = shop.tool(*args)
    said = f"{done.stdout}{done.stderr}".strip()
    print(indented(f"$ resonance-perf {shlex.join(args)}\n{said}\n(exit code {done.returncode})"), flush=True)
    return done


def title(text: str) -> None:
    """Begin a step."""
    progress(f"\n── {text} ──")


def fact(text: str) -> None:
    """Say what was found."""
    print(f"   {text}", flush=True)


def indented(text: str) -> str:
    """A text as it stands below a title."""
    return "\n".join(f"   {line}" for line in text.splitlines())
