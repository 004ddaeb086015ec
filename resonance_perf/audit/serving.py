"""What keeps a server from answering."""

from resonance_perf.audit.check import Check

_PYTHON = 'a benchmark with "driver: http" or "driver: command" whose program is Python measures it'
_LONG = "as long as a long task of a page: web.dev/articles/rail"

CHECKS = (
    Check(
        id="serialization", group="backend", asks="encoding of JSON", metric="json_share", unit="%", limit=60,
        says="of what it computes is encoding JSON",
        needs='a benchmark with "driver: http" measures it, whose server a profiler knows',
        do="Answer with what is used; encode once what is the same for all, or with a faster library.",
        why="ours: then it takes longer than all that is done for what it encodes",
    ),
    Check(
        id="unused-fields", group="backend", asks="fields of answers that nobody reads", metric="unread_bytes",
        unit="B", limit=1400, each=True, says="of answers were never read by the page",
        needs='a benchmark with "driver: web" measures it, whose page reads answers by Response.json()',
        do="Leave the field out, or let the caller say which it wants.", why="1,400 bytes, which are a packet",
    ),
    Check(
        id="connection-limit", group="backend", asks="waiting for a connection of a pool", metric="pool_wait_share",
        unit="%", limit=10, says="of the time of requests is waiting for a connection",
        needs='a benchmark with "driver: http" whose server is Python with threads, and py-spy, measure it',
        do="Hold connections for a shorter time, or let the pool have more.",
        why="ours: below a tenth, something else comes first",
    ),
    Check(
        id="event-loop-blocking", group="backend", asks="blocking of the event loop", metric="loop_block_time",
        unit="ms", limit=50, says="that one callback held the event loop, while every other request waited",
        needs='a benchmark with "driver: http" measures it, whose server runs a loop of asyncio', why=_LONG,
        do="Give the work to a thread or a process, or await between pieces of it.",
    ),
    Check(
        id="event-loop-lag", group="backend", asks="lag of the event loop", metric="loop_held_share", unit="%",
        limit=10,
        says="of the time callbacks of more than 20 ms held the event loop",
        needs='a benchmark with "driver: http" measures it, whose server is Node or runs a loop of asyncio',
        do="Do less in one callback: in pieces, in a worker, or before the requests come.",
        why="ours: then one request in ten finds the loop taken",
    ),
    Check(
        id="synchronous-io", group="backend", asks="synchronous I/O in async code", metric="sync_wait_share",
        unit="%", limit=5, says="of the time the event loop slept in calls that block",
        needs=f"{_PYTHON}, where it has an event loop of asyncio and Linux tells what a thread does",
        do="Await the asynchronous call (asyncio.sleep, an async driver), or asyncio.to_thread.",
        why="ours: an event loop sleeps in its selector and nowhere else; below a twentieth nobody waits long",
    ),
    Check(
        id="allocation-churn", group="backend", asks="allocation churn", metric="allocated_per_request", unit="B",
        limit=100_000_000, says="allocated for each request or run",
        needs='a benchmark with "driver: http" or "driver: command", and memray, measure it',
        do="Read and answer piece by piece, and keep what is the same for all.",
        why="ours: to ask for 100 MB and to fill them takes about 10 ms",
    ),
    Check(
        id="gc-share", group="backend", asks="collecting garbage", metric="gc_share", unit="%", limit=10,
        says="of what it computes is collecting garbage",
        needs='a benchmark with "driver: http" or "driver: command" whose program is Node or Go measures it',
        do="Make fewer objects for each request, and give the heap more room.",
        why="ours: below a tenth, something else comes first",
    ),
    Check(
        id="gc-pauses", group="backend", asks="pauses for garbage", metric="gc_pause_time", unit="ms", limit=50,
        says="that one collection of garbage held the program", needs=_PYTHON,
        do="Make fewer objects that refer to each other; gc.freeze() after the start.", why=_LONG,
    ),
)  # fmt: skip
