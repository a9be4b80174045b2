"""The vendor's dates, times and enumerations, to and from Python's (adiutaOpt facts F073-F080)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optcloud.adiutaopt.problem.values import (
    DATE,
    TIME,
    Gender,
    Language,
    Weekday,
    impossible,
    moment,
    read_date,
    read_time,
    vendor_date,
    vendor_time,
    weekday,
)

# As the document prints them (specs/adiutaopt-v6): what is written must satisfy them.
DATE_PATTERN = r"^[0-9]{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[1-2][0-9]|3[0-1])$"
TIME_PATTERN = r"^[-]?([0-9]{1,9}):([0-5][0-9]|[0-9])$"
MINUTES = st.datetimes().map(lambda given: given.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("2021-05-21", "07:25"),
        ("2021-05-20", "31:25"),
        ("2021-05-19", "55:25"),
        ("2021-05-22", "-16:35"),
        ("2021-05-23", "-40:35"),
    ],
)
def test_the_five_equivalent_times_of_the_vendors_page(day: str, clock: str) -> None:
    meant = datetime(2021, 5, 21, 7, 25)
    assert moment(day, clock) == meant
    assert vendor_time(meant, on=read_date(day)) == clock


@given(MINUTES, st.dates())
@example(datetime(2026, 3, 1, 23, 59), date(2026, 3, 2))
def test_a_moment_survives_the_round_trip_from_whichever_day_it_is_counted(meant: datetime, on: date) -> None:
    clock = vendor_time(meant, on=on)
    assert re.search(TIME_PATTERN, clock) and re.search(DATE_PATTERN, vendor_date(on))
    assert moment(vendor_date(on), clock) == meant


@given(MINUTES)
def test_without_a_date_the_moments_own_day_counts(meant: datetime) -> None:
    assert vendor_time(meant) == f"{meant:%H:%M}" == vendor_time(meant.time())
    assert moment(vendor_date(meant), vendor_time(meant)) == meant


@given(st.integers(-999_999_999 * 60 - 59, 999_999_999 * 60 + 59))
@example(0)
@example(-1)
@example(-60)
def test_offsets_of_any_size_survive_the_round_trip(minutes: int) -> None:
    written = vendor_time(timedelta(minutes=minutes))
    assert re.search(TIME_PATTERN, written)
    assert read_time(written) == timedelta(minutes=minutes)


@given(st.from_regex(TIME_PATTERN, fullmatch=True))
def test_every_time_of_the_pattern_is_read(text: str) -> None:
    text = text.rstrip("\n")
    assert TIME.fullmatch(text)
    minutes = int(text.lstrip("-").partition(":")[0]) * 60 + int(text.partition(":")[2])
    assert read_time(text) == timedelta(minutes=-minutes if text.startswith("-") else minutes)


@given(st.from_regex(DATE_PATTERN, fullmatch=True))
@example("2020-02-31")
@example("0000-02-29")
@example("1900-2-29")
def test_every_date_of_the_pattern_is_read_or_refused_with_the_reason(text: str) -> None:
    text = text.rstrip("\n")
    assert DATE.fullmatch(text)
    year, month, day = map(int, text.split("-"))
    try:
        meant = date(year or 2000, month, day)  # 2000 is a leap year, as the year 0 is
    except ValueError:
        assert "days" in str(impossible(text))
        with pytest.raises(ValueError, match="not a day of the calendar: month"):
            read_date(text)
        return
    assert impossible(text) is None
    if year:
        assert read_date(text) == meant
    else:
        with pytest.raises(ValueError, match="Python's dates begin with the year 0001"):
            read_date(text)


@given(st.dates())
def test_dates_survive_the_round_trip_padded_or_not(day: date) -> None:
    assert read_date(vendor_date(day)) == day == read_date(f"{day.year:04}-{day.month}-{day.day}")


@given(st.dates())
def test_weeks_begin_with_sunday(day: date) -> None:
    assert weekday(day) is Weekday[f"{day:%A}".upper()]
    assert weekday(day) == int(f"{day:%w}")


def test_the_numbers_are_the_published_ones() -> None:
    assert [int(word) for word in (Weekday.SUNDAY, Weekday.SATURDAY)] == [0, 6]
    assert [word.name for word in Language] == ["GERMAN", "ENGLISH"]
    assert [word.name for word in Gender] == ["NOT_PROVIDED", "MALE", "FEMALE", "OTHER"]
    assert [int(word) for word in (*Language, *Gender)] == [0, 1, 0, 1, 2, 3]


@pytest.mark.parametrize("text", ["", "2026-3", "26-03-02", "2026-13-01", "2026-00-10", "2026-03-32", "2026-03-02\n"])
def test_what_is_no_date_is_refused(text: str) -> None:
    assert impossible(text) is None  # something else is wrong with it
    with pytest.raises(ValueError, match="such as 2026-03-02"):
        read_date(text)


@pytest.mark.parametrize("text", ["", "7", "07:60", "+7:25", "07:25:00", "1234567890:00", "07:25\n", "0\u0667:25"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 07:25, 31:25 or -16:35"):
        read_time(text)


def test_what_the_vendors_types_cannot_say_is_refused_with_the_mend() -> None:
    aware = datetime(2026, 3, 2, 7, 25, tzinfo=UTC)
    for given_, hint in (
        (timedelta(seconds=90), "round it to minutes"),
        (datetime(2026, 3, 2, 7, 25, 30), "round it to minutes"),
        (timedelta(hours=1_000_000_000), "the most that a Time can say"),
        (aware, r"astimezone\(zone\)"),
        (time(7, 25, tzinfo=UTC), "the clock of the place"),
    ):
        with pytest.raises(ValueError, match=hint):
            vendor_time(given_)
    with pytest.raises(ValueError, match="astimezone"):
        vendor_date(aware)
    with pytest.raises(ValueError, match="an offset already"):
        vendor_time(timedelta(hours=1), on=date(2026, 3, 2))
    with pytest.raises(ValueError, match="outside the years"):
        moment("9999-12-31", "24:00")
