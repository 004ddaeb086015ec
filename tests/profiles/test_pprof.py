"""pprof, checked against `go tool pprof -top`."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from resonance_perf.model.errors import BadFileError, UsageError
from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats import pprof, registry, source, stacks
from resonance_perf.profiles.formats.wire import bytes_field, packed_field, varint_field
from tests.profiles.top import FIXTURES, ours, theirs

GOLDEN = Path(__file__).parents[1] / "golden/profiles"
FILES = sorted((FIXTURES / "pprof").iterdir())
NAMES = [file.name for file in FILES]
UNITS = {"nanoseconds": "ns", "bytes": "B"}
CPU = (ValueType("samples", "count"), ValueType("cpu", "nanoseconds"))


def of(file: Path) -> Profile:
    return pprof.read(file.read_bytes(), file.name)


def go_top(file: Path, unit: str, home: Path) -> str:
    options = ("-top", f"-unit={unit}", "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0")
    environment = {**os.environ, "HOME": str(home), "GOCACHE": str(home)}
    done = subprocess.run(
        ["go", "tool", "pprof", *options, str(file)], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout[done.stdout.index("      flat") :]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_what_is_read_is_what_pprof_tells(file: Path) -> None:
    golden = theirs((GOLDEN / f"{file.name.partition('.')[0]}.top.txt").read_text())
    assert golden
    assert ours(of(file)) == golden


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(shutil.which("go") is None, reason="go is not installed: apt-get install golang-go")
@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_pprof_itself_tells_the_same_of_what_we_write(file: Path, tmp_path: Path) -> None:
    profile = of(file)
    unit = UNITS[profile.types[profile.chosen].unit]
    written = tmp_path / "written.pb.gz"
    written.write_bytes(pprof.write(profile))
    assert theirs(go_top(file, unit, tmp_path)) == theirs(go_top(written, unit, tmp_path)) == ours(profile)


def test_a_difference_has_values_below_zero() -> None:
    assert ours(of(FIXTURES / "pprof/diff.pb.gz"))["main.hot"] == (-720_000_000, -790_000_000)


def test_a_heap_profile_knows_which_type_it_means() -> None:
    heap = of(FIXTURES / "pprof/go_base_heap.pb.gz")
    assert [one.name for one in heap.types] == ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]
    assert heap.types[heap.chosen].name == "inuse_space"
    assert ("bytes", "65536 bytes") in heap.stacks[0].labels or heap.stacks[0].labels == (("bytes", "65536"),)


def test_a_cpu_profile_knows_its_length_and_the_distance_of_its_samples() -> None:
    cpu = of(FIXTURES / "pprof/go_base_cpu.pb.gz")
    assert (round(cpu.seconds, 3), cpu.period, cpu.types) == (2.217, 10_000_000, CPU)


def test_inlined_functions_unpacked_numbers_and_an_unknown_unit_of_time() -> None:
    texts = ["", "wall", "μs", "outer", "inlined", "a.c", "thread", "7", "bytes", "size", "/bin/it"]
    whole = [
        bytes_field(1, varint_field(1, 1) + varint_field(2, 2)),
        # two location ids and one value, each a field of its own, and a text and a number as labels
        bytes_field(
            2,
            varint_field(1, 2) + varint_field(1, 1) + varint_field(2, -3)
            + bytes_field(3, varint_field(1, 6) + varint_field(2, 7))
            + bytes_field(3, varint_field(1, 9) + varint_field(3, -4096) + varint_field(4, 8)),
        ),
        bytes_field(3, varint_field(1, 1) + varint_field(5, 10)),
        bytes_field(
            4,
            varint_field(1, 1)
            + bytes_field(4, varint_field(1, 2) + varint_field(2, 12))
            + bytes_field(4, varint_field(1, 1) + varint_field(2, 300)),
        ),
        bytes_field(4, varint_field(1, 2) + varint_field(2, 1) + varint_field(3, 0xBEEF)),
        bytes_field(5, varint_field(1, 1) + varint_field(2, 3) + varint_field(4, 5) + varint_field(5, 290)),
        bytes_field(5, varint_field(1, 2) + varint_field(2, 4) + varint_field(4, 5)),
        *(bytes_field(6, one.encode()) for one in texts),
    ]  # fmt: skip
    profile = pprof.read(b"".join(whole), "it")
    assert profile.types == (ValueType("wall", "nanoseconds"),)
    assert profile.stacks == (
        Stack(
            (Frame("outer", "a.c", 300, 290), Frame("inlined", "a.c", 12), Frame("0xbeef", "/bin/it")),
            (-3000.0,),
            (("thread", "7"), ("size", "-4096 bytes")),
        ),
    )


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_that_was_cut_off_anywhere_is_a_sentence(file: Path) -> None:
    data = source.plain(file.read_bytes(), file.name)
    for size in range(0, len(data), 7):
        with suppress(BadFileError):
            pprof.read(data[:size], file.name)
    with pytest.raises(BadFileError, match=rf"{file.name}: this is not a pprof profile \(.+\)\. Was it cut off\?"):
        pprof.read(data[: len(data) // 2], file.name)


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(bytes(5_000_000)) * 2
    with pytest.raises(BadFileError, match="it: this has more than 8 MB"):
        source.plain(bomb, "it", most=8_000_000)
    assert len(source.plain(bomb, "it", most=10_000_000)) == 10_000_000


def test_a_gzip_file_of_many_pieces_is_refused() -> None:
    with pytest.raises(BadFileError, match="it: this gzip file has too many pieces"):
        source.plain(gzip.compress(b"") * 101, "it")


def test_a_short_file_cannot_stand_for_gigabytes_of_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "MOST_FRAMES", 1000)
    line = bytes_field(4, varint_field(1, 1))
    whole = [
        bytes_field(1, b""),
        *(bytes_field(2, packed_field(1, [1] * count) + packed_field(2, [1])) for count in range(1, 30)),
        bytes_field(4, varint_field(1, 1) + line * 100),
        bytes_field(5, varint_field(1, 1)),
        bytes_field(6, b""),
    ]
    with pytest.raises(BadFileError, match="its stacks have more than"):
        pprof.read(b"".join(whole), "it")


def test_a_profile_of_another_tool_can_be_written_as_pprof() -> None:
    for file in sorted((FIXTURES / "speedscope").iterdir()):
        _, profile = registry.read(file.read_bytes(), file.name)
        assert pprof.read(pprof.write(profile), "it") == profile


def test_a_value_that_does_not_fit_is_refused_with_what_to_do() -> None:
    huge = Profile(types=CPU[:1], stacks=(Stack((Frame("f"),), (1e30,)),))
    with pytest.raises(UsageError, match=r"is no 64-bit number\. Write it as speedscope"):
        pprof.write(huge)
    assert pprof.read(pprof.write(replace(huge, stacks=())), "it").total == 0
