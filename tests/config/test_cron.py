"""A cron expression is checked, and its days are named so that no scheduler miscounts them."""

from __future__ import annotations

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.config.cron import cron
from resonance_perf.config.nodes import Scalar
from resonance_perf.config.values import WrongValueError
from resonance_perf.model.errors import Location


def read(text: str) -> str:
    return cron(Scalar(text, "text", Location("c", 1, 1)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 3 * * *", "0 3 * * *"),
        ("*/5 1-6/2 1,15 * *", "*/5 1-6/2 1,15 * *"),
        ("0 0 * * 0", "0 0 * * sun"),
        ("0 0 * * 7", "0 0 * * sun"),
        ("0 0 * * 5-7", "0 0 * * sun,fri,sat"),
        ("0 0 * * FRI-MON", "0 0 * * sun,mon,fri,sat"),
        ("0 0 * * */2", "0 0 * * sun,tue,thu,sat"),
        ("0 0 * Jan-mar,12 *", "0 0 * 1,2,3,12 *"),
        (" 0  0 * * * ", "0 0 * * *"),
    ],
)
def test_an_expression_is_brought_into_one_form(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@daily", "must have five fields (minute hour day month weekday), not 1"),
        ("0 3 * * * *", "must have five fields (minute hour day month weekday), not 6"),
        ("60 3 * * *", 'has a minute that cannot be "60"'),
        ("0 3-1 * * *", 'has an hour that cannot be "3-1"'),
        ("0 3 0 * *", 'has a day of the month that cannot be "0"'),
        ("0 3 * foo *", 'has a month that cannot be "foo"'),
        ("0 3 * * 8", 'has a day of the week that cannot be "8"'),
        ("0 3 * * 1-9", 'has a day of the week that cannot be "1-9"'),
        ("*/0 3 * * *", 'has a minute that cannot be "*/0"'),
        ("1, 3 * * *", 'has a minute that cannot be "1,"'),
    ],
)
def test_a_wrong_field_is_named(text: str, expected: str) -> None:
    with pytest.raises(WrongValueError) as caught:
        read(text)
    assert caught.value.faults[0].what == expected


@given(st.text("0123456789*/,- adeimnorstuw"))
def test_what_is_accepted_the_scheduler_accepts(text: str) -> None:
    try:
        expression = read(text)
    except WrongValueError:
        return
    CronTrigger.from_crontab(expression, timezone="UTC")


FIELD = st.sampled_from(["*", "*/2", "1", "1-5", "1,3", "5/2", "1-5/2"])


MONTH = st.one_of(FIELD, st.sampled_from(["jan", "feb-apr", "feb-dec/3"]))
WEEKDAY = st.one_of(FIELD, st.sampled_from(["sat-tue", "0", "7", "6-7", "sun-sat/3"]))


@given(st.tuples(FIELD, FIELD, FIELD, MONTH, WEEKDAY))
def test_ordinary_expressions_are_accepted_by_us_and_the_scheduler(fields: tuple[str, ...]) -> None:
    CronTrigger.from_crontab(read(" ".join(fields)), timezone="UTC")
