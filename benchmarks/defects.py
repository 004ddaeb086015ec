"""Does the lesson name the right cause? Every patch of tests/defects, committed to the sample shop beside the daemon.

python benchmarks/defects.py [NAME…] [--json FILE] [--markdown docs/defects.md]

It takes half an hour. What a FILE holds of patches that are not asked for now stays there, and goes into the page.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import StringIO
from itertools import groupby
from typing import Any

from ruamel.yaml import YAML
from timing import show

from resonance_perf import __version__
from resonance_perf.cli.demo_shop import Shop, StoryError

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATCHES = os.path.join(ROOT, "tests", "defects")
CONFIG, MEMORY = "config.yaml", ".resonance/02_memory.md"
PATIENCE_S = 600.0
HEAD = ("defect", "commit", "benchmark", "what moved", "first cause named", "share", "right")
_LESSON = re.compile(r"^- \S+: (?P<benchmark>\S+) (?:slower|faster) in \w+(?: “.*?”)?: (?P<told>.*) \(run \w+\)$", re.M)
_CAUSE = re.compile(
    r"(?P<moved>.*?)[:;] (?:(?:(?P<share>all|\d+ %) of it|it) is|(?P<beside>seen with it):) (?P<cause>.*)"
)
_VALUES = re.compile(r"(?: \(|, )(?:new\b|gone\b|[+−]\d).*")
"""What stands behind a cause: how much of it there was and is, and the causes after it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A patch, a benchmark, and a pattern for the cause that its lesson must name first; None: there is no lesson."""

    name: str
    defect: str
    benchmark: str
    names: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the lesson said of a case: what moved first, and of that the first cause; empty where there was none."""

    case: Case
    subject: str
    moved: str
    cause: str
    share: str
    seconds: float

    @property
    def right(self) -> bool:
        """True when the cause is the one that was put there; of a clean commit, when nothing was told."""
        if self.case.names is None:
            return not self.moved
        return re.match(self.case.names, self.cause) is not None


def cases() -> list[Case]:
    """Those of `table.yaml`."""
    with open(os.path.join(PATCHES, "table.yaml"), encoding="utf-8") as file:
        told: Mapping[str, Any] = YAML(typ="safe").load(file)
    return [
        Case(
            name,
            one["defect"],
            benchmark,
            one["benchmarks"][benchmark] if isinstance(one["benchmarks"], dict) else None,
        )
        for name, one in told.items()
        for benchmark in one["benchmarks"]
    ]


def asked(folder: str, cases: Sequence[Case]) -> list[Answer]:
    """Commit the patch of these cases to a shop that a daemon watches, and read what it learned of each benchmark.

    Raises:
        StoryError: when the patch does not apply, or the shop as it is cannot be measured.
    """
    started = time.monotonic()
    wanted = {one.benchmark for one in cases}
    with Shop(folder) as shop:
        _open(shop, wanted)
        shop.git("am", "--quiet", os.path.join(PATCHES, f"{cases[0].name}.patch"))
        commit, subject = shop.git("log", "-1", "--format=%H %s").split(" ", 1)
        problem = ""
        _, store = shop.store()
        try:
            shop.wait_until(
                lambda: all(store.numbers.is_measured(one, commit) for one in wanted), "the measurement", PATIENCE_S
            )
            shop.wait_for_quiet(PATIENCE_S)
        except StoryError as error:
            problem = f"not measured: {error}"
        finally:
            store.close()
        memory, seconds = shop.read(MEMORY), time.monotonic() - started
    return [
        Answer(one, subject, *((problem, "", "") if problem else told(memory, one.benchmark)), seconds) for one in cases
    ]


def _open(shop: Shop, benchmarks: Collection[str]) -> None:
    """Make the shop a repository with these benchmarks, trusted, watched, and measured once."""
    shop.git("init", "--quiet", "--initial-branch=main")
    shop.sit_down("grace")
    shop.write(CONFIG, _config(shop, benchmarks))
    shop.must("init", "--yes", "--no-hooks")
    shop.must("trust", "--yes")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "-m", "A small shop")
    shop.start_daemon()
    _, store = shop.store()
    try:
        shop.wait_until(lambda: set(store.numbers.benchmarks()) >= set(benchmarks), "the baseline", PATIENCE_S)
    finally:
        store.close()
    shop.wait_for_quiet(PATIENCE_S)


def _config(shop: Shop, benchmarks: Collection[str]) -> str:
    """The shop's config with these benchmarks alone, wherever in the shop they are declared."""
    more = sorted(name for name in os.listdir(os.path.join(shop.folder, "perf")) if name.endswith(".yaml"))
    yaml = YAML()
    config = yaml.load("".join([shop.read(CONFIG), *(shop.read(f"perf/{name}") for name in more)]))
    for name in set(config["benchmarks"]) - set(benchmarks):
        del config["benchmarks"][name]
    written = StringIO()
    yaml.dump(config, written)
    return written.getvalue()


def told(memory: str, benchmark: str) -> tuple[str, str, str]:
    """(what moved, the first cause, its share of the change) of the newest lesson of a benchmark."""
    lessons = _LESSON.finditer(re.sub(r"\\([^\w\s])", r"\1", memory))
    lesson = next((one for one in lessons if one["benchmark"] == benchmark), None)
    if lesson is None:
        return "", "", ""
    known = _CAUSE.match(lesson["told"])
    if known is None:
        return lesson["told"].split(";")[0], "", ""
    cause = _VALUES.sub("", known["cause"].split("; ")[0])
    cause += ")" * (cause.count("(") - cause.count(")"))
    return known["moved"].split("; ")[-1], cause, known["share"] or known["beside"] or "more than all"


def rows(answers: Sequence[Answer]) -> Iterator[tuple[str, ...]]:
    """The table, without its head."""
    for one in answers:
        nothing = "nothing" if one.case.names is None and not one.moved else "**none**"
        right = "right" if one.right else "**wrong**"
        cause = one.cause or nothing
        yield (
            one.case.defect,
            f"“{one.subject}”",
            one.case.benchmark,
            one.moved or "nothing for sure",
            cause,
            one.share or "–",
            right,
        )


def page(answers: Sequence[Answer], kept: int) -> str:
    """docs/defects.md; so many of the answers are of earlier calls."""
    wrong = sum(not one.right for one in answers)
    seeded = {one.case.name for one in answers if one.case.names is not None}
    clean = {one.case.name for one in answers} - seeded
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (HEAD, *rows(answers))]
    lines.insert(1, "|" + "---|" * len(HEAD))
    cores = f"{os.cpu_count()} shared cores with a load of {os.getloadavg()[0]:.0f}"
    machine = f"{cores}, {platform.system()} {platform.release().partition('-')[0]}"
    versions = f"Python {platform.python_version()}, resonance-perf {__version__}"
    facts = f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {versions}"
    return _PAGE.format(
        table="\n".join(lines), seeded=len(seeded), clean=len(clean), wrong=wrong or "none", answers=len(answers),
        facts=facts, kept=f"; {kept} of the answers are of earlier calls" if kept else "",
    )  # fmt: skip


_PAGE = """# Does it name the right cause?

Each of {seeded} defects is put into the sample shop by a commit of its own, whose message does not give it away, and
{clean} more commits change nothing that matters. The daemon sees each, and measures it against its parent. This is what
its lesson in `02_memory.md` then said: what moved, the cause that it names first, and how much of the change that is.

`make defects` makes this page (`benchmarks/defects.py`; patches and expectations are in `tests/defects/`). What is not
named, or wrongly, stays in the table: {wrong} of {answers} answers. Where nothing moved for sure, the machine was too
noisy for the change. Made on {facts}{kept}.

{table}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="PATCH or PATCH:BENCHMARK of tests/defects (default: all)"
    )
    parser.add_argument("--json", metavar="FILE", help="keep the answers there")
    parser.add_argument("--markdown", metavar="FILE", help="write the page there")
    args = parser.parse_args()
    known = cases()
    wanted = [one for one in known if not args.names or {one.name, f"{one.name}:{one.benchmark}"} & set(args.names)]
    if not wanted:
        parser.error(f"there is no {', '.join(args.names)} in {PATCHES}")
    kept = [one for one in _kept(args.json) if one.case in known and one.case not in wanted]
    fresh: list[Answer] = []
    with tempfile.TemporaryDirectory(prefix="resonance-defects-") as folder:
        for name, group in groupby(wanted, lambda one: one.name):
            fresh += (found := asked(os.path.join(folder, name), list(group)))
            said = ", ".join(f"{one.case.benchmark} {'right' if one.right else 'WRONG'}" for one in found)
            print(f"{name}: {said}, {found[0].seconds:.0f} s", file=sys.stderr)
            if args.json:
                _keep(args.json, [*kept, *fresh])
    show("Defect, and the cause that the lesson names", [HEAD, *rows(fresh)])
    if args.markdown:
        with open(args.markdown, "w", encoding="utf-8") as file:
            file.write(page(sorted([*kept, *fresh], key=lambda one: known.index(one.case)), len(kept)))
    return 0 if all(one.right for one in fresh) else 1


def _kept(path: str | None) -> list[Answer]:
    """The answers of earlier calls."""
    if path is None or not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        told: list[dict[str, Any]] = json.load(file)
    return [Answer(**one | {"case": Case(**one["case"])}) for one in told]


def _keep(path: str, answers: Sequence[Answer]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in answers], file, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
