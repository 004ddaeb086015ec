"""One profiler per file: how it is started, and what it left → `Profile`. Pure."""

GROUP = "resonance_perf.profilers"
"""The entry points by which profilers are found, ours and those of other packages; the config knows it, too."""
