"""The requests of a visit, without what may be secret: of the headers only those that say how it was sent."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from resonance_perf.system.browser.tab import Tab

_HEADERS = ("content-encoding", "cache-control", "expires")


def network(tab: Tab) -> list[dict[str, Any]]:
    """One record for each request, in the order in which they were sent; a redirect ends one and begins another."""
    found: list[dict[str, Any]] = []
    open_: dict[str, dict[str, Any]] = {}

    def sent(event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            answered({**event, "response": event["redirectResponse"]})
            ended({**event, "encodedDataLength": event["redirectResponse"]["encodedDataLength"]})
        request = {
            "id": event["requestId"],
            "url": event["request"]["url"], "method": event["request"]["method"], "kind": event.get("type", ""),
            "began": event["timestamp"], "by_script": event["initiator"]["type"] == "script",
            **_initiator(event["initiator"]),
        }  # fmt: skip
        open_[event["requestId"]] = request
        found.append(request)

    def answered(event: dict[str, Any]) -> None:
        response = event["response"]
        headers = {name.lower(): value for name, value in response["headers"].items()}
        open_.get(event["requestId"], {}).update(
            answered=_answered(event), status=response["status"], mime=response["mimeType"],
            protocol=response.get("protocol", ""),
            headers={name: headers[name] for name in _HEADERS if name in headers},
        )  # fmt: skip

    def ended(event: dict[str, Any]) -> None:
        length = event.get("encodedDataLength")
        open_.get(event["requestId"], {}).update(ended=event["timestamp"], bytes=length)

    tab.devtools.on("Network.requestWillBeSent", sent)
    tab.devtools.on("Network.responseReceived", answered)
    tab.devtools.on("Network.loadingFinished", ended)
    tab.devtools.on("Network.loadingFailed", ended)
    tab.devtools.send("Network.enable")
    tab.visit()
    tab.calm()
    kept = [one for one in found if one["url"].startswith(("http://", "https://")) and not _is_of_the_browser(one)]
    return [{**one, **_weighed(tab, one.pop("id"), one)} for one in kept]


def _weighed(tab: Tab, id_: str, request: dict[str, Any]) -> dict[str, int]:
    """The body of a text that came as it is, and what gzip makes of it; nothing where the browser has dropped it."""
    from playwright.sync_api import Error

    if "ended" not in request or "content-encoding" in request.get("headers", {"content-encoding": ""}):
        return {}
    try:
        told = tab.devtools.send("Network.getResponseBody", {"requestId": id_})
    except Error:
        return {}
    if told["base64Encoded"] and not request["mime"].startswith(("text/", "application/", "image/svg")):
        return {}
    body = base64.b64decode(told["body"]) if told["base64Encoded"] else told["body"].encode()
    return {"plain": len(body), "gzip": len(zlib.compress(body))}


def _is_of_the_browser(request: dict[str, Any]) -> bool:
    """The icon of the tab, which Chromium asks for when it likes."""
    return str(request["url"]).endswith("/favicon.ico")


def _initiator(told: dict[str, Any]) -> dict[str, Any]:
    """The URL `by` of the document, style sheet or script that asked for it, and its function; empty where none did.

    The outermost call of a script is the one that went on when what it waited for was there; those within it are often
    the same helper for every request.
    """
    stack = told.get("stack")
    while stack:
        for frame in reversed(stack["callFrames"]):
            if frame["url"]:
                return {"by": frame["url"], "function": frame["functionName"], "line": frame["lineNumber"] + 1}
        stack = stack.get("parent")
    return {"by": told.get("url", "")}


def _answered(event: dict[str, Any]) -> float:
    """When the headers came, which is when `fetch` goes on; the event itself may be told later."""
    timing = event["response"].get("timing")
    return float(timing["requestTime"] + timing["receiveHeadersEnd"] / 1000 if timing else event["timestamp"])
