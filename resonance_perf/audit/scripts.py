"""What scripts and style sheets of a page cost."""

from resonance_perf.audit.check import Check

NEEDS = 'a benchmark with "driver: web" measures it'

CHECKS = (
    Check(
        id="unused-javascript", group="frontend", asks="unused JavaScript", metric="unused_js_bytes", unit="B",
        limit=20_480, each=True, says="of a script never ran", needs=NEEDS,
        do="Import it where it is used, so that it is loaded when it is needed; or leave it out.",
        why="Lighthouse 12, unused-javascript: 20 KiB of a file",
    ),
    Check(
        id="idle-scripts", group="frontend", asks="scripts that the visit does not use", metric="idle_js_bytes",
        unit="B", limit=2048, each=True, says="are a script of which three fifths or more never ran", needs=NEEDS,
        do="Import it where it is used (import()), so that the page does not wait for it.",
        why="ours: a whole file can come later, however small; from 2 KiB on it takes a packet of its own",
    ),
    Check(
        id="unused-css", group="frontend", asks="unused CSS", metric="unused_css_bytes", unit="B", limit=10_240,
        each=True, says="of a style sheet matched nothing", needs=NEEDS,
        do="Split the sheet by page, or take the rules out.", why="Lighthouse 12, unused-css-rules: 10 KiB of a sheet",
    ),
    Check(
        id="long-tasks", group="frontend", asks="hydration and long tasks on load", metric="load_blocking_time",
        unit="ms", limit=200, says="before the first click or key in which the page could not answer", needs=NEEDS,
        do="Do less of it at the start, in pieces below 50 ms, or in a worker.",
        why="web.dev/articles/tbt: good is below 200 ms",
    ),
    Check(
        id="layout-thrashing", group="frontend", asks="layout thrashing", metric="forced_reflows", unit="", limit=10,
        each=True, says="times the same function forced a layout in the middle of a script", needs=NEEDS,
        do="Read all sizes first, then write all styles.",
        why="web.dev/articles/avoid-large-complex-layouts-and-layout-thrashing; the 10 are ours",
    ),
    Check(
        id="dom-size", group="frontend", asks="unbounded lists", metric="dom_nodes", unit="", limit=1400,
        says="elements in the page", needs=NEEDS,
        do="Show the part of the list that is seen: pages, or rows that come as one scrolls.",
        why="Lighthouse 12, dom-size: 1,400 elements",
    ),
)  # fmt: skip
