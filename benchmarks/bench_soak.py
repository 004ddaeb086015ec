"""What a long load costs the client of `driver: http`: memory and CPU for each request. Needs Linux."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time

from timing import show

from resonance_perf.model.counted import from_json
from resonance_perf.system.process import bare_python

SERVER = """
import asyncio
async def serve(reader, writer):
    while await reader.readuntil(b"\\r\\n\\r\\n"):
        writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def loaded(spec: dict[str, object]) -> tuple[int, int, float, float]:
    """(requests, numbers kept, peak memory of the client in MB, microseconds of its CPU for each request)."""
    with tempfile.TemporaryFile() as out:
        client = subprocess.Popen(bare_python("load", json.dumps(spec)), stdout=out)
        peak_kb = 0
        while client.poll() is None:
            peak_kb = max(peak_kb, peak_of(client.pid))
            time.sleep(0.01)
        out.seek(0)
        found = json.load(out)
    latencies = from_json(found["latencies_ms"])
    kept = len(getattr(latencies, "sizes", latencies))
    return len(latencies), kept, peak_kb / 1024, found["client_cpu_s"] / found["sent"] * 1e6


def peak_of(pid: int) -> int:
    """In kB. What `wait4` tells would be ours, where that is more: Linux carries it over exec."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    return 0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=3000)
    parser.add_argument("--seconds", type=float, nargs="+", default=[1, 10, 100])
    args = parser.parse_args()
    rows = [("requests", "kept", "numbers", "client's peak, MB", "µs of CPU a request")]
    command, quiet = [sys.executable, "-c", SERVER], subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
        for seconds in args.seconds:
            spec = {"url": url, "rate": args.rate, "warmup_s": 0.1, "duration_s": seconds, "timeout_s": 10}
            for kept, most in (("each", 10**9), ("counted", 0)):
                count, numbers, peak, cpu = loaded(spec | {"most_exact": most})
                rows.append((f"{count:,}", kept, f"{numbers:,}", f"{peak:.1f}", f"{cpu:.0f}"))
        server.kill()
    show("a long load", rows)


if __name__ == "__main__":
    main()
