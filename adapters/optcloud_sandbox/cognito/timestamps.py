"""The TIMESTAMP of an answer to PASSWORD_VERIFIER: one English form, the day without a leading zero."""

import re
from datetime import UTC, datetime

from optcloud_sandbox.refusal import Refusal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORM = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ({'|'.join(MONTHS)}) ([1-9]|[12][0-9]|3[01]) "
    r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]) UTC ([0-9]{4})"
)


def seconds_of(timestamp: str) -> float:
    """Seconds since the epoch; Refusal for another form or a day that is not in the calendar."""
    found = _FORM.fullmatch(timestamp)
    if found is not None:
        month, day, hour, minute, second, year = found.groups()
        at = (int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
        try:
            return datetime(*at, tzinfo=UTC).timestamp()
        except ValueError as error:
            raise Refusal(400, f"TIMESTAMP is no moment of the calendar: {error}") from error
    raise Refusal(
        400, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english, e.g. Tue Nov 3 07:05:00 UTC 2026."
    )
