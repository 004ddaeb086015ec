"""One environment's values -> the steps and drifts in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from resonance_perf.history.exact import exact_steps
from resonance_perf.history.fit import best_model
from resonance_perf.history.noise import Floats, middle, spread
from resonance_perf.history.reading import Found, read

_LEAST_WEIGHT = 0.05


def analysed(values: Sequence[float], errors: Sequence[float], *, logs: bool) -> list[Found]:
    """Analyse `values`, or their logarithms; `errors` are their standard errors, 0 where not known."""
    series = np.array(values, dtype=np.float64)
    own = np.array(errors, dtype=np.float64)
    if logs:
        own, series = own / series, np.log(series)
    usual = middle(series)
    model = best_model(series - usual, weights(series, own))
    found = exact_steps(series) if model is None else read(model)
    shift = 0.0 if model is None else usual
    return [_shifted(one, shift) for one in found]


def weights(series: Floats, errors: Floats) -> Floats:
    """What each value counts: less than 1 where its own error is greater than usual in the series."""
    noise = spread(np.diff(series)) ** 2
    extra = np.maximum(errors**2 - middle(errors) ** 2, 0.0)
    if noise == 0.0 or not extra.any():
        return np.ones(series.size)
    return np.maximum(noise / (noise + extra), _LEAST_WEIGHT)


def _shifted(one: Found, by: float) -> Found:
    return Found(one.kind, one.place, one.first, one.last, one.before + by, one.after + by, one.error, one.p, one.slope)
