"""What the metrics of other tools are: their unit, their direction, and the change that matters."""

from __future__ import annotations

from resonance_perf.model.run import Measure

_TIMES = {
    "p50": 0.03, "p90": 0.05, "p95": 0.05, "p99": 0.10, "p999": 0.20, "wall": 0.02, "cpu": 0.01, "lcp": 0.05,
    "fcp": 0.05, "inp": 0.10, "tbt": 0.10, "si": 0.05, "tti": 0.05, "ttfb": 0.05, "load": 0.05,
    "time": 0.05, "dom_content_loaded": 0.05, "start_render": 0.05, "fully_loaded": 0.05,
    "long_task_time": 0.10, "script_time": 0.05, "render_time": 0.10, "paint_time": 0.10, "frame_p95": 0.10,
    "load_blocking_time": 0.10, "forced_reflow_time": 0.10, "serial_time": 0.10, "revalidation_time": 0.10,
    "lcp_image_delay": 0.10, "hidden_text_time": 0.10, "render_blocking_time": 0.10, "connection_wait": 0.10,
}  # fmt: skip
_OTHERS = {
    "throughput": Measure("req/s", higher_is_better=True, margin=0.02),
    "error_rate": Measure("%", margin=0.0),
    "dropped": Measure("%", margin=0.0),
    "score": Measure("score", higher_is_better=True, margin=0.02),
    "duplicates": Measure("", exact=True, margin=0.0),
    "allocated": Measure("B", exact=True, margin=0.01),
    "misestimate": Measure("", exact=True, margin=0.5),
    "fps": Measure("fps", higher_is_better=True, margin=0.02),
    "heap_growth": Measure("B", margin=0.10),
    "layer_memory": Measure("B", margin=0.02),
    "forced_reflows": Measure("", exact=True, margin=0.0),
    "waterfall_depth": Measure("", exact=True, margin=0.0),
}
_COUNTS = {
    "vm_steps": 0.01, "buffers": 0.01, "rows": 0.0, "rows_scanned": 0.01, "seq_scans": 0.0, "spills": 0.0,
    "plan_nodes": 0.0, "dom_nodes": 0.01, "unsized_images": 0.0,
}  # fmt: skip
"""What a database or a page counts -> the change that matters."""
_BYTES = ("raw", "size", "gzip", "brotli", "zstd", "source")


def measure_of(metric: str) -> Measure:
    """The measure of a metric by its name; one that nobody knows is a plain number, of which less is better."""
    if metric in _TIMES:
        return Measure("ms", margin=_TIMES[metric], coarse=True)
    if metric in _OTHERS:
        return _OTHERS[metric]
    if metric in _COUNTS:
        return Measure("", exact=True, margin=_COUNTS[metric])
    if metric in _BYTES or metric == "bytes" or metric.endswith("_bytes"):
        return Measure("B", exact=True, margin=0.001)
    if metric == "requests" or metric.endswith("_requests"):
        return Measure("requests", exact=True, margin=0.0)
    return Measure("", margin=0.05)
