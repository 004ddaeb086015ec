"""What holds for all readers: each knows its own files and no others', and no file makes any of them fall over."""

from __future__ import annotations

import io
from contextlib import suppress
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonance_perf.app.take_in import read_file
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.quantity import BASE_SYMBOLS
from resonance_perf.readers import HEAD_BYTES
from resonance_perf.readers.registry import installed

TOLD = {"csv", "json", "openmetrics", "prometheus", "regex"}
"""What reads any file is told what to take, see test_take.py."""
FILES = sorted((Path(__file__).parents[1] / "fixtures/readers").glob("*/*"))
NAMES = [f"{file.parent.name}/{file.name}" for file in FILES]


def test_every_reader_has_an_output_to_show() -> None:
    assert {file.parent.name for file in FILES} == set(installed()) - TOLD


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_is_recognised_and_read(file: Path) -> None:
    tool, readings = read_file(str(file), None)
    assert tool == file.parent.name
    assert readings
    for reading in readings:
        assert reading.metrics or reading.failed
        names = [one.metric for one in reading.metrics]
        assert len(set(names)) == len(names)
        for one in reading.metrics:
            assert one.low <= one.value <= one.high and isfinite(one.low) and isfinite(one.high)
            assert one.unit in BASE_SYMBOLS.values()


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_that_was_cut_off_is_read_or_refused_with_a_sentence(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        cut = tmp_path / file.name
        cut.write_bytes(data[: int(len(data) * share)])
        with suppress(ResonanceError):
            read_file(str(cut), file.parent.name)


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("locust", "Type,Name,Request Count,Failure Count,\rGET,/,1,0\n"),
        ("artillery", '{"aggregate": {"counters": {"http.requests": 1}}}'),
    ],
)  # fmt: skip
def test_what_no_tool_writes_is_a_sentence_with_the_file(tool: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "it"
    file.write_text(text, newline="")
    with pytest.raises(ResonanceError, match=f"it: this is not what {tool} writes"):
        read_file(str(file), tool)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(data=st.data())
def test_a_damaged_file_never_makes_a_reader_fall_over(data: st.DataObject, tmp_path: Path) -> None:
    file = data.draw(st.sampled_from(FILES))
    content = bytearray(file.read_bytes()[:20_000])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / file.name
    damaged.write_bytes(bytes(content))
    with suppress(ResonanceError):
        read_file(str(damaged), file.parent.name)


@given(st.binary(max_size=HEAD_BYTES), st.text(max_size=20))
def test_nothing_is_recognised_by_falling_over(head: bytes, name: str) -> None:
    for entry in installed().values():
        assert entry.load().recognises(name, head) in (True, False)


@pytest.mark.parametrize("tool", installed())
def test_an_empty_file_is_refused(tool: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    try:
        _, readings = read_file(str(empty), tool)
    except ResonanceError:
        return
    assert all(one.failed for one in readings)


def test_a_reader_reads_a_stream_and_nothing_else() -> None:
    for file in FILES:
        stream = io.BytesIO(file.read_bytes())
        assert installed()[file.parent.name].load().read(stream, file.name)
