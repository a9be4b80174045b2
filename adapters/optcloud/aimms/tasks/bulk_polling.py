"""Looking at many tasks by pages of the list instead of one by one.

The list's order and largest page are not published (AIMMS facts 8.6), so nothing is taken for granted: filters are
used only where all tasks share them and dropped when they hide one, pages are as large as they come, and a sweep ends
as soon as looking one by one is cheaper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from attrs import define, field

from optcloud.aimms.tasks.details import moment, named, whole
from optcloud.aimms.tasks.listing import Filters
from optcloud.aimms.tasks.pages import Page
from optcloud.aimms.tasks.states import status_of
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.core.errors import BadRequest, Conflict, Forbidden, NotFound, ResponseMismatch
from optcloud.core.flow import Flow
from optcloud.core.states import Status

LARGE_PAGE = 1000  # asked for when there are more tasks than fit on a small page; a smaller answer is followed
SMALL_PAGE = 100  # asked for once a larger page was refused, too
SOME = 10  # tasks, below which a large page is not worth its bytes
MOST_MISSES = 3  # sweeps that did not show a task, after which it is looked at by itself
MOST_MISMATCHES = 3  # pages in a row that are no list, after which the list is left alone
REFUSALS = (BadRequest, Forbidden, NotFound, Conflict)


@define(eq=False)
class Watched:
    """A task that is waited for, and what is known of it."""

    task: TaskFlows
    json: Mapping[str, Any] = field(factory=dict, repr=False)
    status: Status | None = None
    looked: float = 0.0
    """When it was last seen, in seconds since the wait began."""
    offset: int | None = None
    """Where the list showed it last."""
    misses: int = 0
    failing: bool = False

    @property
    def ref(self) -> str:
        """The reference, as text."""
        return str(self.task.reference)

    @property
    def by_itself(self) -> bool:
        """True when the list has failed to show it too often."""
        return self.misses >= MOST_MISSES

    def saw(self, status: Status, elapsed: float) -> None:
        """Keep the status that a look at the task brought."""
        self.status, self.json, self.looked, self.failing = status, status.reply, elapsed, False


class Sweep:
    """Reads the list for certain tasks, and remembers what that took. ``on_other`` is given the entries of others."""

    def __init__(self, on_other: Callable[[Mapping[str, Any]], object] | None = None) -> None:
        self.refused: str | None = None
        """Why the list is left alone, if it is."""
        self.read_at = 0.0
        """When a page was read last, in seconds since the wait began."""
        self._pages = 1
        self._largest = LARGE_PAGE
        self._mismatches = 0
        self._filtering = True
        self._filters = Filters()
        self._on_other = on_other
        self._new_last = False  # whether the list showed new tasks behind older ones
        self._end = 0  # behind the last place at which a task was found

    def pays(self, tasks: int) -> bool:
        """Return whether reading the list, as long as it was last time, needs fewer requests than so many tasks do."""
        return self.refused is None and tasks > self._pages

    def look(self, wanted: list[Watched], elapsed: float) -> Flow[list[Watched]]:
        """Read pages until each task was seen, or until it no longer pays; return those that were not seen.

        Raises what a read raises; a list that is refused or is none is left alone from then on (``refused``).
        """
        try:
            left = yield from self._read(wanted, elapsed)
        except REFUSALS as error:
            self.refused = str(error)
            return [watched for watched in wanted if watched.looked < elapsed or watched.status is None]
        except ResponseMismatch as error:
            self._mismatches += 1
            if self._mismatches < MOST_MISMATCHES:
                raise
            self.refused = str(error)
            return wanted
        self._mismatches = 0
        return left

    def missed(self, watched: Watched) -> None:
        """Note that the list did not show a task that exists: the filters may hide it, or the list does."""
        if self._filters != Filters():
            self._filtering = False
        else:
            watched.misses += 1

    def _read(self, wanted: list[Watched], elapsed: float) -> Flow[list[Watched]]:
        """Read where the tasks were last time, then, if some are not there any more, everything."""
        left = _Left(wanted)
        jumping = self._choose_filters(wanted)
        size = _size(wanted)
        # New tasks are looked for first a little before where the list ended, since tasks may have been deleted.
        new = max(0, self._end - SMALL_PAGE) if any(watched.offset is None for watched in wanted) else 0
        offset, pages, skipped = 0, 0, False
        while left and (pages == 0 or pages < len(left)):
            if jumping and (place := left.next_place(offset, new)) > offset:
                offset, skipped = place, True
            page = yield from self._page(offset, size)
            pages, self.read_at = pages + 1, elapsed
            for place, entry in enumerate(page.entries, offset):
                if left.see(entry, place, elapsed):
                    self._end = max(self._end, place + 1)
                elif self._on_other is not None:
                    self._on_other(entry)
            self._new_last = _ascending(page.entries, otherwise=self._new_last)
            offset += len(page.entries)
            if not page.entries or (page.total is not None and offset >= page.total):
                if not skipped or not left:
                    break
                offset, jumping, skipped, self._end = 0, False, False, 0
        self._pages = pages
        return left.rest()

    def _choose_filters(self, wanted: list[Watched]) -> bool:
        """Choose the filters; return whether the tasks' places in the list are known from last time.

        While they are, the filters stay: with others, the places would be others too. New tasks are known to stand
        behind the others where the list is in the order of creation.
        """
        known = all(watched.offset is not None for watched in wanted)
        if not self._filtering:
            filters = Filters()
        elif known:
            filters = self._filters
        else:
            filters = common(wanted)
        if filters != self._filters:
            self._filters, self._end = filters, 0
            for watched in wanted:
                watched.offset = None
            return False
        return known or (self._new_last and self._end > 0)

    def _page(self, offset: int, size: int) -> Flow[Page]:
        """Ask for a page; smaller, then without filters, where that was too much asked."""
        try:
            return (yield from self._filters.page(offset, min(size, self._largest)))
        except BadRequest:
            if min(size, self._largest) > SMALL_PAGE:
                self._largest = SMALL_PAGE
            elif self._filters != Filters():
                self._filtering, self._filters, offset = False, Filters(), 0
            else:
                raise
        return (yield from self._page(offset, size))


def _size(wanted: list[Watched]) -> int:
    """Return how many entries to ask for at once: many for many tasks, or for some that lie far apart in the list."""
    if len(wanted) > SMALL_PAGE:
        return LARGE_PAGE
    places = [watched.offset for watched in wanted if watched.offset is not None]
    span = max(places) - min(places) + 1 if len(wanted) >= SOME and places else 0
    return min(max(SMALL_PAGE, span), LARGE_PAGE)


def _ascending(entries: list[dict[str, Any]], *, otherwise: bool) -> bool:
    """Return whether a page shows older tasks first; ``otherwise`` where it does not tell."""
    created = [moment(entry.get("createdAt")) for entry in (entries[:1] + entries[-1:])]
    if len(created) < 2 or created[0] is None or created[1] is None or created[0] == created[1]:
        return otherwise
    return created[0].replace(tzinfo=None) < created[1].replace(tzinfo=None)


class _Left:
    """The tasks that a sweep still looks for."""

    def __init__(self, wanted: Iterable[Watched]) -> None:
        self._by_id: dict[str, list[Watched]] = defaultdict(list)
        self._count = 0
        for watched in wanted:
            self._by_id[watched.task.id].append(watched)
            self._count += 1

    def __len__(self) -> int:
        return self._count

    def see(self, entry: Mapping[str, Any], place: int, elapsed: float) -> bool:
        """Take an entry of the list; return whether it was looked for."""
        for watched in self._by_id.get(str(entry.get("id")), []):
            if watched.task.run == whole(entry.get("groupIndex")):
                watched.saw(status_of(entry), elapsed)
                watched.offset, watched.misses = place, 0
                self._by_id[watched.task.id].remove(watched)
                self._count -= 1
                return True
        return False

    def next_place(self, offset: int, otherwise: int = 0) -> int:
        """Return where the first of them was last time, from ``offset`` on.

        When none was, ``otherwise`` is the place, if that lies behind ``offset``.
        """
        places = (
            watched.offset for several in self._by_id.values() for watched in several if watched.offset is not None
        )
        return min((place for place in places if place >= offset), default=max(offset, otherwise))

    def rest(self) -> list[Watched]:
        """Return the tasks not seen."""
        return [watched for several in self._by_id.values() for watched in several]


def common(wanted: Iterable[Watched]) -> Filters:
    """Return the filters that all tasks pass, by what is known of them.

    The app is only given with its version: whether its name alone means the latest version is not published (AIMMS
    facts 2). The day is one early, since the zone of the vendor's times is not published, either.
    """
    apps: set[tuple[Any, Any]] = set()
    days: list[date | None] = []
    for watched in wanted:
        apps.add((named(watched.json, "appName"), named(watched.json, "appVersion")))
        created = moment(watched.json.get("createdAt"))
        days.append(None if created is None else created.date())
    app, version = apps.pop() if len(apps) == 1 else (None, None)
    known = [day for day in days if day is not None]
    after = min(known) - timedelta(days=1) if known and len(known) == len(days) else None
    return Filters(app=app, version=version, after=after) if app and version else Filters(after=after)
