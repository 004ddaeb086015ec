from __future__ import annotations

import json
from math import inf, nan

import pytest

from resonance_perf.cli.output import print_json


def test_what_is_no_json_number_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"high": inf, "rows": [{"p": nan}, (1.5, -inf)], "text": "∞"})
    said = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert said == {"high": None, "rows": [{"p": None}, [1.5, None]], "text": "∞"}
