"""The drivers of other tools: found as entry points, their keys read as they declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from resonance_perf.config import rules, values
from resonance_perf.config.argv import argv
from resonance_perf.config.nodes import Node
from resonance_perf.config.section import Section
from resonance_perf.model import plugins
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import KeyKind, Tooling

GROUP = "resonance_perf.drivers"
_NEEDED = ("KEYS", "METRICS", "PROGRAM", "tool")
SERVED = ("serve", "ready", "ready_timeout")
_KINDS: Mapping[KeyKind, Callable[[Node], object]] = {
    "text": values.text, "command": argv, "duration": values.duration_s, "rate": values.rate, "whole": values.whole,
    "texts": values.list_of(values.text, '["one", "two"]'), "flag": values.boolean,
}  # fmt: skip
_NONE = ToolSettings(tool="", command=())


def names() -> tuple[str, ...]:
    """Every driver of another tool that is installed, ours and those of plug-ins."""
    return tuple(plugins.installed(GROUP))


def tooling(name: str) -> Tooling | None:
    """The driver of this name, or None.

    Raises:
        UsageError: when there is one, and it cannot be loaded.
    """
    found = plugins.installed(GROUP).get(name)
    return None if found is None else cast("Tooling", plugins.load(found, "driver", _NEEDED))


def read_tooling(section: Section, name: str, driver: Tooling) -> ToolSettings:
    """Read the keys of a benchmark with this driver."""
    before = len(section.problems)
    given: dict[str, Any] = {}
    for key, one in driver.KEYS.items():
        read = _KINDS[one.kind]
        if one.required:
            given[key] = section.require(key, read, None, hint=f"Add it: {key}: {one.example}")
        else:
            given[key] = section.get(key, read, one.default)
    metrics = tuple(key.text for key, _ in section.section("metrics").entries)
    served = read_served(section, _NONE, str(given.get("url") or ""))
    if len(section.problems) > before:
        return _NONE
    try:
        made = driver.tool(given, metrics)
    except ValueError as error:
        section.complain(f"{section.path} {error}", section.location, f"docs/tools.md says what {name} needs.")
        return _NONE
    return replace(
        made, serve=served.serve, ready_url=served.ready_url, ready_timeout_s=served.ready_timeout_s,
        part=section.get("part", values.text, made.part),
    )  # fmt: skip


def read_served(section: Section, settings: ToolSettings, url: str = "") -> ToolSettings:
    """The settings with the server that is started before the tool, where the config names one.

    `url`: what the tool will ask for; if it is on that server, it also tells when the server is ready.
    """
    asked = url if "{port}" in url and url.startswith("http") else ""
    settings = replace(
        settings, serve=section.get("serve", argv, ()), ready_url=section.get("ready", rules.url, asked),
        ready_timeout_s=section.get("ready_timeout", values.duration_s, settings.ready_timeout_s),
    )  # fmt: skip
    if settings.serve and not settings.ready_url:
        hint = 'Add "ready:" with a URL that answers once it is ready, such as "http://127.0.0.1:{port}/".'
        section.complain(f"{section.path} has no ready, but serve", section.place("serve"), hint)
    return settings
