from __future__ import annotations

from resonance_perf.model.counted import Counted
from resonance_perf.model.run import Sample
from resonance_perf.store.encode import samples_from_blob, samples_to_blob


def test_raw_numbers_come_back_listed_or_counted() -> None:
    raw = {"latency": Counted((0.0, 1.5), (2, 5), 0.0005), "client_lag_ms": (0.4,)}
    (sample,) = samples_from_blob(samples_to_blob((Sample(values={"p50": 1.5}, raw=raw),)))
    assert sample.raw == raw
