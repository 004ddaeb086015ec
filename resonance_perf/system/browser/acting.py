"""What is done on a page: the steps of the config, or those of a Python file."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from resonance_perf.system.browser.visit import Visit, VisitError

if TYPE_CHECKING:
    from playwright.sync_api import Page

Act = Callable[["Page"], None]


def acts(visit: Visit) -> Act:
    """What the visit does once its page is there.

    Raises:
        VisitError: when the script has no steps.
    """
    if not visit.script:
        return lambda page: _steps(page, visit)
    sys.path.insert(0, os.path.dirname(os.path.abspath(visit.script)))  # as Python does for a program
    try:
        steps = runpy.run_path(visit.script).get("steps")
    except Exception as error:  # whatever the script does wrong is a sentence for the one who wrote it
        raise VisitError(f"{visit.script} cannot be loaded: {error!r}") from error
    if not callable(steps):
        raise VisitError(f'{visit.script} has no "def steps(page)"')
    return lambda page: _script(page, visit, steps)


def load(page: Page, url: str) -> None:
    """Go to a page and wait until it has loaded.

    Raises:
        VisitError: when it was not answered, or not with success.
    """
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as Late

    try:
        answer = page.goto(url, wait_until="load")
    except Late as error:
        raise VisitError(f"{url} did not load in time; a longer step_timeout waits for it") from error
    except Error as error:
        raise VisitError(f"{url} did not load: {_cause(error)}") from error
    if answer is not None and not answer.ok:
        raise VisitError(f"{url} answered with status {answer.status}")


def _script(page: Page, visit: Visit, steps: Callable[[Page], object]) -> None:
    try:
        steps(page)
    except Exception as error:  # the script is the user's
        raise VisitError(f"{visit.script} failed: {_cause(error)}") from error


def _steps(page: Page, visit: Visit) -> None:
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as Late

    for verb, arguments in visit.steps:
        said = " ".join([verb, *map(str, arguments)])
        try:
            _step(page, verb, *arguments)
        except Late as error:
            raise VisitError(f'the step "{said}" found nothing to act on in {visit.step_timeout_s:g} s') from error
        except Error as error:
            raise VisitError(f'the step "{said}" failed: {_cause(error)}') from error


def _step(page: Page, verb: str, *arguments: Any) -> None:
    match verb, arguments:
        case "goto", (url,):
            load(page, urljoin(page.url, url))
        case "click", (selector,):
            page.click(selector)
        case "hover", (selector,):
            page.hover(selector)
        case "type", (selector, text):
            page.locator(selector).press_sequentially(text)
        case "press", (key,):
            page.keyboard.press(key)
        case "scroll", (pixels,):
            page.mouse.wheel(0, pixels)
        case "wait", (pause_ms,):
            page.wait_for_timeout(pause_ms)
        case "wait-for", (selector,):
            page.wait_for_selector(selector)


def _cause(error: Exception) -> str:
    """The first line of what Playwright says, without the name of the call."""
    first = str(error).strip().partition("\n")[0]
    return first.partition(": ")[2] or first or type(error).__name__
