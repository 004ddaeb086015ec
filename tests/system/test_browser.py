"""Chromium for real, on small pages with one known defect each."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.drivers import DRIVERS
from resonance_perf.drivers.tools import web
from resonance_perf.model.benchmark import Benchmark, ToolSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.run import Sample
from resonance_perf.system.browser.chromium import find_chromium
from resonance_perf.system.browser.visit import VisitError
from resonance_perf.system.host import LocalHost
from resonance_perf.system.scratch import sweep
from tests.system.site import Answer, served

pytestmark = [pytest.mark.slow, pytest.mark.shared]
PAGE = "<!doctype html><title>shop</title><h1 id=title>A shop</h1>%s"
BUSY = "function busy(ms) { const end = performance.now() + ms; while (performance.now() < end); }\n"
SCRIPT = "<script src=/app.js></script>"
DEFECTS = {
    "/slow-handler": PAGE % f"<button id=buy>Buy</button>{SCRIPT}",
    "/shift": PAGE % "<div id=late></div><p id=text>Reading</p>"
    "<script>setTimeout(() => { document.getElementById('late').style.height = '300px' }, 250)</script>",
    "/styled": PAGE.replace("<h1", "<link rel=stylesheet href=/style.css><h1") % "",
    "/style.css": "#title { color: navy }",
    "/app.js": BUSY + "document.getElementById('buy').addEventListener('click', function onBuy() { busy(150) })\n",
    "/thrash": PAGE % "<script src=/thrash.js></script>",
    "/thrash.js": "function thrash() {\n  for (let i = 0; i < 20; i++) { title.style.width = (200 + i) + 'px'; title.offsetHeight }\n}\n"
    + BUSY
    + "thrash(); busy(80);\n",
    "/leak": PAGE
    % "<button id=add>Add</button><script>const kept = []; add.onclick = () => { const row = document.createElement('div');"
    " row.className = 'row'; row.data = new Array(100000).fill(1); for (let i = 0; i < 9; i++) row.append(document.createElement('p'));"
    " kept.push(row) }</script>",
    "/unused": PAGE % "<link rel=stylesheet href=/unused.css><script src=/unused.js></script>",
    "/unused.css": "#title { color: navy }\n.never { color: red; background: white; margin: 1px }\n",
    "/unused.js": "function never() { return 'x'.repeat(1000) }\nfunction once() { return 1 }\nonce()\n",
    "/waterfall": PAGE % "<script src=/waterfall.js></script>",
    "/waterfall.js": "(async () => { for (const one of ['a', 'b', 'c']) await fetch('/' + one + '.js') })()\n",
    "/a.js": "1",
    "/b.js": "2",
    "/c.js": "3" + " " * 5000,
    "/layers": PAGE
    % "<div id=hero style='will-change: transform; width: 400px; height: 300px; background: navy'>x</div>",
    "/janky": PAGE % f"<script>{BUSY}(function step() {{ busy(40); requestAnimationFrame(step) }})()</script>",
}
"""Path -> what it answers."""


def answer(path: str) -> Answer:
    kind = {"js": "text/javascript", "css": "text/css"}.get(path.rpartition(".")[2], "text/html")
    return 200 if path in DEFECTS else 404, {"Content-Type": kind}, DEFECTS.get(path, "gone").encode()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(answer) as address:
        yield address


Visit = Callable[..., Sample]


@pytest.fixture
def visit(site: str, tmp_path: Path) -> Iterator[Visit]:
    """Measures a page through the driver, as a run does."""
    pytest.importorskip("playwright", reason="Playwright is not installed")
    try:
        find_chromium(None)
    except VisitError as error:
        pytest.skip(str(error))
    with LocalHost() as host:

        def measured(path: str, *metrics: str, timeout_s: float = 60.0, **keys: Any) -> Sample:
            given = {name: key.default for name, key in web.KEYS.items()} | {"url": site + path} | keys
            settings: ToolSettings = web.tool(given, metrics)
            wanted = tuple(MetricSpec(name) for name in metrics)
            bench = Benchmark(name="page", driver="tool", settings=settings, metrics=wanted, timeout_s=timeout_s)
            driver = DRIVERS["tool"]
            return driver.sample(bench, host.tool(driver.work(bench, ()), str(tmp_path)))

        yield measured


def blamed(sample: Sample, metric: str) -> dict[str, float]:
    """Name (place) -> value."""
    parts = (one for one in sample.parts if one.metric == metric)
    return {one.name + (f" ({one.place})" if one.place else ""): one.value for one in parts}


def test_a_handler_that_takes_150_ms_is_the_inp_and_is_named(visit: Visit) -> None:
    sample = visit("/slow-handler", "inp", "lcp", steps=["click #buy"])
    assert 150 <= sample.values["inp"] < 1500
    assert 140 < blamed(sample, "inp")["#buy: onBuy (/app.js)"] < 1500
    assert sample.values["lcp"] > 0 and "#title: render delay" in blamed(sample, "lcp")


def test_the_element_that_shifts_is_named(visit: Visit) -> None:
    sample = visit("/shift", "cls", steps=["wait 400ms"])
    assert 0.001 < sample.values["cls"] < 1 and set(blamed(sample, "cls")) == {"#text"}
    assert "inp" not in sample.values


def test_a_slow_network_and_a_slow_processor_are_felt(visit: Visit) -> None:
    sample = visit("/styled", "fcp", network="slow-3g", cpu_slowdown=4, device="mobile")
    assert sample.values["fcp"] > 400  # one round trip for the style sheet
    assert blamed(sample, "fcp")["waiting for /style.css"] > 400


def test_long_tasks_and_forced_reflows_name_their_function(visit: Visit) -> None:
    sample = visit("/thrash", "forced_reflows", "long_tasks", "script_time")
    assert blamed(sample, "forced_reflows") == {"thrash (/thrash.js:2)": sample.values["forced_reflows"]}
    assert sample.values["forced_reflows"] == 20
    assert sample.values["long_tasks"] >= 1 and sample.values["script_time"] >= 80
    assert any("/thrash.js" in name for name in blamed(sample, "long_task_time"))
    assert "lcp" not in sample.values


def test_what_every_click_leaves_in_memory_is_found(visit: Visit) -> None:
    sample = visit("/leak", "heap_growth", steps=["click #add"], repeat=4)
    assert 300_000 < sample.values["heap_growth"] < 2_000_000
    assert blamed(sample, "detached_nodes") == {"div.row": 50} and sample.values["detached_nodes"] == 50


def test_scripts_and_styles_that_nothing_uses_are_found(visit: Visit) -> None:
    sample = visit("/unused", "unused_js_bytes", "unused_css_bytes")
    assert blamed(sample, "unused_js_bytes") == {"/unused.js": len("function never() { return 'x'.repeat(1000) }")}
    assert 50 < blamed(sample, "unused_css_bytes")["/unused.css"] < 70


def test_requests_one_after_the_other_are_a_waterfall(visit: Visit) -> None:
    sample = visit("/waterfall", "waterfall_depth")
    assert sample.values["waterfall_depth"] == 5 and sample.values["requests"] == 5
    assert blamed(sample, "waterfall_depth") == {"the visit": 1, "/waterfall": 1, "(anonymous) (/waterfall.js:1)": 3}
    assert set(blamed(sample, "uncompressed_bytes")) == {"/c.js"} and sample.values["uncached_requests"] == 4
    assert blamed(sample, "requests") == {"http/1.1": 5}


def test_a_layer_of_its_own_and_frames_that_come_late_are_found(visit: Visit) -> None:
    sample = visit("/layers", "layer_memory")
    (size,) = (
        value for name, value in blamed(sample, "layer_memory").items() if name.startswith("div#hero: WillChange")
    )
    assert size == 400 * 300 * 4 and sample.values["layers"] >= 2
    sample = visit("/janky", "fps")
    assert sample.values["fps"] < 30 and sample.values["frame_p95"] >= 40


def test_a_script_of_playwright_may_do_what_steps_cannot(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text('BUY = "#buy"\n')
    (tmp_path / "buy.py").write_text("from helper import BUY\n\ndef steps(page):\n    page.click(BUY, click_count=2)\n")
    assert visit("/slow-handler", "inp", script="buy.py").values["inp"] >= 150


@pytest.mark.parametrize(
    ("path", "keys", "said"),
    [
        ("/nowhere", {}, "/nowhere answered with status 404"),
        ("", {"url": "http://127.0.0.1:9/"}, "http://127.0.0.1:9/ did not load: net::ERR_"),
        (
            "/shift",
            {"steps": ["click #no"], "step_timeout": 0.5},
            'the step "click #no" found nothing to act on in 0.5 s',
        ),
        ("/shift", {"steps": ["press Nokey"]}, 'the step "press Nokey" failed: Unknown key: "Nokey"'),
        ("/shift", {"steps": ["goto /nowhere"]}, "/nowhere answered with status 404"),
        ("/shift", {"script": "none.py"}, "none.py cannot be loaded"),
        ("/shift", {"browser": "no-such-browser"}, 'looked for "no-such-browser"'),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(visit: Visit, path: str, keys: dict[str, Any], said: str) -> None:
    with pytest.raises(BenchmarkError) as caught:
        visit(path, "lcp", **keys)
    assert said in str(caught.value)


def test_a_visit_that_takes_too_long_leaves_no_browser_and_no_profile(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = Path(tempfile.mkdtemp(prefix="rp"))  # a socket of Chromium's has to fit
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (tmp_path / "stay.py").write_text("import time\n\ndef steps(page):\n    time.sleep(600)\n")
    with pytest.raises(BenchmarkError, match=r"it left no result; the tool was killed after 5\."):
        visit("/shift", "lcp", script="stay.py", timeout_s=5.0)
    until = time.monotonic() + 5
    while _browsers(str(tmp_path)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _browsers(str(tmp_path))
    sweep(str(temporary))  # as the next start does: while it died, the browser wrote on
    temporary.rmdir()


def _browsers(cwd: str) -> list[str]:
    """Processes of a browser whose work folder is that of the test."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            if str((one / "cwd").readlink()) == cwd and b"--headless" in (one / "cmdline").read_bytes():
                found.append(one.name)
    return found
