"""The list of tasks: its pages, its filters, and what one entry tells.

Sources: vendor page "AIMMS PRO REST API", Managing Tasks; AIMMS facts 1, 2, 3 (a local service answers with a bare
array) and 8.6 (order and page size are not published).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from attrs import frozen

from aimms_pro.api.task import get_tasks
from aimms_pro.types import UNSET
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.replies import AimmsReply, ask
from optcloud.aimms.tasks.details import TaskView, named, whole
from optcloud.aimms.tasks.newest import newest_tasks
from optcloud.aimms.tasks.pages import PAGE, Page, created_at
from optcloud.aimms.tasks.states import status_of
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Flow
from optcloud.core.reference import Reference
from optcloud.core.states import State, Status


class ListedTask(NamedTuple):
    """One entry of the list: the task's reference (of a repeated task: of that run), and its status as listed."""

    reference: Reference
    status: Status

    @property
    def view(self) -> TaskView:
        """The task's times, codes and words, typed."""
        return TaskView.of(self.status)


@frozen(kw_only=True)
class Filters:
    """What is listed. ``before`` and ``after`` are days, as the vendor takes them: whether a day itself counts is
    not published.
    """

    app: str | None = None
    version: str | None = None
    before: date | None = None
    after: date | None = None

    def arguments(self, offset: int, limit: int) -> Mapping[str, Any]:
        """Return the arguments of the call for one page."""
        return get_tasks._get_kwargs(
            app_name=UNSET if self.app is None else self.app,
            app_version=UNSET if self.version is None else self.version,
            before=UNSET if self.before is None else self.before,
            after=UNSET if self.after is None else self.after,
            offset=offset,
            limit=limit,
        )

    def page(self, offset: int, limit: int) -> Flow[Page]:
        """Ask for one page. The vendor may give fewer entries than asked for, or more."""
        return _read_page((yield from ask(self.arguments(offset, limit))))


def _read_page(answer: AimmsReply) -> Page:
    """Read a page of the list: v2's names, v1's, or a bare array. Raises `ResponseMismatch`."""
    body = answer.read(dict[str, Any] | list[dict[str, Any]])
    if isinstance(body, list):
        return Page(body, len(body))
    entries: Any = next((body[name] for name in ("current_batch", "statuses") if body.get(name) is not None), [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise answer.mismatch("current_batch is no list of tasks")
    totals = (whole(body.get(name)) for name in ("total_tasks", "total_size"))
    return Page(entries, next((total for total in totals if total is not None), None))


def listed(profile: str, entry: Mapping[str, Any]) -> ListedTask:
    """Return what an entry tells. The run of a repeated task is part of its reference: the last run moves on."""
    run = whole(entry.get("groupIndex"))
    path = (str(entry.get("id")),) if run is None else (str(entry.get("id")), str(run))
    return ListedTask(Reference("aimms", profile, path), status_of(entry))


def list_tasks(
    profile: str,
    *,
    app: str | None = None,
    version: str | None = None,
    service: str | None = None,
    states: Collection[State | str] = (),
    before: date | datetime | None = None,
    after: date | datetime | None = None,
    limit: int | None = None,
    newest_first: bool = False,
) -> Flow[list[ListedTask]]:
    """List tasks as (reference, status), in the vendor's order or the newest first, by their times of creation.

    ``before`` and ``after`` are the times of creation. A date goes out as it is. With a datetime, which needs a time
    zone (`BadRequest`), the days around it are asked for and what was created outside is left out here; the vendor's
    times are read as UTC for that (inferred: AIMMS facts 8.13). ``service`` and ``states`` (of `State`, or their words;
    `BadRequest` for others) are looked at here, too.
    """
    tests = _Tests(service, _states(states), _moment(after, "after"), _moment(before, "before"))
    filters = Filters(app=app, version=version, before=_day(before, 1), after=_day(after, -1))
    if newest_first:
        newest = yield from newest_tasks(filters, tests.passes, limit)
        return [listed(profile, entry) for entry in newest]
    found: list[ListedTask] = []
    offset = 0
    while limit is None or len(found) < limit:
        size = PAGE if limit is None or tests.any else min(PAGE, limit - len(found))
        page = yield from filters.page(offset, size)
        offset += len(page.entries)
        found += [listed(profile, entry) for entry in page.entries if tests.passes(entry)]
        if not page.entries or (page.total is not None and offset >= page.total):
            break
    return found[:limit]


@frozen
class _Tests:
    """What is looked at here, since the list has no parameter for it."""

    service: str | None
    states: frozenset[State]
    after: datetime | None
    before: datetime | None

    @property
    def any(self) -> bool:
        return self != _Tests(None, frozenset(), None, None)

    def passes(self, entry: Mapping[str, Any]) -> bool:
        if self.service is not None and named(entry, "serviceName") != self.service:
            return False
        if self.states and status_of(entry).state not in self.states:
            return False
        return _between(entry, self.after, self.before)


def _states(given: Collection[State | str]) -> frozenset[State]:
    words = {state.value: state for state in State}
    try:
        return frozenset(state if isinstance(state, State) else words[state] for state in given)
    except KeyError as error:
        message = f"states: {error} is none of {', '.join(words)}"
        raise BadRequest(message, vendor=VENDOR) from None


def _moment(given: date | datetime | None, name: str) -> datetime | None:
    if not isinstance(given, datetime):
        return None
    if given.utcoffset() is None:
        raise BadRequest(
            f"{name}: {given.isoformat()} has no time zone; give it one (astimezone() is this machine's), or a date",
            vendor=VENDOR,
        )
    return given


def _day(given: date | datetime | None, margin: int) -> date | None:
    """Return the day to ask for, a day wider where the time of day decides here."""
    return given.astimezone(UTC).date() + timedelta(margin) if isinstance(given, datetime) else given


def _between(entry: Mapping[str, Any], after: datetime | None, before: datetime | None) -> bool:
    """Return whether a task was created between two times; one whose time cannot be read stays in the list."""
    if after is None and before is None:
        return True
    created = created_at(entry)
    if created is None:
        return True
    return (after is None or created >= after) and (before is None or created < before)
