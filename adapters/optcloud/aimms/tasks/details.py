"""What a task's JSON says, typed: times, durations, codes and names, of v2 and of v1.

Sources: vendor pages "AIMMS PRO REST API" (the table of v1 and v2 names) and "Providing REST APIs" of the Data Exchange
library; AIMMS facts 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from optcloud.core.states import State, Status

# v2's name: v1's name. For the times no v1 names are published.
V1_NAMES = {
    "appName": "projectName",
    "appVersion": "projectVersion",
    "serviceName": "service",
    "state": "status",
    "runTime": "runtime",
    "queueTime": "queuetime",
    "returnCode": "returncode",
    "errorMessage": "errormessage",
}
SESSION_NAMES = ("sessionId", "sessionID", "session_id", "sessionUuid")  # inferred (AIMMS facts 8.7)
_MOST = 10**18  # what counts something in a reply is not more
_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<clock>\d\d:\d\d(?::\d\d)?)"
    r"(?:[.,](?P<fraction>\d+))? ?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


@frozen
class TaskView:
    """A task as its last look showed it. What is missing or unreadable is None; ``raw`` is the JSON as received.

    Times carry a zone only where the vendor gave one: in v2's examples there is none, and which one is meant is not
    published (AIMMS facts 8.13). ``queue_time`` and ``run_time`` are in seconds; the former includes a scheduled
    wait. ``return_code`` is what the app's procedure returned: its meaning is the app's own.
    """

    id: str | None
    run: int | None
    """Which run of a repeated task, from 0; None for a task that does not repeat."""
    app: str | None
    version: str | None
    service: str | None
    state: State
    word: str
    schedule_for: datetime | None
    schedule_interval: str | None
    created_at: datetime | None
    assigned_at: datetime | None
    running_at: datetime | None
    ended_at: datetime | None
    queue_time: float | None
    run_time: float | None
    return_code: int | None
    error_message: str | None
    user_name: str | None
    user_environment: str | None
    session_id: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, status: Status) -> TaskView:
        """Read what a look at a task brought."""
        raw = status.reply

        def text(name: str) -> str | None:
            value = named(raw, name)
            return None if value is None or value == "" else str(value)

        return cls(
            id=text("id"),
            run=whole(named(raw, "groupIndex")),
            app=text("appName"),
            version=text("appVersion"),
            service=text("serviceName"),
            state=status.state,
            word=status.word,
            schedule_for=moment(named(raw, "scheduleFor")),
            schedule_interval=text("scheduleInterval"),
            created_at=moment(named(raw, "createdAt")),
            assigned_at=moment(named(raw, "assignedAt")),
            running_at=moment(named(raw, "runningAt")),
            ended_at=moment(named(raw, "endedAt")),
            queue_time=seconds(named(raw, "queueTime")),
            run_time=seconds(named(raw, "runTime")),
            return_code=whole(named(raw, "returnCode")),
            error_message=text("errorMessage"),
            user_name=text("userName"),
            user_environment=text("userEnvironment"),
            session_id=next((found for found in map(text, SESSION_NAMES) if found is not None), None),
            raw=raw,
        )


def named(task: Mapping[str, Any], name: str) -> Any:
    """Return a field by its v2 name, or by its v1 name where the task has only that; None when it has neither."""
    value = task.get(name)
    return task.get(V1_NAMES[name]) if value is None and name in V1_NAMES else value


def moment(value: object) -> datetime | None:
    """Read a time as AIMMS writes it: a blank or a T, any number of decimals, with or without a zone."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    fraction = ((found["fraction"] or "") + "000000")[:6]
    clock = found["clock"] if found["clock"].count(":") == 2 else f"{found['clock']}:00"
    try:
        return datetime.fromisoformat(f"{found['day']}T{clock}.{fraction}{found['zone'] or ''}")
    except ValueError:  # such as the 31st of February: no time, and still in `raw`
        return None


def seconds(value: object) -> float | None:
    """Read a duration in seconds: a number, or a number in text (its formatting changed in PRO 25.2.1)."""
    number = _number(value)
    return None if number is None or number < 0 else number


def whole(value: object) -> int | None:
    """Read an integer of up to 18 digits, also one that is written as 1.0 or as text; None for anything else."""
    number = _number(value)
    if number is None or not number.is_integer() or abs(number) >= _MOST:
        return None
    return value if isinstance(value, int) else int(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None
