"""New budgets beside those that are there: under which key, and what stands already. None is overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resonance_perf.judge.limits import is_looser, relimited
from resonance_perf.judge.scope import metric_of
from resonance_perf.model.budget import Budget, LimitInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A limit that may become a budget: `metric` is a full name or a pattern, `wanted` the limit with its direction."""

    metric: str
    wanted: Budget
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An offer with its key. `stands`: a budget that limits the same metric already, and stays.

    `tied`: the config ties the key to the metric, so that the budget need not name it.
    """

    key: str
    offer: Offer
    tied: bool
    stands: Budget | None = None

    @property
    def is_tighter(self) -> bool:
        """True when the offer forbids what the budget that stands allows."""
        return self.stands is not None and is_looser(self._offered(self.stands), self.stands)

    @property
    def is_looser(self) -> bool:
        """True when it allows what that one forbids, or cannot be compared with it."""
        return self.stands is not None and is_looser(self.stands, self._offered(self.stands))

    def _offered(self, stands: Budget) -> Budget:
        return relimited(stands, self.offer.wanted)


def placed(
    offers: Iterable[Offer], in_force: Mapping[str, LimitInForce], aliases: Mapping[str, str]
) -> tuple[Placed, ...]:
    """Every offer with the key that the config ties to its metric, or else one made of the metric's name."""
    standing = {(metric_of(limit.budget, aliases), limit.budget.direction): limit.budget for limit in in_force.values()}
    tied = {metric: key for key, metric in aliases.items() if key not in in_force}
    taken = {*in_force, *aliases}
    found = []
    for offer in offers:
        stands = standing.get((offer.metric, offer.wanted.direction))
        key = stands.key if stands else tied.pop(offer.metric, "")
        found.append(Placed(key=key or _free(offer.metric, taken), offer=offer, tied=bool(key), stands=stands))
        taken.add(found[-1].key)
    return tuple(found)


def _free(metric: str, taken: set[str]) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "_", metric).strip("_") or "budget"
    return next(key for number in range(1, len(taken) + 2) if (key := name + f"_{number}" * (number > 1)) not in taken)
