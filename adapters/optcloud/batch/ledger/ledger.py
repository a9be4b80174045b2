"""The ledger of batches: what was decided about each job, on the disk before it is done. That makes a job run once.

Each change is made only where the job is still as the caller saw it. Before a job is sent it is armed, under the limits
of its account (`optcloud.batch.ledger.arming` has the rules); an armed job whose reply never came is of unknown fate,
and only looking decides (`optcloud.batch.ledger.outcomes`). So anybody may work a chunk of a batch, any number of
times, also two at once.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from optcloud.batch.jobs import ArmedJob, Ending, JobInput, JobState, Timings
from optcloud.batch.ledger import arming, batches, outcomes, reading
from optcloud.batch.ledger.arming import ArmingOrder
from optcloud.batch.ledger.batches import BatchIds
from optcloud.batch.ledger.rows import AccountLimits, Added, Arming, BatchInfo, JobRow, JobTimes
from optcloud.batch.ledger.schema import make_schema
from optcloud.batch.store.files import KeptFiles
from optcloud.batch.store.open_store import open_store
from optcloud.batch.store.store import Clock, Store
from optcloud.batch.targets.target import LEAD, LedgerView
from optcloud.core.local_paths import local_path


class JobLedger:
    """All batches of a store. Methods block shortly, and may be called from several threads.

    Each raises `ConfigError` for a batch that is not there, and `StoreUnavailable` while the store cannot be used: then
    nothing was done, and the call may be made again.
    """

    def __init__(self, store: Store, files: KeptFiles | None) -> None:
        self._store = store
        self._files = files
        self._ids: dict[str, BatchIds] = {}

    @classmethod
    def open(
        cls,
        url: str | os.PathLike[str],
        *,
        files: str | os.PathLike[str] | None = None,
        clock: Clock | None = None,
        make: bool = True,
    ) -> Self:
        """Open a store: ``spring.sqlite``, ``sqlite:///spring.sqlite`` or ``postgresql://user@host/database``.

        Its tables are made, or brought up to date. ``files`` is the folder for results of 64 KB or more, which all
        workers of the store must share: by default ``spring.sqlite.files`` beside a file; without one, such results
        are not kept (the job's message says so). ``clock`` is in place of the store's: that of this machine for a file,
        the server's for PostgreSQL. ``make=False``: a store that is not there is a `ConfigError`, and not made.

        Raises `ConfigError` for an address that is none, a database that is not there or of a newer optcloud (nothing
        is changed then), and where ``optcloud[fleet]`` is needed and missing; `StoreUnavailable` for a server that
        does not answer.
        """
        store = open_store(url, clock=clock, make=make)
        try:
            make_schema(store, make=make)
        except BaseException:
            store.close()
            raise
        folder = local_path(files, "files") if files is not None else store.files
        return cls(store, None if folder is None else KeptFiles(Path(folder).absolute()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store.shown!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    @property
    def url(self) -> str:
        """The address as it was given; it may have a password in it. `shown` has none."""
        return self._store.url

    @property
    def shown(self) -> str:
        """The address for people, without a password."""
        return self._store.shown

    @property
    def file(self) -> Path | None:
        """The store, where it is a file."""
        path: Path | None = getattr(self._store, "path", None)
        return path

    @property
    def folder(self) -> Path | None:
        """The folder of what is too large for the store."""
        return None if self._files is None else self._files.folder

    def now(self) -> float:
        """Return the store's clock, in seconds since the epoch."""
        return reading.now(self._store)

    # ------------------------------------------------------------ batches and accounts

    def create(
        self,
        name: str,
        *,
        account: str,
        spec: Mapping[str, Any],
        timings: Timings,
        chunk: int = 100,
        priority: int = 0,
    ) -> BatchInfo:
        """Make a batch; the same again is the same, with the timings, chunk and priority that it was first made with.

        ``spec`` is plain JSON. Raises `ConfigError` where a batch of this name has another account or spec.
        """
        info = BatchInfo(name, account, spec, timings, chunk, priority, stopped=False, created=0.0)
        return batches.create(self._store, info)

    def batch(self, name: str) -> BatchInfo:
        """Return a batch."""
        return batches.batch(self._store, name)

    def batches(self) -> list[BatchInfo]:
        """Return all batches, oldest first."""
        return batches.batches(self._store)

    def set_limits(self, account: str, *, most: int | None = None, per_second: float | None = None) -> None:
        """Set both limits of an account (`AccountLimits`); None: none."""
        batches.set_limits(self._store, account, AccountLimits(most, per_second))

    def limits(self, account: str) -> AccountLimits:
        """Return the limits of an account."""
        return batches.limits(self._store, account)

    def stop(self, name: str) -> None:
        """Arm nothing more of a batch until it goes on."""
        batches.set_stopped(self._store, self._of(name), stopped=True)

    def go_on(self, name: str) -> None:
        """Take `stop` back."""
        batches.set_stopped(self._store, self._of(name), stopped=False)

    def add(self, name: str, jobs: Iterable[tuple[str, JobInput]]) -> Added:
        """Add jobs, streamed; one that is there with the same bytes is known.

        Raises `ConfigError`, which names the key, for one that is there with other bytes, or that cannot be kept; some
        thousands are added at a time, so that those before it may have been added by then.
        """
        return batches.add(self._store, self._of(name), jobs)

    # ------------------------------------------------------------ reading

    def counts(self, name: str) -> dict[JobState, int]:
        """Return how many jobs are in each state; every state is there."""
        return reading.counts(self._store, self._of(name))

    def rows(
        self,
        name: str,
        *,
        states: Iterable[JobState] | None = None,
        keys: Iterable[str] | None = None,
        chunk: int | None = None,
    ) -> Iterator[JobRow]:
        """Yield jobs, all or those of some states, keys, or of a chunk, in the order in which they were added."""
        return reading.rows(self._store, self._files, self._of(name), states=states, keys=keys, chunk=chunk)

    def keys_by_ending(self, name: str, states: Iterable[JobState]) -> list[str]:
        """Return the keys of the jobs in some states, in the order in which they ended."""
        return reading.keys_by_ending(self._store, self._of(name), states)

    def activity(self, name: str, since: float) -> tuple[float | None, float | None, int]:
        """Return when the first job was armed, when one was last armed or has last ended, and how many ended since."""
        return reading.activity(self._store, self._of(name), since)

    def times(self, name: str, keys: Collection[str]) -> dict[str, JobTimes]:
        """Return when things happened to some jobs, by key; cheaper than `rows`."""
        return reading.times(self._store, self._of(name), keys)

    def input(self, name: str, key: str) -> JobInput:
        """Return what a job is given. Raises `ConfigError` where there is none of this key."""
        return reading.job_input(self._store, self._of(name), key)

    def open_chunks(self, name: str) -> list[int]:
        """Return the chunks that have jobs which are new, armed or sent, in order."""
        return reading.open_chunks(self._store, self._of(name))

    def new_chunks(self, name: str) -> list[int]:
        """Return the chunks that have jobs which are new, in order."""
        return reading.new_chunks(self._store, self._of(name))

    def unknown(self, name: str, chunk: int | None = None) -> list[ArmedJob]:
        """Return the jobs that are armed: those that somebody sends just now, and those of unknown fate."""
        return reading.unknown(self._store, self._of(name), chunk)

    def in_flight(self, name: str, chunk: int | None = None) -> list[tuple[str, str]]:
        """Return key and reference of the jobs that are sent."""
        return reading.in_flight(self._store, self._of(name), chunk)

    def view(self, account: str) -> LedgerView:
        """Return what deciding about an account's jobs of unknown fate reads."""
        return reading.AccountView(self._store, account)

    # ------------------------------------------------------------ owning a chunk, arming

    def take(self, name: str, chunk: int) -> int:
        """Own a chunk from now on, and return its epoch: who owned it before can arm nothing of it any more."""
        return arming.take(self._store, self._of(name), chunk)

    def arm(self, name: str, chunk: int, epoch: int, most: int, *, lead: float = LEAD) -> Arming:
        """Arm up to ``most`` new jobs of a chunk; they are on the disk when this returns.

        ``lead``: how many seconds a marker is ahead of the store's clock, at least. Where this raises, jobs may be
        armed all the same (`unknown`); nobody must send those.
        """
        return arming.arm(self._store, self._of(name), ArmingOrder(chunk, epoch, most, lead))

    # ------------------------------------------------------------ what became of an attempt

    def sent(self, batch: str, key: str, attempt: int, ref: str) -> bool:
        """Note the reference of an attempt, whoever brings it; say whether it is the job's.

        It is where the attempt is the job's last one and was armed, held or taken for never arrived; of an earlier
        attempt, where the job is new, so that it is not sent again. Else False: the job was armed again, or has another
        reference; then this one is noted as a twin (`LedgerView.refs`).
        """
        return outcomes.sent(self._store, self._of(batch), key, attempt, ref)

    def unsent(self, batch: str, key: str, attempt: int, reason: str) -> bool:
        """Make an armed job new again: the attempt provably never arrived. False where it is not armed in it."""
        return outcomes.unsent(self._store, self._of(batch), key, attempt, reason)

    def refuse(self, batch: str, key: str, attempt: int, reason: str) -> bool:
        """Let an armed job fail: the vendor provably refused it. False where it is not armed in this attempt."""
        return outcomes.refuse(self._store, self._of(batch), key, attempt, reason)

    def hold(self, batch: str, key: str, attempt: int, reason: str, candidates: Sequence[str] = ()) -> bool:
        """Leave an armed job to a person (`resolve`). False where it is not armed in this attempt."""
        return outcomes.hold(self._store, self._of(batch), key, attempt, reason=reason, candidates=candidates)

    def end(self, batch: str, endings: Iterable[Ending]) -> int:
        """Note how jobs that were sent have ended, where key and reference fit; return how many did.

        Results of 64 KB or more go into the folder of files, before the rows say so.
        """
        return outcomes.end(self._store, self._files, self._of(batch), endings)

    def take_back(self, batch: str, key: str, ref: str) -> bool:
        """Make a job that was sent new again: it was deleted at the vendor before it ran. False for another ref.

        Also one that is gone by now, as another worker has seen.
        """
        return outcomes.take_back(self._store, self._of(batch), key, ref)

    def retry(self, name: str, *, failed: bool = True, gone: bool = False, keys: Iterable[str] | None = None) -> int:
        """Make jobs that have failed, or are gone, new again, all or those of some keys; return how many."""
        states = [state for state, chosen in ((JobState.FAILED, failed), (JobState.GONE, gone)) if chosen]
        return outcomes.retry(self._store, self._of(name), states, keys)

    def resolve(self, batch: str, key: str, *, ref: str | None = None, send_again: bool = False) -> None:
        """Decide about a held job: it has this reference, or it is to be sent again.

        Raises `ConfigError` for a job that is not held, or a reference that another job has.
        """
        outcomes.resolve(self._store, self._of(batch), key, ref, send_again=send_again)

    def _of(self, name: str) -> BatchIds:
        found = self._ids.get(name)
        if found is None:
            found = self._ids[name] = batches.ids(self._store, name)
        return found
