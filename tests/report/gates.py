"""A gate at which everything happens at once, for the golden files and the properties."""

from __future__ import annotations

from dataclasses import replace

from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import LimitInForce, Loosening
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.gate import Gate
from resonance_perf.model.judgement import Judgement, Status
from resonance_perf.model.run import Estimate

HEAD, BASE = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334", "0fac8c391aabbccddeeff00112233445566778899"
STATE = ".resonance/01_state.md"


def judged(key: str, limit: str, status: Status, now: float | None, *, line: int, note: str = "") -> Judgement:
    budget = replace(read_value(key, limit), line=line)
    estimate = Estimate(key, now, now * 0.98, now * 1.02, "ms", 24) if now is not None else None
    headroom = None if estimate is None or budget.limit is None else 1 - estimate.value / budget.limit.base
    return Judgement(
        key=key, limit=LimitInForce(key=key, budget=budget, commit=BASE),
        metric=f"{key.partition('_')[0]}.p95", status=status, estimate=estimate, headroom=headroom,
        commit=HEAD if estimate else "", run="01K" if estimate else "", note=note,
    )  # fmt: skip


SLOWER = Comparison(
    benchmark="search", metric="p95", base="01J", head="01K", before=91.0, after=140.0, unit="ms", ratio=1.538,
    low=1.49, high=1.6, verdict="slower", pairs=13, seconds=31.0, decided_by="p95", confirmed=True,
)  # fmt: skip
GATE = Gate(
    commit=HEAD,
    subject="Drop an index, 100% | <b>safe</b> for @ada, #7",
    file=STATE,
    config=".resonance/config.yaml",
    approvers=("Ada Lovelace <ada@example.org>",),
    judgements=(
        judged("api_p95", "100ms", "green", 44.8, line=6),
        judged("search_p95", "120ms", "red", 140.0, line=7),
        judged("cart_p95", "60ms", "yellow", 58.0, line=8, note="within 10 % of the limit"),
        judged("login_p95", "200ms", "unsure", 90.0, line=9, note="the client could not keep up"),
        judged("pay_p95", "80ms", "unmeasured", 70.0, line=10, note="measured on 0fac8c391, not on a1b2c3d4e"),
    ),
    changes={"search.p95": SLOWER},
    loosened=(Loosening(key="api_p95", old="100ms", to="200ms", file=STATE, line=6, commit=BASE),),
    problems=(Problem('"lcp" has no limit', Location(STATE, 11, 12), 'Write one, such as "100ms".'),),
    missing=("pay",),
    failed=(("pay", "a1b2c3d4e was not measured: exit code 1: no such table, see artifacts"),),
    notes=("the clone is shallow: limits set before its first commit cannot be seen",),
)
