"""The story, step by step; each checks that what was measured is what it tells."""

from __future__ import annotations

import time
from dataclasses import replace

from resonance_perf.app.standing import stand
from resonance_perf.cli.demo_shop import Shop, StoryError
from resonance_perf.cli.demo_telling import attempt, fact, indented, show, title
from resonance_perf.cli.output import progress
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import EXIT_FINE, EXIT_LOOSENED
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.report.words import change, one_change

STATE, MEMORY, SOUL = (f".resonance/{name}" for name in ("01_state.md", "02_memory.md", "00_soul.md"))

_BY_DAY = '    "CREATE INDEX orders_by_day ON orders (day)",\n'
_COVERING = '    "CREATE INDEX orders_by_day ON orders (day, total_cents)",\n'
_BY_PRODUCT = '    "CREATE INDEX orders_by_product ON orders (product_id, day)",\n'

BENCHMARKS = 3
DROP_INDEX = ("shop/schema.py", _BY_DAY, "")
COMMENT = ("shop/api.py", "# Days are text as in ISO 8601, which sorts like the calendar.", "# Days are ISO 8601 text.")
COVER = ("shop/schema.py", _BY_PRODUCT, _BY_PRODUCT + _COVERING)


def play(shop: Shop) -> None:
    """Tell the whole story.

    Raises:
        StoryError: when a step comes out otherwise.
    """
    started = time.monotonic()
    _beginning(shop)
    _harmless_looking(shop)
    _only_a_comment(shop)
    _better_than_at_first(shop)
    _by_hand(shop)
    _by_two(shop)
    progress(_ENDING.format(seconds=time.monotonic() - started, folder=shop.folder))


def _beginning(shop: Shop) -> None:
    title("1. A shop, its first baseline, its budgets")
    shop.git("init", "--quiet", "--initial-branch=main")
    shop.sit_down("grace")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "-m", "A small shop")
    show(shop, "init", "--yes", "--hooks")
    show(shop, "trust", "--yes")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "-m", "Watch the performance")
    shop.start_daemon()
    _, store = shop.store()
    try:
        shop.wait_until(lambda: len(store.numbers.benchmarks()) == BENCHMARKS, "the baseline")
    finally:
        store.close()
    shop.wait_for_quiet()
    show(shop, "budget", "suggest", "--write")
    shop.commit("Set the first budgets", STATE)
    show(shop, "status")


def _harmless_looking(shop: Shop) -> None:
    title("2. A clean-up that looks harmless drops an index")
    mark = len(shop.said)
    shop.edit(*DROP_INDEX)
    commit = shop.commit("Remove an index that nothing uses any more", DROP_INDEX[0])
    found = _measured(shop, commit)
    if found["p95"].verdict != "slower":
        raise StoryError(f"dropping the index should be slower; measured: {one_change(found['p95'])}")
    if _status(shop, "api_p95") != "red":
        raise StoryError(f"api_p95 should be red, it is {_status(shop, 'api_p95')}")
    if commit[:9] not in shop.read(MEMORY):
        raise StoryError(f"{MEMORY} has no row of {commit[:9]}")
    line = shop.heard(mark, "stats-api", commit[:9])
    if line is None:
        raise StoryError("the daemon did not say what happened")
    fact(f"{MEMORY} has a new row; the daemon said it in one line")


def _only_a_comment(shop: Shop) -> None:
    title("3. A commit that changes only a comment")
    shop.edit(*COMMENT)
    commit = shop.commit("Explain the statistics", COMMENT[0])
    found = _measured(shop, commit)
    if found["p95"].verdict != "same":
        measured = f"{found['p95'].verdict}: {one_change(found['p95'])}"
        raise StoryError(f"a comment should change nothing; measured {measured}")
    fact(f"measured, judged the same ({change(found['p95'])} is within what matters): no alarm")


def _better_than_at_first(shop: Shop) -> None:
    title("4. An index that covers the query: better than at first")
    mark = len(shop.said)
    shop.edit(*COVER)
    commit = shop.commit("Cover the statistics query with an index", COVER[0])
    found = _measured(shop, commit)
    if found["p95"].verdict != "faster":
        raise StoryError(f"a covering index should be faster; measured: {one_change(found['p95'])}")
    subject = "perf(budget): tighten api_p95"
    if subject not in shop.git("log", "-4", "--format=%s"):
        why = shop.heard(mark, "api_p95 does not tighten") or "nobody said why not"
        raise StoryError(f"the budget should have tightened: {why}")
    fact(f"p95 {change(found['p95'])}; the shop's own tests passed on {commit[:9]}, and three more runs bore it out:")
    shop.wait_until(lambda: _status(shop, "api_p95") == "green", "the status to be green")
    print(indented(shop.git("log", "-1", "--grep=tighten api_p95")))
    if "Tighten api_p95" not in shop.read(SOUL):
        raise StoryError(f"{SOUL} has no decision")
    show(shop, "status")


def _by_hand(shop: Shop) -> None:
    title("5. Somebody loosens the budget by hand")
    mark = len(shop.said)
    limit, wanted = _limit(shop), _three_times(_limit(shop))
    shop.edit(STATE, f'"api_p95": "{limit}"', f'"api_p95": "{wanted}"')
    shop.wait_until(lambda: shop.heard(mark, "api_p95 was loosened"), "the daemon to notice")
    done = attempt(shop, "check")
    if done.returncode != EXIT_LOOSENED or f"{STATE}:" not in done.stdout:
        raise StoryError("check should end with 3 and name file and line")
    if _limit(shop) != limit:
        raise StoryError("the old limit should stay in force")
    fact(f"the limit in force is still {limit}")


def _by_two(shop: Shop) -> None:
    title("6. The way that counts: one asks, another approves")
    wanted = _three_times(_limit(shop))
    show(shop, "budget", "loosen", "api_p95", wanted, "--why", "The statistics will cover five years")
    if attempt(shop, "budget", "approve", "api_p95").returncode == EXIT_FINE:
        raise StoryError("nobody should be able to approve what they asked for")
    fact("Ada, whom the config names as an approver, looks at it and agrees:")
    shop.sit_down("ada")
    show(shop, "budget", "approve", "api_p95")
    shop.sit_down("grace")
    if attempt(shop, "check").returncode != EXIT_FINE or _limit(shop) != wanted:
        raise StoryError(f"the limit in force should be {wanted}, and check should be fine")
    log = shop.git("log", "-1", "--format=%h %an: %B")
    print(indented(log))
    if "Perf-Approved-by: Ada Lovelace <ada@example.org>" not in log:
        raise StoryError("the commit should say who approved it")


def _limit(shop: Shop) -> str:
    return next(one.limit.budget.text for one in _standing(shop) if one.key == "api_p95")


def _three_times(limit: str) -> str:
    quantity = parse_quantity(limit)
    return str(replace(quantity, value=round(3 * quantity.value)))


def _measured(shop: Shop, commit: str) -> dict[str, Comparison]:
    """Wait until a commit is measured and everything is quiet; return how stats-api compares, by metric."""
    _, store = shop.store()
    try:
        shop.wait_until(lambda: store.numbers.is_measured("stats-api", commit), "the measurement")
        run = store.numbers.newest()["stats-api.p95"].run
        found = store.compared.of(run)
    finally:
        store.close()
    shop.wait_for_quiet()
    if "p95" not in found:
        raise StoryError("stats-api was measured without a base")
    fact(f"{found['p95'].pairs} pairs in {found['p95'].seconds:.0f} s: {one_change(found['p95'])}")
    return found


def _standing(shop: Shop) -> tuple[Judgement, ...]:
    work, store = shop.store()
    try:
        return stand(work, store).judgements
    finally:
        store.close()


def _status(shop: Shop, key: str) -> str:
    return next((one.status for one in _standing(shop) if one.key == key), "missing")


_ENDING = """
The story is told: {seconds:.0f} s, every number measured.
Look at   {folder}/.resonance/02_memory.md   every benchmark, before and after
          {folder}/.resonance/01_state.md    the budgets and where they stand
          {folder}/.resonance/00_soul.md     the decisions and why
Next      cd {folder} && resonance-perf explain && resonance-perf history stats-api
In your own repository: resonance-perf init"""
