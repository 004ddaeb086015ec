"""What holds for all formats: each knows its own files and no others', what is written is read again, and no file makes
any of them fall over."""

from __future__ import annotations

import inspect
from collections import Counter
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats import registry, source
from tests.profiles.top import FIXTURES

FILES = sorted(FIXTURES.glob("*/*"))
NAMES = [f"{file.parent.name}/{file.name}" for file in FILES]
KNOWN = {name: registry.loaded(entry) for name, entry in registry.installed().items()}
SHORT = settings(max_examples=50, phases=(Phase.explicit, Phase.reuse, Phase.generate))
WRITTEN = [name for name, one in KNOWN.items() if hasattr(one, "write")]


def test_every_format_has_an_output_to_show() -> None:
    assert {file.parent.name for file in FILES} == set(KNOWN)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_is_recognised_and_read(file: Path) -> None:
    kind, profile = registry.read(file.read_bytes(), file.name)
    assert kind == file.parent.name
    assert profile.stacks and profile.total
    for stack in profile.stacks:
        assert len(stack.values) == len(profile.types) and all(map(isfinite, stack.values))
        assert all(one.function and one.line >= 0 and one.start >= 0 for one in stack.frames)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_that_was_cut_off_is_read_or_refused_with_a_sentence(file: Path) -> None:
    data = source.plain(file.read_bytes(), file.name)
    for share in (0.0, 0.1, 0.5, 0.9, 0.999):
        with suppress(ResonanceError):
            KNOWN[file.parent.name].read(data[: int(len(data) * share)], file.name)


@settings(SHORT, max_examples=50)
@given(data=st.data())
def test_a_damaged_file_never_makes_a_format_fall_over(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES))
    content = bytearray(source.plain(file.read_bytes(), file.name)[:20_000])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ResonanceError):
        KNOWN[file.parent.name].read(bytes(content), file.name)


@settings(SHORT)
@given(st.binary(max_size=4096), st.text(max_size=20), st.sampled_from(list(KNOWN.values())))
def test_any_bytes_are_refused_with_a_sentence_at_most(data: bytes, name: str, kind: registry.Format) -> None:
    assert kind.recognises(name, data) in (True, False)
    with suppress(ResonanceError):
        kind.read(data, name)
    with suppress(ResonanceError):
        registry.read(data, name)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_function_may_be_called_like_a_key_of_another_format(kind: str) -> None:
    names = ("head", "traceEvents", "flamebearer", "owns_gil", "frames", "total_num_allocations", "issueCategory")
    profile = Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=(Stack(tuple(map(Frame, names)), (1000.0,)),))
    assert registry.read(registry.write(profile, kind), f"it.{kind}")[0] == kind


NAME = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="_.<>$"), min_size=1, max_size=6)
FRAME = st.builds(Frame, NAME, st.sampled_from(["", "a.py", "src/b.js"]))
PLACED = st.builds(Frame, NAME, st.sampled_from(["a.py", "src/b.js"]), st.integers(1, 2**31 - 1))
WHOLE = st.integers(1, 10**12).map(float)
TIME = ValueType("cpu", "nanoseconds")


def profiles(frame: st.SearchStrategy[Frame], *types: ValueType) -> st.SearchStrategy[Profile]:
    stack = st.builds(Stack, st.lists(frame, min_size=1, max_size=6).map(tuple), st.tuples(*[WHOLE for _ in types]))
    return st.builds(
        lambda stacks, chosen: Profile(types=types, stacks=tuple(stacks), chosen=chosen),
        st.lists(stack, min_size=1, max_size=8, unique_by=lambda one: one.frames),
        st.integers(0, len(types) - 1),
    )


def held(profile: Profile) -> tuple[object, ...]:
    """What every written format holds: the stacks of the chosen type."""
    found: Counter[tuple[Frame, ...]] = Counter()
    for one in profile.stacks:
        found[one.frames] += round(one.values[profile.chosen])
    return (profile.types[profile.chosen].unit, found)


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_is_recognised_and_read_again(kind: str) -> None:
    @settings(SHORT, max_examples=20)
    @given(profiles(FRAME | PLACED if kind != "cpuprofile" else FRAME, TIME))
    def again(profile: Profile) -> None:
        known, read = registry.read(registry.write(profile, kind), f"it.{kind}")
        assert known == kind
        assert held(read)[1] == held(profile)[1]

    again()


@settings(SHORT, max_examples=20)
@given(profiles(FRAME | PLACED, ValueType("alloc_objects", "count"), ValueType("alloc_space", "bytes"), TIME))
@pytest.mark.parametrize("kind", ["pprof", "speedscope"])
def test_several_types_are_written_and_read_again(kind: str, profile: Profile) -> None:
    assert registry.read(registry.write(profile, kind), "it") == (kind, profile)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_every_profile_can_be_written_or_is_refused_with_a_sentence(file: Path) -> None:
    profile = KNOWN[file.parent.name].read(file.read_bytes(), file.name)
    for kind in WRITTEN:
        with suppress(ResonanceError):
            again = KNOWN[kind].read(registry.write(profile, kind), "it")
            assert again.total == pytest.approx(profile.total)


def test_the_docs_have_every_format() -> None:
    rows = []
    for name, one in KNOWN.items():
        said, _, about = (inspect.getdoc(one) or "").partition("\n\n")[0].replace("\n", " ").partition(": ")
        assert said == name
        rows.append(f"| `{name}`{' (written, too)' if name in WRITTEN else ''} | {about.rstrip('.')} |")
    assert "\n".join(rows) in (Path(__file__).parents[2] / "docs/profiling.md").read_text()


def test_the_example_of_the_docs_is_a_format() -> None:
    page = (Path(__file__).parents[2] / "docs/extending.md").read_text(encoding="utf-8")
    code = page.partition("## A format of profiles")[2].partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(compile(code, "strobe.py", "exec"), names)
    assert names["recognises"]("it", b"strobe 1\nmain\tf\t3\n")
    assert names["read"](b"strobe 1\nmain\tf\t3\nmain\t2\n", "it").total == 5
    with pytest.raises(ResonanceError, match="it: this is not a strobe profile"):
        names["read"](b"strobe 1\nmain\tmany\n", "it")
