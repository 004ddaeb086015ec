"""What is shipped beside the code: templates and the sample repository."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def template(name: str) -> str:
    """The text of a template."""
    with open(os.path.join(_shipped("templates"), name), encoding="utf-8") as file:
        return file.read()


def sample_repo() -> str:
    """The folder of the sample shop."""
    return _shipped("sample_repo")


def _shipped(name: str) -> str:
    """In a wheel the folder lies in the package, in a checkout beside it."""
    inside = os.path.join(_PACKAGE, name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_PACKAGE), name)
