from __future__ import annotations

from resonance_perf.drivers.ending import describe_end, last_words
from resonance_perf.model.outcome import ProcessOutcome


def said(stderr: bytes, **fields: str) -> ProcessOutcome:
    return ProcessOutcome(argv=("make",), exit_code=1, stderr=stderr, **fields)  # type: ignore[arg-type]  # fields of it


def test_last_words_are_few_short_and_printable() -> None:
    noise = b"\x1b[31mred\x07\r\n\n" + b"\xff\xfe\n" + b"x" * 500 + b"\na\nb\nc\n"
    assert last_words(said(noise)) == f"�� / {'x' * 200} / a / b / c"
    assert last_words(said(b"\x1b[31mred\x07")) == "[31mred"
    assert last_words(said(b"\n\n")) == ""
    assert describe_end(said(b"\0" * 100)) == "ended with exit code 1 and said nothing"


def test_why_it_could_not_start_comes_before_what_it_said() -> None:
    assert last_words(said(b"noise", error="no such program")) == "no such program"
