"""One profiler per file: how it is started, and what it left → `Profile`. Pure."""
