from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import AddBudget, SetBudget

YAML = """# State

```yaml
# what we promise
budgets:
  api: 100ms   # measured at noon

  size: {limit: 150kb, why: "phones"}  # gzip
# the end
```
"""
NEW = AddBudget("shop_lcp", "2.5s", metric="shop-*.lcp", why="Core Web Vitals")


def test_a_budget_with_a_metric_is_a_mapping_in_json() -> None:
    text = '```json\n{\n  "budgets": {\n    "a": "1ms"\n  }\n}\n```\n'
    line = '    "shop_lcp": {"limit": "2.5s", "metric": "shop-*.lcp", "why": "Core Web Vitals"}\n'
    assert NEW.apply(text) == text.replace('"1ms"\n', '"1ms",\n' + line)


def test_yaml_keeps_every_comment() -> None:
    added = NEW.apply(YAML)
    line = '  shop_lcp: {"limit": "2.5s", "metric": "shop-*.lcp", "why": "Core Web Vitals"}\n'
    assert added == YAML.replace("# gzip\n", "# gzip\n" + line)
    changed = SetBudget("size", "150kb", "120kb").apply(SetBudget("api", "100ms", "80ms").apply(added))
    assert changed == added.replace("100ms", "80ms").replace("150kb", "120kb")


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


@pytest.mark.parametrize("text", ["", "# State\n", YAML])
@given(metric=PLAIN, why=PLAIN)
def test_whatever_the_metric_and_the_reason_say_they_read_back(text: str, metric: str, why: str) -> None:
    budgets, problems = read_budgets(AddBudget("k", "1s", metric=metric, why=why).apply(text), "f")
    assert problems == ()
    assert [(one.metric, one.why) for one in budgets if one.key == "k"] == [(metric or None, why)]
