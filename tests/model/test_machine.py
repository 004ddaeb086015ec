from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.model.machine import bucket, differences, fingerprint, tools_of

NAMES = st.sampled_from(["kernel", "os", "client python", "memory", "cpu", "clock", "tool node", "microcode"])
VERSIONS = st.builds("{}{}.{}.{}{}".format, st.sampled_from(["", "v", "go", "debian "]), st.integers(0, 40),
                     st.integers(0, 99), st.integers(0, 999), st.sampled_from(["", "-rc1", "-fc-v5", "+dfsg"]))  # fmt: skip
MEMORY = st.floats(0.01, 5000).map(lambda gib: f"{gib:.2f} GiB")
READINGS = st.one_of(st.text(max_size=30), VERSIONS, MEMORY)
FACTS = st.lists(st.tuples(NAMES, READINGS), max_size=8, unique_by=lambda fact: fact[0]).map(tuple)


@given(NAMES, READINGS)
def test_a_bucket_is_its_own_bucket(name: str, reading: str) -> None:
    once = bucket(name, reading)
    assert once is None or bucket(name, once) == once


@given(FACTS, st.randoms())
def test_the_order_of_facts_does_not_count(facts: tuple[tuple[str, str], ...], draw: object) -> None:
    mixed = list(facts)
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    assert fingerprint(tuple(mixed)) == fingerprint(facts)


@given(FACTS, FACTS)
def test_two_environments_are_one_exactly_when_nothing_distinguishes_them(
    old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]
) -> None:
    assert (differences(old, new) == ()) == (fingerprint(old) == fingerprint(new))


@pytest.mark.parametrize(
    ("name", "reading", "kept"),
    [
        ("kernel", "6.18.44-fc-v595", "6.18"),
        ("kernel", "5.15.0-91-generic", "5.15"),
        ("os", "alpine 3.19.1", "alpine 3.19"),
        ("os", "debian 12", "debian 12"),
        ("client python", "3.13.0rc2", "3.13"),
        ("memory", "15.49 GiB", "16 GiB"),
        ("memory", "15.51 GiB", "16 GiB"),
        ("memory", "31.05 GiB", "32 GiB"),
        ("memory", "23.54 GiB", "24 GiB"),
        ("memory", "7.65 GiB", "8 GiB"),
        ("memory", "0.46 GiB", "0.5 GiB"),
        ("memory", "unknown", "unknown"),
        ("clock", "2596.128 MHz", None),
        ("cpu", "Intel(R) Xeon(R) CPU @ 2.20GHz", "Intel(R) Xeon(R) CPU @ 2.20GHz"),
        ("tool node", "22.3.1 ~/.nvm/versions/node/v22.3.1/bin/node", "22.3 ~/.nvm/versions/node/v22.3/bin/node"),
        ("tool java", "1.8.0_392 /usr/bin/java", "1.8 /usr/bin/java"),
    ],
)
def test_a_reading_falls_into_its_bucket(name: str, reading: str, kept: str | None) -> None:
    assert bucket(name, reading) == kept


def test_another_cpu_is_named_and_a_patch_release_is_not() -> None:
    old = (("cpu", "AMD EPYC 7R13"), ("kernel", "6.1.2"), ("clock", "2595.1 MHz"))
    new = (("cpu", "AMD EPYC 9R14"), ("kernel", "6.1.9"), ("clock", "2600.0 MHz"), ("smt", "on"))
    assert differences(old, new) == ("cpu: AMD EPYC 7R13 → AMD EPYC 9R14", "smt: not recorded → on")


@pytest.mark.parametrize(
    ("argv", "tools"),
    [
        (("python3", "-m", "shop"), ("python3",)),
        (("env", "A=1", "python3.12", "x.py"), ("env", "python3.12")),
        (("sh", "-c", "npm run build && node x.js"), ("sh", "node")),
        (("./bench", "--fast"), ()),
        ((".venv/bin/python", "x.py"), (".venv/bin/python",)),
        ((), ()),
    ],
)
def test_the_tools_of_a_command(argv: tuple[str, ...], tools: tuple[str, ...]) -> None:
    assert tools_of([argv, argv]) == tools
