"""A history as the files that Apache Otava reads: one CSV per benchmark, and the YAML that names it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from resonance_perf.model.history import Point
from resonance_perf.model.quantity import unit
from resonance_perf.report.words import utc


def otava_csv(found: Mapping[str, Sequence[Point]]) -> str:
    """A row per run, oldest first; a run that lacks one of the metrics is left out, for Otava takes no gaps.

    Values are in the base unit, times in UTC.
    """
    values = {metric: {point.run: point.estimate.value for point in points} for metric, points in found.items()}
    rows = {point.run: point for points in found.values() for point in points}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time", "commit", *values])
    for run, point in sorted(rows.items(), key=lambda pair: pair[1].at):
        if all(run in column for column in values.values()):
            when = utc(point.at, "%Y-%m-%dT%H:%M:%S+00:00")
            writer.writerow([when, point.commit, *(repr(column[run]) for column in values.values())])
    return text.getvalue()


def otava_yaml(benchmark: str, file: str, found: Mapping[str, Sequence[Point]]) -> str:
    """The config: `OTAVA_CONFIG=… otava analyze BENCHMARK`. `file` is the path of the CSV. JSON is YAML, too."""
    metrics = {
        metric: {"column": metric, "direction": 1 if unit(points[0].estimate.unit).higher_is_better else -1, "scale": 1}
        for metric, points in found.items()
    }
    test = {"type": "csv", "file": file, "time_column": "time", "attributes": ["commit"], "metrics": metrics}
    return json.dumps({"tests": {benchmark: test}}, indent=2) + "\n"
