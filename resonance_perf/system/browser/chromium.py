"""Find Chromium, start it, and give it the window, the processor and the network that are asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from resonance_perf.system.browser.visit import Visit, VisitError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions",
)  # fmt: skip


def find_chromium(named: str | None) -> str:
    """The path of the browser.

    Raises:
        VisitError: when there is none.
    """
    found = next((path for name in ([named] if named else NAMES) if (path := shutil.which(name))), None)
    if found is None:
        looked = f'"{named}"' if named else ", ".join(NAMES)
        raise VisitError(f"there is no Chromium on PATH: looked for {looked}. Install it, or name it: browser: PATH.")
    return found


@contextmanager
def chromium(visit: Visit) -> Iterator[tuple[Playwright, Browser]]:
    """The browser, closed in the end.

    Raises:
        VisitError: when it or Playwright is not there, or it does not start.
    """
    path = find_chromium(visit.browser)
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise VisitError('Playwright is not installed: pip install "resonance-perf[web]".') from error
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        except Error as error:
            raise VisitError(f"{os.path.basename(path)} does not start: {_first_line(error)}") from error
        try:
            yield playwright, browser
        finally:
            browser.close()


def window(playwright: Playwright, browser: Browser, visit: Visit) -> BrowserContext:
    """A fresh profile with the wanted window: nothing is cached."""
    wanted = dict(playwright.devices["Moto G4"]) if visit.mobile else {}
    wanted.pop("default_browser_type", None)
    if visit.viewport:
        wanted["viewport"] = dict(zip(("width", "height"), visit.viewport, strict=True))
    context: BrowserContext = browser.new_context(**wanted)
    context.set_default_timeout(visit.step_timeout_s * 1000)
    return context


def slowed(page: Page, visit: Visit) -> CDPSession:
    """DevTools of the page, with its processor and network as slow as asked for."""
    devtools: CDPSession = page.context.new_cdp_session(page)
    if visit.cpu_slowdown > 1:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": visit.cpu_slowdown})
    if visit.network:
        latency, kbit = visit.network
        throughput = kbit * 1000 / 8
        devtools.send("Network.enable")
        devtools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": latency, "downloadThroughput": throughput, "uploadThroughput": throughput},
        )
    return devtools


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
