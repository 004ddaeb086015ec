"""Keeps web vitals of real users and metrics of OpenTelemetry, so that a budget can name what they tell."""

from __future__ import annotations

import argparse
import os

from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import progress
from resonance_perf.model.errors import UsageError
from resonance_perf.system.collector import Collector
from resonance_perf.system.otlp import can_protobuf

EXAMPLE = "resonance-perf serve --port 8790"
PORT = 8790
INSTALL = 'pip install "resonance-perf[otlp]"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine only)")
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}; 0 takes a free one")


def run(args: argparse.Namespace) -> int:
    """Exit 130 when it is interrupted, which is how it ends."""
    folder = os.path.join(workspace(args).repo.private, "field")
    try:
        collector = Collector((args.host, args.port), folder)
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot listen at {args.host}:{args.port}: {error}", hint="Give another --port.") from error
    with collector:
        at = f"http://{args.host}:{collector.server_port}"
        progress(f'listening at {at}; put <script src="{at}/vitals.js"></script> into the pages')
        progress(f"take them in with: resonance-perf import field {os.path.join(folder, 'vitals-*.ndjson')}")
        forms = "OTLP as protobuf or JSON" if can_protobuf() else f"OTLP as JSON; for protobuf: {INSTALL}"
        progress(f"metrics of programs: {at}/v1/metrics ({forms})")
        try:
            collector.serve_forever()
        finally:
            progress(f"{collector.vitals} web vitals and {collector.exports} exports of metrics were kept")
    return 0
