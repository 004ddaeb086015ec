"""What a program or a collector sends to `/v1/metrics` -> the line to keep of it."""

from __future__ import annotations

import json
import zlib
from typing import Any

MOST_BODY = 4_000_000
"""Packed or not: a collector sends some thousand points at once."""
JSON, PROTOBUF = "application/json", "application/x-protobuf"


class RefusedError(Exception):
    """The status of HTTP that says why nothing was kept."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def can_protobuf() -> bool:
    """True when the binary form can be read."""
    try:
        import opentelemetry.proto.collector.metrics.v1.metrics_service_pb2  # noqa: F401
    except ImportError:
        return False
    return True


def line_of(body: bytes, kind: str, encoding: str) -> bytes:
    """One line of OTLP's JSON, without exemplars, which may name a person, and the command, which may hold a password.

    Raises:
        RefusedError: when it holds no metrics, or is too large.
    """
    document = _document(_unpacked(body, encoding), kind)
    try:
        for point in _points(document):
            point.pop("exemplars", None)
        for one in document["resourceMetrics"]:
            resource = one.get("resource", {})
            resource["attributes"] = [each for each in resource.get("attributes", ()) if not _is_secret(each["key"])]
    except (LookupError, TypeError, AttributeError) as error:
        raise RefusedError(400) from error
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _is_secret(attribute: str) -> bool:
    return attribute.startswith("process.command") or attribute == "process.owner"


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise RefusedError(415)
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = unpack.decompress(body, MOST_BODY)
    except zlib.error as error:
        raise RefusedError(400) from error
    if unpack.unconsumed_tail:
        raise RefusedError(413)
    return found


def _document(body: bytes, kind: str) -> dict[str, Any]:
    if kind == PROTOBUF:
        return _of_protobuf(body)
    if kind != JSON:
        raise RefusedError(415)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400) from error
    if not isinstance(found, dict) or "resourceMetrics" not in found:
        raise RefusedError(400)
    return {"resourceMetrics": found["resourceMetrics"]}


def _of_protobuf(body: bytes) -> dict[str, Any]:
    if not can_protobuf():
        raise RefusedError(415)
    from google.protobuf.json_format import MessageToDict
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    try:
        message = ExportMetricsServiceRequest.FromString(body)
    except DecodeError as error:
        raise RefusedError(400) from error
    found = MessageToDict(message, use_integers_for_enums=True)
    return {"resourceMetrics": found.get("resourceMetrics", [])}


def _points(document: dict[str, Any]) -> list[dict[str, Any]]:
    metrics = [
        metric
        for resource in document["resourceMetrics"]
        for scope in resource["scopeMetrics"]
        for metric in scope.get("metrics", ())
    ]
    return [
        point
        for metric in metrics
        for data in metric.values()
        if isinstance(data, dict)
        for point in data.get("dataPoints", ())
    ]
