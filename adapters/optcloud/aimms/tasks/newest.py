"""The newest tasks of the list, at as few requests as its order allows.

The order is not published (AIMMS facts 8.6). The first page tells which one it is: where the newest come first, the
list is read from its start; where they come last, from its end; else as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from optcloud.aimms.tasks.pages import PAGE, Page, created_at
from optcloud.core.flow import Flow

_BEGINNING = datetime.min.replace(tzinfo=UTC)  # what has no time that can be read is listed last

Entry = Mapping[str, Any]


class PageSource(Protocol):
    """What is read by pages."""

    def page(self, offset: int, limit: int) -> Flow[Page]:
        """Ask for one page. There may be fewer entries than asked for, or more."""


def newest_tasks(pages: PageSource, passes: Callable[[Entry], bool], limit: int | None) -> Flow[list[Entry]]:
    """Return the newest entries that pass, the newest first; with ``limit`` None, all."""
    first = yield from pages.page(0, PAGE)
    found: list[Entry] = list(filter(passes, first.entries))
    size, total = len(first.entries), first.total
    order = _order(first.entries)
    offset = size
    if order == "newest last" and total is not None and limit is not None:
        found = yield from _from_the_end(pages, passes, limit, first.entries, total)
        offset = total
    while size and (total is None or offset < total):
        if order == "newest first" and limit is not None and len(found) >= limit:
            break
        page = yield from pages.page(offset, PAGE)
        if not page.entries:
            break
        offset += len(page.entries)
        found += filter(passes, page.entries)
    return sorted(found, key=lambda entry: created_at(entry) or _BEGINNING, reverse=True)[:limit]


def _from_the_end(
    pages: PageSource, passes: Callable[[Entry], bool], limit: int, first: Sequence[Entry], total: int
) -> Flow[list[Entry]]:
    """Read pages backwards, as large as the first one came, until there are enough."""
    found: list[Entry] = []
    end, size = total, len(first)
    while end > size and len(found) < limit:
        start = max(size, end - size)
        page = yield from pages.page(start, end - start)
        found += filter(passes, page.entries[: end - start])
        end = start
    return found if len(found) >= limit else [*filter(passes, first), *found]


def _order(entries: Sequence[Entry]) -> str | None:
    times = [created_at(entry) for entry in entries]
    known = [at for at in times if at is not None]
    if len(known) < len(times) or len(set(known)) < 2:
        return None
    if known == sorted(known):
        return "newest last"
    return "newest first" if known == sorted(known, reverse=True) else None
