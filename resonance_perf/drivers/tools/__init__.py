"""One outside tool per file: values of the config -> the command that runs it, see `model/driving.py`. Pure.

Each is an entry point of the group `resonance_perf.drivers`, ours like everybody's (docs/extending.md).
"""
