"""A change of a percentile: by the pairs of processes, by all requests pooled, and by both as the engine asks."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from shares import limits
from timing import show

from resonance_perf.compare.compare import Change, change_of, paired, verdict_of, with_pool
from resonance_perf.compare.pool import nearest_rank, pooled_ratio
from resonance_perf.model.run import Measure, Sample

LEVEL, MARGIN = 0.01, 0.05
EFFECTS = (0.0, 0.10, 0.25)
Rule = Callable[[list[Sample], list[Sample]], Change]


@dataclass(frozen=True)
class Cell:
    """Processes of `requests` requests each; `luck` is what those of one process share, `stall` the share of processes
    in which a tenth of the requests takes ten times as long."""

    q: float
    pairs: int
    requests: int
    luck: float
    stall: float

    @property
    def name(self) -> str:
        """Its row in the table."""
        stalls = f", {self.stall:.0%} stall" if self.stall else ""
        return f"p{self.q * 100:g}, {self.pairs} × {self.requests}, luck {self.luck:.0%}{stalls}".replace("%", " %")

    @property
    def measure(self) -> Measure:
        """As the driver would say it."""
        return Measure("ms", quantile=self.q, of="latency")


CELLS = [
    Cell(q, pairs, 100, luck, stall)
    for q, pairs in ((0.95, 8), (0.95, 24), (0.99, 24))
    for luck, stall in ((0.02, 0.0), (0.10, 0.0), (0.05, 0.10))
]


def process(draw: random.Random, cell: Cell, factor: float) -> Sample:
    """One server process under load."""
    luck = factor * exp(draw.gauss(0, cell.luck))
    slow = cell.requests // 10 if draw.random() < cell.stall else 0
    found = [luck * 10 * exp(draw.gauss(0, 0.3)) * (10 if n < slow else 1) for n in range(cell.requests)]
    return Sample(values={"p": nearest_rank(sorted(found), cell.q)}, raw={"latency": tuple(found)})


def rules(cell: Cell) -> dict[str, Rule]:
    """Name -> the change that it tells."""
    measure = cell.measure

    def pairs(base: list[Sample], head: list[Sample]) -> Change:
        return change_of(paired(base, head, "p"), measure, LEVEL)

    def pooled(base: list[Sample], head: list[Sample]) -> Change:
        ratio, low, high = pooled_ratio(*([one.raw["latency"] for one in side] for side in (base, head)), cell.q)
        return Change(ratio, low, high, len(base))

    return {"pairs": pairs, "pool": pooled, "both": lambda one, two: with_pool(pairs(one, two), one, two, "p", measure)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = [("processes", "rule", *(f"{effect:+.0%}".replace("%", " %") for effect in EFFECTS), "contradicts itself")]
    alarms = dict.fromkeys(("pairs", "pool", "both"), 0)
    for cell in CELLS:
        for name, rule in rules(cell).items():
            shares, contradictions = [], 0
            for effect in EFFECTS:
                draw = random.Random(f"{args.seed} {cell.name} {effect}")
                found = 0
                for _ in range(args.trials):
                    base, head = ([process(draw, cell, f) for _ in range(cell.pairs)] for f in (1.0, 1.0 + effect))
                    change = rule(base, head)
                    found += verdict_of(change, cell.measure, MARGIN) in ("slower", "faster")
                    ratio = pooled_ratio_of(base, head, cell.q)
                    contradictions += not change.low <= ratio <= change.high
                shares.append(f"{found / args.trials:.1%}".replace("%", " %"))
                alarms[name] += found if not effect else 0
            told = f"{contradictions / args.trials / len(EFFECTS):.0%}".replace("%", " %")
            rows.append((cell.name if name == "pairs" else "", name, *shares, told))
    show(f"percentiles: called changed in one look at 1 %, margin 5 %, {args.trials} trials a cell", rows)
    for name, count in alarms.items():
        trials = args.trials * len(CELLS)
        low, high = limits(count, trials)
        print(f"equal sides called changed by {name}: {count} of {trials} ({low:.1%} to {high:.1%})")


def pooled_ratio_of(base: list[Sample], head: list[Sample], q: float) -> float:
    """After ÷ before, as they stand in the line."""
    before, after = (nearest_rank(sorted(v for one in side for v in one.raw["latency"]), q) for side in (base, head))
    return after / before


if __name__ == "__main__":
    main()
