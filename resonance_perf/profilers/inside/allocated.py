"""Reads what memray recorded, `allocated.py OUT`: what each stack allocated, and what of it lived at the peak."""

import json
import os
import sys

more = os.environ.get("RESONANCE_PERF_PACKAGES", "")
if more:
    sys.path.append(more)

from memray import AllocatorType, FileReader  # noqa: E402

FREES = (AllocatorType.FREE, AllocatorType.MUNMAP)


def read(path):
    """One process, as `profilers/plain.py` reads it."""
    with FileReader(path) as reader:
        values, traces = {}, {}

        def add(record, column, value):
            key = record.stack_id
            if key not in traces:
                traces[key] = record.stack_trace()
            values.setdefault(key, [0, 0, 0])[column] += value

        for record in reader.get_high_watermark_allocation_records(merge_threads=True):
            add(record, 0, record.size)
        for record in reader.get_allocation_records():
            if record.allocator not in FREES:
                add(record, 1, record.size)
                add(record, 2, 1)
        frames, stacks = {}, []
        for key, found in values.items():
            path = [frames.setdefault((one[0], one[1], one[2], 0), len(frames)) for one in reversed(traces[key])]
            stacks.append([path, found])
    return {
        "types": [["inuse_space", "bytes"], ["alloc_space", "bytes"], ["alloc_objects", "count"]],
        "frames": list(frames),
        "stacks": stacks,
    }


for name in sorted(os.listdir(sys.argv[1])):
    if name.endswith(".memray"):
        path = os.path.join(sys.argv[1], name)
        try:
            found = read(path)
        except OSError as error:  # of a forked child, into which it does not look
            print(name, error, file=sys.stderr)
        else:
            with open(path[: -len("memray")] + "json", "w") as file:
                json.dump(found, file)
        os.unlink(path)
