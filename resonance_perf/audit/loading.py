"""How a page asks for what it needs, and how that is sent."""

from resonance_perf.audit.check import Check
from resonance_perf.audit.scripts import NEEDS

_RAIL = "100 ms as in RAIL (web.dev/articles/rail)"
_PACKET = "1,400 bytes, which are a packet"

CHECKS = (
    Check(
        id="render-blocking", group="frontend", asks="render-blocking requests", metric="render_blocking_time",
        unit="ms", limit=250, says="in which nothing could be painted, for requests were under way that block it",
        needs=NEEDS, do="Put defer on scripts, and the styles of what is seen first into the page.",
        why="web.dev/articles/critical-rendering-path; 250 ms are more than one round trip over 4G",
    ),
    Check(
        id="waterfall", group="frontend", asks="serial requests that could be parallel", metric="serial_requests",
        unit="requests", limit=4, says="by scripts, each only after the one before was answered", needs=NEEDS,
        do="Ask for all at once (Promise.all, modulepreload), or for one that holds them all.",
        why="a script, its data and what that names are 3",
    ),
    Check(
        id="cache-headers", group="frontend", asks="answers that may not be kept", metric="uncached_bytes", unit="B",
        limit=1400, says="are downloaded again by every visit, for nothing says how long they may be kept",
        needs=NEEDS, do='Send Cache-Control: "max-age=31536000, immutable" for files with a hash in their name.',
        why=f"web.dev/articles/http-cache; {_PACKET}",
    ),
    Check(
        id="stale-while-revalidate", group="frontend", asks="waiting for answers that an old one could stand in for",
        metric="revalidation_time", unit="ms", limit=100,
        says="until an answer came that is kept for less than a day and then waited for anew",
        needs=f"{NEEDS}, where answers have Cache-Control",
        do="Add stale-while-revalidate to its Cache-Control, where an old answer does.",
        why=f"web.dev/articles/stale-while-revalidate; {_RAIL}",
    ),
    Check(
        id="compression", group="frontend", asks="text sent without compression", metric="compressible_bytes",
        unit="B", limit=1400, says="that gzip would have saved", needs=NEEDS, do="Compress it: brotli or gzip.",
        why=f"Lighthouse 12, uses-text-compression: {_PACKET}, and a tenth",
    ),
    Check(
        id="protocol", group="frontend", asks="requests that wait for a connection of HTTP/1.1",
        metric="connection_wait", unit="ms", limit=100,
        says="that a request waited while all six connections to its host were taken", needs=NEEDS,
        do="Serve HTTP/2 or HTTP/3, or ask for less.", why=f"Chromium opens six to a host; {_RAIL}",
    ),
)  # fmt: skip
