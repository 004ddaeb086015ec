"""prometheus: what users have met in the last hour, as a Prometheus server knows it; the median of the points counts.

It is asked on the schedule and by `run`, never because of a commit: what runs there is no revision of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program
from resonance_perf.model.take import Take, parse_take

KEYS: Mapping[str, Key] = {
    "url": Key(kind="text", means="the server", example="http://prometheus.example.org:9090"),
    "queries": Key(
        kind="texts", means="metrics with their PromQL and its unit; each must answer with one series",
        example="""['p95=histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[5m]))) s']""",
    ),
    "last": Key(kind="duration", means="how far back it is asked", example="24h", default=3600.0),
    "step": Key(
        kind="duration", means="how far its points are apart; not less than the range of a rate", example="5m",
        default=300.0,
    ),
    "instant": Key(
        kind="flag", means="one number for each, that of now, which decides nothing alone", example="true",
        default=False,
    ),
    "token": Key(
        kind="text", means="the environment variable that holds a bearer token", example="PROMETHEUS_TOKEN",
        optional=True,
    ),
    "wait": Key(kind="duration", means="how long to wait for each answer", example="10s", default=20.0),
}  # fmt: skip
PROGRAM = Program(name="python3", install='pip install "resonance-perf[prometheus]"', module="httpx")
METRICS = ()


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:
    """See `Tooling`."""
    queries = [_query(one) for one in given["queries"]]
    if not given["url"].startswith(("http://", "https://")):
        raise ValueError(f'has the url "{given["url"]}", which does not begin with http:// or https://')
    if missing := [one for one in metrics if one not in {query.metric for query in queries}]:
        raise ValueError(f"has no query for {', '.join(missing)}")
    asked = {
        "server": given["url"], "queries": {one.metric: one.where for one in queries}, "last_s": given["last"],
        "step_s": 0.0 if given["instant"] else given["step"], "key": given["token"] or "", "wait_s": given["wait"],
    }  # fmt: skip
    command = ("{python}", "-I", "-m", "resonance_perf.system.prometheus", "{given}/asked.json", "{out}/answer.json")
    return ToolSettings(
        tool="prometheus", command=command, provided=(("asked.json", json.dumps(asked)),), result="answer.json",
        env=((given["token"], None),) if given["token"] else (), deployed=True,
        takes=tuple(Take(one.metric, f"{{query={json.dumps(one.metric)}}}", one.unit) for one in queries),
    )  # fmt: skip


def _query(text: str) -> Take:
    metric, equals, rest = text.partition("=")
    if not equals or not metric.strip().isidentifier():
        raise ValueError(f'has the query "{text}", which is not like p95=QUERY s')
    return parse_take(metric.strip(), rest)
