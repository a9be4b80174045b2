"""What a batch as a person holds it is made of: where it is, and how its store and its clients are asked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from optcloud.batch.forms import InEventLoop
from optcloud.batch.store.open_store import shown_store
from optcloud.core.flow import Flow, RunBlocking
from optcloud.core.process_bound import ProcessBound

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

T = TypeVar("T")


@frozen
class BatchPlace:
    """Where a batch is, whom it tells, and what makes an `AsyncOptCloud`. ``files``: the folder of large results."""

    name: str
    store: str = field(repr=False)
    files: str | Path | None
    notify: Callable[[object], None]
    clients: Callable[[], Any]


class BatchHandle(ProcessBound):
    """A batch in a store, which is opened when it is first needed."""

    HINT = "make it again by its name and its store, where it arrives"

    def __init__(self, place: BatchPlace) -> None:
        self._place = place
        self._opened: JobLedger | None = None

    @property
    def name(self) -> str:
        """Its name in the store."""
        return self._place.name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, store={shown_store(self._place.store)!r})"

    def _ask(self, work: Callable[[JobLedger], T], *, make: bool = False) -> Flow[T]:
        """Work with the ledger. ``make``: in a store that is made if it is not there."""
        done: T = yield RunBlocking(lambda: work(self._ledger(make=make)))
        return done

    def _await(self, awaited: Callable[[Any], Coroutine[Any, Any, T]]) -> Flow[T]:
        """Work with a client."""
        done: T = yield InEventLoop(awaited=awaited)
        return done

    def _ledger(self, *, make: bool) -> JobLedger:
        if self._opened is None:
            from optcloud.batch.ledger.ledger import JobLedger  # noqa: PLC0415 - brings sqlite3 or psycopg

            self._opened = JobLedger.open(self._place.store, files=self._place.files, make=make)
        return self._opened

    def _close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()
