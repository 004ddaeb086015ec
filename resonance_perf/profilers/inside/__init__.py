"""Programs that run inside of what is profiled: given to its interpreter as text, which may be older than ours.

`python.py` runs a Python program and listens for when to begin and to end; another file is the `Recorder` that it
starts and stops. `node.cjs` is loaded into every process of Node. Each process leaves `ID.json` in the form that
`profilers/plain.py` reads.
"""

from __future__ import annotations

from importlib.resources import files


def text_of(name: str) -> str:
    """The text of one of them."""
    return (files(__name__) / name).read_text("utf-8")
