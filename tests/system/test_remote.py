from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.system.remote import AnswerError, document, write_answer


@pytest.mark.parametrize("key", ["", "NOT_THERE"])
def test_a_sentence_holds_no_password(key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(told: dict[str, Any], _key: str) -> bytes:
        raise AnswerError(f"{told['server']}/api answers 500")

    asked = tmp_path / "asked.json"
    asked.write_text(json.dumps({"server": "http://ada:s3cret@127.0.0.1:9090", "key": key}))
    assert write_answer("Prometheus", "prometheus", str(asked), str(tmp_path / "answer"), fails) == 1
    said = capsys.readouterr().err
    assert "http://…@127.0.0.1:9090" in said and "s3cret" not in said and not (tmp_path / "answer").exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "it answered with status 407 and something that is not JSON"),
        (b"[1]", "it answered with JSON that is no result"),
        (b" " * 2_000_001, "it answered with more than 2 MB"),
    ],
)
def test_an_answer_that_is_no_document_is_a_sentence(body: bytes, said: str) -> None:
    with pytest.raises(AnswerError, match=f"^{said}$"):
        document(407, body, "no result", 2_000_000)
    assert document(400, b'{"status": "error"}', "no result", 2_000_000) == {"status": "error"}
