"""What the list of tasks shows of an app's version: read whole, so that what it does not show is not there.

Pages overlap by one entry, by which it is seen whether the list moved between two of them: a task that was deleted
meanwhile would let another one slip through. Its order is taken to stay as it is (AIMMS facts 8.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from optcloud.aimms.tasks.bulk_polling import LARGE_PAGE, SMALL_PAGE
from optcloud.aimms.tasks.details import TaskView
from optcloud.aimms.tasks.listing import Filters, ListedTask, listed
from optcloud.aimms.tasks.pages import Page
from optcloud.batch.targets.aimms_marks import ListedCandidate
from optcloud.core.errors import BadRequest, ResponseMismatch
from optcloud.core.flow import Flow

TRIES = 5  # readings of a list that moves, before the next look is waited for
AROUND = timedelta(days=2)  # more than any time zone, and than the doubt whether a filter's day itself counts


class ListMoved(ResponseMismatch):
    """The list of tasks changed each time that it was read; another look, later, may find it at rest."""

    passing = True


def tasks_around(profile: str, app: str, version: str, since: float, until: float) -> Flow[list[ListedTask]]:
    """List the tasks that were created between two times, and some more on either side. Raises `ListMoved`."""
    filters = Filters(app=app, version=version, after=_day(since, -AROUND), before=_day(until, AROUND))
    for _ in range(TRIES):
        entries = yield from _whole(filters)
        if entries is not None:
            return [listed(profile, entry) for entry in entries]
    raise ListMoved("the list of tasks changed while it was read")


def candidate(task: ListedTask) -> ListedCandidate:
    """Return what is looked at of an entry."""
    view = task.view
    return ListedCandidate(str(task.reference), task.status.state, seconds_of(view.created_at), due_of(view))


def due_of(view: TaskView) -> int | None:
    """Return the moment that a task shows, in microseconds since the epoch."""
    seconds = view.schedule_for
    if seconds is None:
        return None
    since = (seconds if seconds.tzinfo else seconds.replace(tzinfo=UTC)) - datetime.fromtimestamp(0, UTC)
    return since // timedelta(microseconds=1)


def seconds_of(moment: datetime | None) -> float | None:
    """Return a time as seconds since the epoch; one without a zone is read as UTC."""
    return None if moment is None else (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _whole(filters: Filters) -> Flow[list[Mapping[str, Any]] | None]:
    """Read all pages; None: the list moved meanwhile."""
    found: list[Mapping[str, Any]] = []
    size = LARGE_PAGE
    while True:
        page, size = yield from _page(filters, max(0, len(found) - 1), size)
        entries = page.entries
        if found:
            if not entries or _name(entries[0]) != _name(found[-1]):
                return None
            entries = entries[1:]
        found += entries
        if not entries or (page.total is not None and len(found) >= page.total):
            return found if len({_name(entry) for entry in found}) == len(found) else None


def _page(filters: Filters, offset: int, size: int) -> Flow[tuple[Page, int]]:
    try:
        return (yield from filters.page(offset, size)), size
    except BadRequest:
        if size == SMALL_PAGE:
            raise
        return (yield from filters.page(offset, SMALL_PAGE)), SMALL_PAGE


def _name(entry: Mapping[str, Any]) -> tuple[str, str]:
    return str(entry.get("id")), str(entry.get("groupIndex"))


def _day(moment: float, margin: timedelta) -> date:
    return (datetime.fromtimestamp(moment, UTC) + margin).date()
