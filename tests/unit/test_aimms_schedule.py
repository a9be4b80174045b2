"""When a task runs: moments and durations in the vendor's words."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.tasks.schedule import delay, moment, schedule
from optcloud.core.errors import BadRequest

OVERLAY = Path(__file__).parents[2] / "specs" / "aimms-pro-v2" / "overlay.yaml"
ZONES = st.one_of(
    st.timezones(),
    st.builds(timezone, st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59))),
)
ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def pattern() -> re.Pattern[str]:
    actions = yaml.safe_load(OVERLAY.read_text())["actions"]
    found = [
        action["update"]["schema"]["pattern"]
        for action in actions
        if "pattern" in str(action.get("update")) and "scheduleFor" in action["target"]
    ]
    return re.compile(found[0])


PATTERN = pattern()


def read(text: str) -> datetime:
    day, time, offset = text.split()
    return datetime.fromisoformat(f"{day}T{time}{offset}")


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES))
def test_a_moment_goes_out_as_the_document_has_it_and_is_never_earlier(at: datetime) -> None:
    text = moment(at)
    assert PATTERN.fullmatch(text)
    late = read(text) - at
    assert timedelta(0) <= late < timedelta(milliseconds=1)
    offset, sent = at.utcoffset(), read(text).utcoffset()
    assert offset is not None and sent is not None
    assert abs(offset - sent) < timedelta(minutes=1)
    assert offset % timedelta(minutes=1) or offset == sent


def test_the_zone_is_kept() -> None:
    assert moment(datetime(2026, 7, 1, 8, tzinfo=ZoneInfo("Europe/Amsterdam"))) == "2026-07-01 08:00:00.000 +02:00"
    assert moment(datetime(2026, 1, 1, 8, 30, 15, 250_000, tzinfo=UTC)) == "2026-01-01 08:30:15.250 +00:00"
    assert moment(datetime(2026, 1, 1, 8, 30, 15, 250_001, tzinfo=UTC)) == "2026-01-01 08:30:15.251 +00:00"
    assert moment(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))).endswith(" -03:30")


def test_an_offset_with_seconds_is_cut_to_minutes_at_the_same_moment() -> None:
    local = datetime(1900, 1, 1, 12, tzinfo=timezone(timedelta(minutes=53, seconds=28)))
    assert moment(local) == "1900-01-01 11:59:32.000 +00:53"
    west = datetime(1900, 1, 1, 12, tzinfo=timezone(-timedelta(hours=23, minutes=59, seconds=30)))
    assert moment(west) == "1900-01-01 12:00:30.000 -23:59"


def test_a_moment_without_a_zone_is_refused_with_the_mend() -> None:
    with pytest.raises(BadRequest, match=r"at: 2026-01-31T08:00:00 has no time zone; give it one.*ZoneInfo") as caught:
        moment(datetime(2026, 1, 31, 8))
    assert caught.value.status is None


def test_a_moment_beyond_all_years_is_refused() -> None:
    with pytest.raises(BadRequest, match="beyond all years"):
        moment(datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31 08:00",
        "2026-01-31 08:00:30",
        "2026-01-31 08:00:30.5",
        "2026-01-31 08:00 +01:00",
        "2026-01-31 08:00:30.123456789 -11:30",
    ],
)
def test_the_vendors_own_text_goes_out_as_it_is(text: str) -> None:
    assert PATTERN.fullmatch(text)
    assert moment(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "2026-01-31",
        "2026-01-31T08:00",
        "2026-01-31 08:00Z",
        "2026-02-30 08:00",
        "2026-01-31 25:00",
        "2026-01-31 08:00 +99:00",
        "2026-01-31 08:00\n",
        "",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="is no moment such as"):
        moment(text)


@given(st.timedeltas(min_value=timedelta(microseconds=1)))
def test_any_duration_makes_the_round_trip(after: timedelta) -> None:
    found = ISO.fullmatch(delay(after))
    assert found is not None
    days, hours, minutes, seconds = (part or "0" for part in found.groups())
    whole, _, fraction = seconds.partition(".")
    microseconds = int((fraction + "000000")[:6])
    read_again = timedelta(int(days), int(whole), microseconds, hours=int(hours), minutes=int(minutes))
    assert read_again == after


@given(st.timedeltas(max_value=timedelta(0)))
def test_nothing_and_less_is_refused(after: timedelta) -> None:
    with pytest.raises(BadRequest, match=r"every: .* is not more than nothing"):
        delay(after, "every")


def test_durations_as_the_vendor_writes_them() -> None:
    assert delay(timedelta(days=1, hours=2, minutes=3, seconds=4)) == "P1DT2H3M4S"
    assert delay(timedelta(weeks=2)) == "P14D"
    assert delay(timedelta(seconds=90.5)) == "PT1M30.5S"
    for text in ("1 day", "2 weeks", "P1DT2H3M4S", "P2W", "PT0.5S", "P1Y2M", "1 hour 30 minutes", "1 day, 2 hours"):
        assert delay(text) == text


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "soon", "day", "-1 day", "P-1D", "0 days", "PT0S", "1 day\n", "1"]
)
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(BadRequest, match=r"after: .* is no duration such as"):
        delay(text)


def test_the_arguments_of_the_call() -> None:
    assert schedule(None, None, None) == {}
    assert schedule(None, "1 day", timedelta(days=7)) == {"schedule_in": "1 day", "schedule_interval": "P7D"}
    assert schedule("2026-01-31 08:00", None, None) == {"schedule_for": "2026-01-31 08:00"}
    with pytest.raises(BadRequest, match="give one of them"):
        schedule("2026-01-31 08:00", "1 day", None)


def test_a_date_alone_says_no_time() -> None:
    day: Any = date(2026, 1, 31)
    with pytest.raises(BadRequest, match="at: 2026-01-31 is a day without a time"):
        moment(day)
