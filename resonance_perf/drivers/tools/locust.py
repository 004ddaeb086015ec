"""locust: a locustfile, without its web page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.drivers.load_keys import DURATION, arguments, whole_seconds
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "locustfile": Key(kind="text", means="the users' tasks", example="locustfile.py"),
    "host": Key(kind="text", means="the server", example="http://127.0.0.1:{port}", optional=True),
    "users": Key(kind="whole", means="how many users there are at once", example="10", default=10),
    "spawn_rate": Key(kind="rate", means="how many users begin per second; all at once without it", example="2/s",
                      optional=True),
    "duration": DURATION,
    "arguments": arguments("locust", '["--tags", "checkout"]'),
}  # fmt: skip
PROGRAM = Program(name="locust", install="pip install locust")
METRICS = ("p50", "p90", "p95", "p99", "p999", "throughput", "error_rate")


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # see `Tooling`
    """See `Tooling`."""
    host = ("--host", given["host"]) if given["host"] else ()
    command = (
        "locust", "-f", given["locustfile"], "--headless", *host, "-u", str(given["users"]),
        "-r", f"{given['spawn_rate'] or given['users']:g}", "-t", f"{whole_seconds('locust', given['duration'])}s",
        "--json-file", "{out}/stats", "--skip-log", "--only-summary", *given["arguments"],
    )  # fmt: skip
    return ToolSettings(tool="locust", command=command)
