"""The history of jobs: the references of what was submitted from this machine, so that none is lost with a terminal.

The command line writes it. A program does where it asks for that:

    from optcloud import OptCloud
    from optcloud.process.job_history import JobHistory

    with OptCloud(on_event=JobHistory.of_environment().hear) as oc: ...

It is a file of the user's only, with the newest jobs of all profiles (`MOST`), and no secret in it.
``OPTCLOUD_HISTORY`` names another file, or is ``off``.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import platformdirs
from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.core.escaping import one_line
from optcloud.core.events import MachinesKilled, Polled, Submitted
from optcloud.core.local_paths import local_path
from optcloud.core.reference import Reference
from optcloud.core.states import State
from optcloud.process.sqlite_file import FileKind, SqliteFile

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
VARIABLE = "OPTCLOUD_HISTORY"
MOST = 10_000  # jobs; older ones are forgotten
_LONGEST = 200  # signs of what a job is
GONE = "gone"
"""The state of a job that the vendor no longer knows, and of machines that were killed."""
STATES = (*(state.value for state in State), GONE)
_KIND = FileKind(
    schema="""
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT, ref TEXT NOT NULL UNIQUE, cloud TEXT NOT NULL, profile TEXT NOT NULL,
        what TEXT NOT NULL, submitted REAL NOT NULL, state TEXT NOT NULL, seen REAL NOT NULL
    )
    """,
    version=1,
    fault="the history of jobs cannot be kept there",
    hint=f"set {VARIABLE} to another path, or to off",
    patience=5.0,
)
_INSERT = "INSERT OR REPLACE INTO jobs (ref, cloud, profile, what, submitted, state, seen) VALUES (?, ?, ?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM jobs WHERE number <= (SELECT max(number) FROM jobs) - ?"
_NOTE = "UPDATE jobs SET state = ?, seen = ? WHERE ref = ? AND state <> ?"
_SELECT = "SELECT ref, what, submitted, state, seen FROM jobs"
_logger = logging.getLogger(__name__)


@frozen
class KnownJob:
    """A job of the history. ``what`` is its app and service, its planner, or how many machines.

    ``state`` is a word of `STATES`, as it was last seen at ``seen``; a new job is ``queued``. Times are in UTC.
    """

    ref: str
    what: str
    submitted_at: datetime
    state: str
    seen_at: datetime

    @property
    def reference(self) -> Reference:
        """The reference in its parts: cloud, profile and path."""
        return Reference.parse(self.ref)


class JobHistory:
    """A history in a file, which is made by the first job; without a file, nothing is kept.

    Processes and threads may share it. ``clock`` gives seconds since 1970.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        self.path, self._clock = path, clock
        self._file = None if path is None else SqliteFile(path, _KIND)
        self._told: dict[str, str] = {}
        self._failed = False

    @classmethod
    def of_environment(cls) -> JobHistory:
        """Return the user's history, or what ``OPTCLOUD_HISTORY`` names. Nothing is read yet. Raises `ConfigError`."""
        named = os.environ.get(VARIABLE, "").strip()
        if named.lower() == "off":
            return cls(None)
        if named:
            return cls(local_path(named, VARIABLE).expanduser())
        return cls(platformdirs.user_state_path("optcloud") / "jobs.sqlite3")

    def hear(self, event: object) -> None:
        """Write what an event tells of a job. Where it cannot be written, that is logged once, and no error."""
        match event:
            case Submitted(ref):
                self._kept(lambda: self._add(ref, one_line(event.what, _LONGEST)))
            case Polled(ref, status, _):
                ready = ref.startswith("gurobi:") and status.state is State.SUCCEEDED  # machines that are ready run on
                self.note(ref, (State.RUNNING if ready else status.state).value)
            case MachinesKilled(machines, _):
                self._kept(lambda: self._killed(frozenset(machines)))

    def note(self, ref: str, state: str) -> None:
        """Write how a job stands, if it is in the history. Where that cannot be written, it is as with `hear`."""
        if self._told.get(ref) != state:
            self._kept(lambda: self._change(lambda db: self._set(db, ref, state)))
            self._told[ref] = state

    def gone(self, ref: str) -> None:
        """Write that there is no such job any more, as `note` does."""
        self.note(ref, GONE)

    def jobs(
        self,
        *,
        cloud: str | None = None,
        profile: str | None = None,
        states: Collection[str] = (),
        limit: int | None = None,
    ) -> list[KnownJob]:
        """Return jobs, the newest first. Raises `ConfigError` where the file cannot be read."""
        given = {"cloud": (cloud,) if cloud else (), "profile": (profile,) if profile else (), "state": tuple(states)}
        wanted = {name: values for name, values in given.items() if values}
        tests = [f"{name} IN ({', '.join('?' * len(values))})" for name, values in wanted.items()]
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        values = [value for values in wanted.values() for value in values]
        query = f"{_SELECT}{where} ORDER BY number DESC LIMIT ?"
        return self._read(query, *values, -1 if limit is None else limit)

    def find(self, ref: str) -> KnownJob | None:
        """Return what is known of a job. Raises `ConfigError` where the file cannot be read."""
        return next(iter(self._read(f"{_SELECT} WHERE ref = ?", ref)), None)

    def _read(self, query: str, *values: str | int) -> list[KnownJob]:
        rows = self._change(lambda db: db.execute(query, values).fetchall()) or []
        return [
            KnownJob(ref, what, datetime.fromtimestamp(submitted, UTC), state, datetime.fromtimestamp(seen, UTC))
            for ref, what, submitted, state, seen in rows
        ]

    def _add(self, ref: str, what: str) -> None:
        reference, now = Reference.parse(ref), self._clock()
        row = (ref, reference.cloud, reference.profile, what, now, State.QUEUED.value, now)

        def add(db: sqlite3.Connection) -> None:
            db.execute(_INSERT, row)
            db.execute(_FORGET, (MOST,))

        if self._file is not None:
            self._file.write(add)

    def _set(self, db: sqlite3.Connection, ref: str, state: str) -> None:
        db.execute(_NOTE, (state, self._clock(), ref, state))

    def _killed(self, machines: frozenset[str]) -> None:
        def note(db: sqlite3.Connection) -> None:
            for (ref,) in db.execute("SELECT ref FROM jobs WHERE cloud = 'gurobi' AND state <> ?", (GONE,)).fetchall():
                if machines.issuperset(Reference.parse(ref).path):
                    self._set(db, ref, GONE)

        self._change(note)

    def _change(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        return None if self._file is None else self._file.change(work, None)

    def _kept(self, write: Callable[[], object]) -> None:
        """Write, or say once that it cannot be: what happens to the job matters more."""
        try:
            write()
        except ConfigError as error:
            if not self._failed:
                self._failed = True
                _logger.warning("%s", error)
