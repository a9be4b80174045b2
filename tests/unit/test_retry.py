"""When a request is repeated, and after how long."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import (
    BadRequest,
    RateLimited,
    ResponseMismatch,
    ServerError,
    TransportError,
    WaitTimeout,
)
from optcloud.core.replies import error_of
from optcloud.core.retry import RetryPolicy, retry_after

POLICY = RetryPolicy(random=lambda: 1.0)
PASSING = (408, 429, 500, 502, 503, 504)
LASTING = (400, 401, 403, 404, 405, 409, 413, 415, 422, 501)


@given(st.integers(0, 10**9))
def test_retry_after_in_seconds(seconds: int) -> None:
    assert retry_after({"retry-after": f" {seconds} "}, 0.0) == seconds


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1)),
    st.integers(-12 * 60, 14 * 60),
    st.integers(-(10**6), 10**6),
)
def test_retry_after_as_a_date(naive: datetime, offset: int, ahead: int) -> None:
    date = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    wall = date.timestamp() - ahead
    assert retry_after({"retry-after": format_datetime(date)}, wall) == max(0, ahead)


def test_a_date_without_a_zone_is_utc() -> None:
    at = datetime(2026, 11, 7, 9, 5, 1, tzinfo=UTC).timestamp()
    assert retry_after({"retry-after": "Sat, 07 Nov 2026 09:05:31 -0000"}, at) == 30
    assert retry_after({"retry-after": "Sat, 07 Nov 2026 09:05:31 GMT"}, at) == 30


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "soon",
        "-3",
        "1.5",
        "٣",  # a digit, but not an ASCII one
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +9999",
        "Mon, 41 Jan 2024 00:00:00 GMT",
    ],
)
def test_an_unreadable_retry_after_counts_as_absent(junk: str) -> None:
    assert retry_after({"retry-after": junk}, 0.0) is None
    assert retry_after({}, 0.0) is None


@given(st.text())
def test_no_retry_after_breaks_the_reader(text: str) -> None:
    seconds = retry_after({"retry-after": text}, 1e9)
    assert seconds is None or seconds >= 0


@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(0.001, 100), st.floats(0.001, 100))
def test_backoff_grows_is_clamped_and_jittered(attempt: int, chance: float, first: float, longest: float) -> None:
    delay = RetryPolicy(first=first, longest=longest, random=lambda: chance).backoff(attempt)
    full = min(longest, first * 2.0 ** min(attempt - 1, 30))
    assert full / 2 <= delay <= full
    assert delay == pytest.approx(full * (0.5 + 0.5 * chance))


def test_backoff_doubles() -> None:
    assert [POLICY.backoff(attempt) for attempt in range(1, 8)] == [0.5, 1, 2, 4, 8, 16, 20]


@pytest.mark.parametrize("status", PASSING)
def test_what_may_be_repeated_is_repeated_when_the_fault_passes(status: int) -> None:
    error = error_of(status)("busy", status=status)
    assert POLICY.delay(error, 1, repeatable=True) == 0.5
    assert POLICY.delay(error, 3, repeatable=True) == 2.0
    assert POLICY.delay(error, 4, repeatable=True) is None
    assert POLICY.delay(error, 1, repeatable=False) is None


@pytest.mark.parametrize("status", LASTING)
def test_a_lasting_refusal_is_not_repeated(status: int) -> None:
    assert POLICY.delay(error_of(status)("no", status=status), 1, repeatable=True) is None


def test_other_errors_are_not_repeated() -> None:
    for error in (ResponseMismatch("html", status=200), BadRequest("ours"), WaitTimeout("late", ref="r")):
        assert POLICY.delay(error, 1, repeatable=True) is None


def test_what_never_left_is_repeated_and_what_may_have_arrived_is_not() -> None:
    never, lost = TransportError("refused", sent="no"), TransportError("reset", sent="unknown")
    assert POLICY.delay(never, 1, repeatable=False) == 0.5
    assert POLICY.delay(lost, 1, repeatable=False) is None
    assert POLICY.delay(lost, 1, repeatable=True) == 0.5
    assert POLICY.delay(never, 4, repeatable=True) is None


@pytest.mark.parametrize("kind", [RateLimited, ServerError])
def test_the_server_may_ask_for_a_longer_delay_up_to_the_limit(kind: type[RateLimited] | type[ServerError]) -> None:
    error = kind("busy", status=503)
    for asked, delay in ((None, 0.5), (0.1, 0.5), (7.0, 7.0), (3600.0, 20.0)):
        error.retry_after = asked
        assert POLICY.delay(error, 1, repeatable=True) == delay
