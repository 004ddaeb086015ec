from __future__ import annotations

import pytest

from resonance_perf.config.law import read_law
from resonance_perf.config.load import load_config
from resonance_perf.model.law import Law

ADA = "Ada <ada@example.org>"
WHOLE = f"""version: 1
state_dir: perf
approvers: ["{ADA}"]
require_signature: true
benchmarks:
  api:
    driver: command
    command: ["true"]
    metrics:
      wall: {{budget: api_wall}}
      cpu: {{}}
"""


def test_the_law_is_what_the_config_says() -> None:
    config, problems = load_config(WHOLE, "c")
    assert (config and config.law(), problems) == (read_law(WHOLE), ())
    assert read_law(WHOLE) == Law(
        state_dir="perf", approvers=(ADA,), require_signature=True, metrics={"api_wall": "api.wall"}
    )


def test_a_config_of_another_version_has_a_law_too() -> None:
    law = read_law(WHOLE.replace("version: 1", "version: 9\nnew_key: [1]").replace("driver: command", "driver: later"))
    assert law == read_law(WHOLE)


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1\n", "state_dir: /etc\n", 'state_dir: "a\\nb"\n', f"approvers: ['{ADA}']\napprovers: []\n"]
)
def test_what_cannot_be_read_is_no_law(text: str) -> None:
    assert read_law(text) is None


@pytest.mark.parametrize("people", ["Ada", "[Ada]", f"['{ADA}', Eve]", "{}"])
def test_a_list_with_a_fault_lists_nobody(people: str) -> None:
    law = read_law(f"approvers: {people}\n")
    assert law is not None and law.approvers == ()


@pytest.mark.parametrize(
    ("value", "required"), [("true", True), ("false", False), ("yes", True), ("[]", True), ("", True)]
)
def test_a_word_that_is_no_flag_requires_signatures(value: str, required: bool) -> None:
    law = read_law(f"require_signature: {value}\n")
    assert law is not None and law.require_signature is required
