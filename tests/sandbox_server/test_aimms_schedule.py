"""When tasks run: what is read as a moment and a duration, and that nothing else is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud_sandbox.aimms.schedule import read_schedule
from optcloud_sandbox.refusal import Refusal

NOW = datetime(2026, 1, 31, tzinfo=UTC).timestamp()
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def seconds(text: str) -> float:
    return read_schedule({"scheduleIn": text}, NOW).due - NOW


@given(st.datetimes(datetime(2026, 2, 2), datetime(2200, 1, 1), timezones=OFFSETS))
def test_moments_come_back_in_utc(moment: datetime) -> None:
    text = moment.strftime("%Y-%m-%d %H:%M:%S.%f ") + moment.isoformat()[-6:]
    schedule = read_schedule({"scheduleFor": text}, NOW)
    assert schedule.text == moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.mark.parametrize("form", ["2026-03-01 10:00", "2026-03-01 10:00:00", "2026-03-01T10:00:00.000Z"])
def test_what_follows_the_minutes_is_optional(form: str) -> None:
    assert read_schedule({"scheduleFor": form}, NOW).due == datetime(2026, 3, 1, 10, tzinfo=UTC).timestamp()


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_durations_in_both_forms_say_the_same(days: int, hours: int, minutes: int, count: int) -> None:
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=count).total_seconds()
    assert seconds(f"P{days}DT{hours}H{minutes}M{count}S") == pytest.approx(length)
    words = f"{days} days, {hours} hours, {minutes} minutes and {count} seconds"
    assert seconds(words) == pytest.approx(length)
    assert seconds(words.replace(",", "").replace(" and", "")) == pytest.approx(length)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1 day", 86400), ("2 weeks", 1209600), ("P1W", 604800), ("PT0.5S", 0.5), ("1 month", 2592000), ("P1Y", 31536000)],
)
def test_single_units(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "1", "day", "1 day 2", "1 day2 hours", "1 fortnight", "-1 day", "P1H", "٣ days"],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(Refusal, match="scheduleInterval must be"):
        read_schedule({"scheduleInterval": text}, NOW)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("scheduleFor", "scheduleIn", "scheduleInterval"):
        try:
            schedule = read_schedule({name: text}, NOW)
        except Refusal as refusal:
            assert refusal.status == 400
        else:
            assert schedule.due >= NOW


@pytest.mark.parametrize("text", [f"{'9' * 30} weeks", "P9999Y", f"P{'9' * 400}D"])
@pytest.mark.parametrize("name", ["scheduleIn", "scheduleInterval"])
def test_nothing_beyond_the_calendar(name: str, text: str) -> None:
    with pytest.raises(Refusal, match="beyond the year 9999"):
        read_schedule({name: text, "scheduleIn": text}, NOW)
