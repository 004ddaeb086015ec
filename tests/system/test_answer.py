"""What the client of the load reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.system.answer import Answer

WHOLE = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
    b"HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n7;x=y\r\n0\r\n\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n",
    b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nTrailer: x\r\n\r\n",
]


@given(st.sampled_from(WHOLE), st.data())
def test_an_answer_is_whole_at_its_last_byte_however_it_is_cut(whole: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1))))
    answer = Answer()
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        assert not answer.done
        answer.feed(whole[start:end])
    assert answer.done and not answer.closes
    assert answer.status == (int(whole[9:12]) if whole[9:12] != b"100" else 200)


@given(st.binary())
def test_what_is_not_http_is_refused_or_waits_for_more(data: bytes) -> None:
    answer = Answer()
    try:
        answer.feed(data + b"\r\n\r\n")
    except ValueError:
        return
    assert not answer.done or data.startswith(b"HTTP/1.")


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    answer = Answer()
    answer.feed(b"HTTP/1.0 200 OK\r\n\r\nsome")
    assert not answer.done
    answer.feed(b"")
    assert answer.done and answer.closes
