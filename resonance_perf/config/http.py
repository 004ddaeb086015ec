"""`driver: http`: the server, what is requested, and how the load moves."""

from __future__ import annotations

from typing import Any

from resonance_perf.config import rules, values
from resonance_perf.config.argv import argv
from resonance_perf.config.nodes import Node
from resonance_perf.config.section import Section
from resonance_perf.model.address import holds_password
from resonance_perf.model.benchmark import Argv, HttpSettings, Scenario

HTTP_KEYS = (
    "serve", "url", "rate", "duration", "warmup", "ready", "ready_timeout", "scenario", "peak", "limit", "database",
)  # fmt: skip
MOST_RATE = 10_000.0
"""Where a stress ends that is given no peak: one client makes no more on a usual machine."""
_HTTP = HttpSettings(serve=(), url="")
_SCENARIOS: tuple[Scenario, ...] = ("constant", "ramp", "spike", "stress")


def read_http(section: Section) -> HttpSettings:
    """Read the keys of a benchmark with the driver `http`."""
    serve_hint = 'Add "serve:" with the command that starts the server, with {port} where the port belongs.'
    url_hint = 'Add "url:" with what to request, such as "http://127.0.0.1:{port}/".'
    serve: Argv = section.require("serve", argv, (), hint=serve_hint)
    url = section.require("url", rules.url, "", hint=url_hint)
    ready = section.get("ready", rules.url_or_path, None)
    if serve and url:
        told = any("{port}" in word for word in serve)
        if told and "{port}" not in url:
            hint = 'Write it as "http://127.0.0.1:{port}/…".'
            section.complain(f"{section.path}.url must contain {{port}}, as serve does", section.place("url"), hint)
        elif "{port}" in url and not told:
            hint = "Add {port} to serve: it becomes a free port for every sample."
            section.complain(
                f"{section.path}.serve does not say {{port}}, but the url does", section.place("serve"), hint
            )
    return HttpSettings(
        serve=serve,
        url=url,
        rate=section.get("rate", values.rate, _HTTP.rate),
        duration_s=section.get("duration", values.duration_s, _HTTP.duration_s),
        warmup_s=section.get("warmup", values.duration_or_none_s, _HTTP.warmup_s),
        ready_url=rules.on_server(ready, url) if ready and url else None,
        ready_timeout_s=section.get("ready_timeout", values.duration_s, _HTTP.ready_timeout_s),
        database=section.get("database", _database, ""),
        **_scenario(section),
    )


def _database(node: Node) -> str:
    name = values.text(node)
    if holds_password(name):
        raise values.wrong(node, "has a password in it", "Write env:NAME, and pass NAME on in env.")
    return name


def _scenario(section: Section) -> dict[str, Any]:
    scenario = section.get("scenario", values.one_of(_SCENARIOS), _HTTP.scenario)
    peak = section.get("peak", values.rate, 0.0)
    limit_s = section.get("limit", values.duration_s, 0.0)
    if scenario in ("ramp", "spike") and not peak:
        hint = 'Add "peak:" with the rate that it goes to, such as 500/s.'
        section.complain(f"{section.path} has no peak, but the scenario {scenario}", section.place("scenario"), hint)
    if scenario == "stress" and not limit_s:
        hint = 'Add "limit:" with the p99 that may not be passed, such as 100ms.'
        section.complain(f"{section.path} has no limit, but the scenario stress", section.place("scenario"), hint)
    for key, given, owners in (("peak", peak, _SCENARIOS[1:]), ("limit", limit_s, _SCENARIOS[3:])):
        if given and scenario not in owners:
            hint = f"It belongs to the scenario {' or '.join(owners)}."
            section.complain(f"{section.path}.{key} means nothing in the scenario {scenario}", section.place(key), hint)
    peak = peak or (MOST_RATE if scenario == "stress" else 0.0)
    return {"scenario": scenario, "peak": peak, "limit_ms": limit_s * 1000}
