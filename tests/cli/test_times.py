"""Times and durations as people type them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import typer

from optcloud.cli.times import day_or_moment, duration, instant, machine_hours, moment, seconds, two_places


@pytest.fixture
def in_karachi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Five hours before UTC, in summer and in winter."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of the process cannot be set here")
    monkeypatch.setenv("TZ", "XXX-5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-01-31T08:00", 3),
        ("2026-01-31 08:00", 3),
        ("2026-01-31 08:00:00.000", 3),
        ("2026-01-31T08:00Z", 8),
        ("2026-01-31T08:00+01:00", 7),
        ("2026-01-31 08:00:00.000 +01:00", 7),  # the vendor's own form
        ("2026-01-31 08:00 -02:00", 10),
    ],
)
def test_moment(in_karachi: None, text: str, hour: int) -> None:
    assert moment(text) == datetime(2026, 1, 31, hour, tzinfo=UTC)


def test_a_day_or_a_moment(in_karachi: None) -> None:
    assert day_or_moment("2026-01-31") == date(2026, 1, 31)
    assert day_or_moment("2026-01-31T08:00") == datetime(2026, 1, 31, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "31.01.2026", "2026-02-31T08:00"])
def test_no_moment(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time such as"):
        day_or_moment(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("1.5 h", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("2w", timedelta(weeks=2)),
        ("2 weeks", "2 weeks"),
        ("PT1H", "PT1H"),
        ("1M", "1M"),
    ],
)
def test_duration(text: str, meant: Any) -> None:
    assert duration(text) == meant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.0, "0.0 s"),
        (59.94, "59.9 s"),
        (59.97, "1:00"),
        (61.0, "1:01"),
        (3599.9, "1:00:00"),
        (7384, "2:03:04"),
    ],
)
def test_seconds(value: float | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [(None, ""), ("0", "0.00"), ("0.0099", "under 0.01"), ("0.01", "0.01"), ("0.126", "0.13"), ("120", "120.00")],
)
def test_hours(hours: str | None, text: str) -> None:
    value = None if hours is None else Decimal(hours)
    assert two_places(value) == text
    assert machine_hours(value) == f"{text or 'unknown'} machine-hours"


def test_an_instant_is_shown_in_utc(in_karachi: None) -> None:
    assert instant(moment("2026-01-31T08:00:07.9")) == "2026-01-31 03:00:07 UTC"
