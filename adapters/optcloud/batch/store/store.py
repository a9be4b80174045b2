"""Where a ledger of jobs is kept: what the two kinds of stores have in common.

`optcloud.batch.store.sqlite` is a file for one machine, `optcloud.batch.store.postgres` a database for a fleet. The
ledger's SQL is the same for both; what differs in words is told by a store's attributes. Which one an address means,
`optcloud.batch.store.open_store` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from optcloud.core.errors import OptCloudError

T = TypeVar("T")
Clock = Callable[[], float]
PATIENCE = 30.0  # seconds that a call waits for others, or for a server that is started again


class StoreUnavailable(OptCloudError):  # noqa: N818 - as the errors of `optcloud.core.errors`
    """The store of a batch cannot be written or read now, such as for a full disk or a server that is down.

    Nothing is lost: what was not written down was not done, and the call may be made again.
    """


class Transaction(Protocol):
    """What work in a store is done by. ``?`` in SQL stands for a value."""

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run a statement, and return its rows."""

    def each(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of these."""

    def each_row(self, sql: str, values: Sequence[Sequence[Any]]) -> list[Any]:
        """Run a statement with ``returning`` for each of these; return for each its first row, or None."""


class Store(Protocol):
    """A database in which work is done wholly or not at all. Its methods may be called from several threads."""

    shown: str
    """Its address without a password."""
    files: Path | None
    """The folder for large results by default."""
    for_update: str
    """What a ``select`` ends with, so that the rows stay as they are until the transaction ends."""
    for_update_of: str
    """The same for one table of several, ``{}``."""
    among: str
    """What finds one of several in SQL, as in ``key {among}``; their value is made by ``listed``."""
    has_table: str
    """SQL that has a row where the table of this name is there."""
    lock_schema: str
    """SQL that keeps others from changing the tables in this transaction; empty where none can in any."""
    changes_within: bool
    """Whether a statement may have a change within it (``with … as (update …)``)."""
    analyze: str
    """SQL by which the database learns what is in the tables, once many jobs were added; empty where it needs none."""
    words: Mapping[str, str]
    """What ``{bytes}`` and ``{rowless}`` in the tables' SQL are."""

    @property
    def url(self) -> str:
        """Its address as it was given."""

    @property
    def now(self) -> str:
        """The store's clock, in SQL: seconds since the epoch."""

    def read(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement that changes nothing, and return its rows."""

    def change(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement, which has the same effect if it is run twice, in a transaction of its own."""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do this in one transaction, durable on return; once, though the work may be begun again where it broke."""

    def listed(self, values: Iterable[Any]) -> Any:
        """Return the value for ``among``."""

    def close(self) -> None:
        """Let go of it."""
