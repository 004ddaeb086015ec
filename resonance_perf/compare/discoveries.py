"""How sure one answer must be when many questions are asked at once."""

from __future__ import annotations

from resonance_perf.compare.inquiry import FALSE_ALARMS

RATE = 0.05
"""Of the changes that a run reports, at most this share is false on average."""


def false_alarms(questions: int, found: int) -> float:
    """The level for the next of `questions` comparisons of a run, after `found` changes were found in it.

    Questions are answered one after the other and told at once, so that the level of each may depend on the past only.

    Source: LOND with equal weights, Javanmard & Montanari, "Online rules for control of false discovery rate", Annals
    of Statistics 46 (2018), theorem 2.1; for metrics that move together, Zrnic, Ramdas & Jordan, "Asynchronous online
    testing of multiple hypotheses", JMLR 22 (2021).
    """
    return min(FALSE_ALARMS, RATE * (found + 1) / max(questions, 1))
