"""Query parameters of lists: filters and pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self, TypeVar

from starlette.requests import Request

from optcloud_sandbox.aimms.tasks import Task
from optcloud_sandbox.given import whole_number
from optcloud_sandbox.refusal import Refusal

DEFAULT_PAGE = 100  # default and maximum are not published (inferred)

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """Filters of the task list. A day begins at midnight UTC; `before` is exclusive, `after` inclusive (inferred)."""

    app: str | None
    version: str | None
    before: float | None
    after: float | None

    @classmethod
    def read(cls, request: Request) -> Self:
        query = request.query_params
        before, after = _moment(query.get("before"), "before"), _moment(query.get("after"), "after")
        return cls(query.get("appName") or None, query.get("appVersion") or None, before, after)

    def __call__(self, task: Task, index: int) -> bool:
        created = task.runs[index].created
        return (
            (self.app is None or task.app == self.app)
            and (self.version is None or task.version == self.version)
            and (self.before is None or created < self.before)
            and (self.after is None or created >= self.after)
        )


def rows(tasks: list[Task], wanted: Wanted, *, every_run: bool) -> list[tuple[Task, int]]:
    """Tasks and the indexes of their runs, in order of creation; the last run of each, or every one."""
    found = []
    for task in tasks:
        task.catch_up()
        last = len(task.runs) - 1
        for index in range(0 if every_run else last, last + 1):
            if not task.runs[index].deleted and wanted(task, index):
                found.append((task, index))
    return found


def page(request: Request, found: Sequence[T], default: int = DEFAULT_PAGE) -> Sequence[T]:
    """The part that `offset` and `limit` ask for; Refusal 400 when one is no number."""
    query = request.query_params
    offset, limit = count(query.get("offset"), "offset", 0), count(query.get("limit"), "limit", 1)
    start = offset or 0
    return found[start : start + (limit or default)]


def count(text: str | None, name: str, least: int) -> int | None:
    """The number of a query parameter; Refusal 400 names it."""
    if text is None:
        return None
    found = whole_number(text, least)
    if found is None:
        raise Refusal(400, f"{name} must be an integer of {least} or more, got {text[:100]!r}")
    return found


def _moment(text: str | None, name: str) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{name} must be a date such as 2026-01-31: {error}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
