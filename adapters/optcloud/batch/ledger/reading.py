"""What is read of a ledger: counts, rows, jobs of unknown fate, and what deciding about them needs to know."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from attrs import frozen

from optcloud.batch.jobs import ArmedJob, JobInput, JobState
from optcloud.batch.ledger.batches import BatchIds
from optcloud.batch.ledger.rows import JobRow, JobTimes
from optcloud.batch.store.files import KeptFiles
from optcloud.batch.store.store import Store
from optcloud.batch.targets.target import SubmitAttempt
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown

_PAGE = 500
_OPEN = "state in ('new', 'armed', 'sent')"
_ROW = """
    select j.seq, j.key, j.chunk, j.state, j.attempt, j.ref, coalesce(j.word, ''), coalesce(j.message, ''), j.added,
    j.armed, j.sent, j.started, j.ended, r.content, r.path, r.sha256, coalesce(r.content_type, ''), j.candidates
    from optcloud_job j left join optcloud_result r on r.batch = j.batch and r.seq = j.seq where j.batch = ?"""
_ATTEMPT = """
    select b.name, j.key, t.attempt, t.armed, t.marker, {ref}, j.state = 'armed' and j.attempt = t.attempt
    from optcloud_attempt t join optcloud_job j on j.batch = t.batch and j.seq = t.seq
    join optcloud_batch b on b.id = t.batch {more} where t.account = ? and """
_KNOWN = _ATTEMPT.format(ref="t.ref", more="")
_TWINS = _ATTEMPT.format(
    ref="w.ref", more="join optcloud_twin w on w.batch = t.batch and w.seq = t.seq and w.attempt = t.attempt"
)


def counts(store: Store, of: BatchIds) -> dict[JobState, int]:
    """Return how many jobs are in each state."""
    found = dict(store.read("select state, count(*) from optcloud_job where batch = ? group by state", of.batch))
    return {state: found.get(str(state), 0) for state in JobState}


def open_chunks(store: Store, of: BatchIds) -> list[int]:
    """Return the chunks in which something is to be done."""
    sql = f"select distinct chunk from optcloud_job where batch = ? and {_OPEN} order by chunk"
    return [chunk for (chunk,) in store.read(sql, of.batch)]


def new_chunks(store: Store, of: BatchIds) -> list[int]:
    """Return the chunks that have new jobs."""
    sql = "select distinct chunk from optcloud_job where batch = ? and state = 'new' order by chunk"
    return [chunk for (chunk,) in store.read(sql, of.batch)]


def rows(
    store: Store,
    files: KeptFiles | None,
    of: BatchIds,
    *,
    states: Iterable[JobState] | None,
    keys: Iterable[str] | None,
    chunk: int | None,
) -> Iterator[JobRow]:
    """Yield jobs, a page at a time, in the order of adding (those of a page of keys, where keys are given)."""
    sql, values = _ROW, [of.batch]
    if states is not None:
        sql, values = f"{sql} and j.state {store.among}", [*values, store.listed(str(state) for state in states)]
    if chunk is not None:
        sql, values = f"{sql} and j.chunk = ?", [*values, chunk]
    if keys is None:
        yield from _paged(store, files, sql, values)
        return
    coming = iter(keys)
    while some := list(islice(coming, _PAGE)):
        yield from _paged(store, files, f"{sql} and j.key {store.among}", [*values, store.listed(some)])


def _paged(store: Store, files: KeptFiles | None, sql: str, values: list[Any]) -> Iterator[JobRow]:
    last = -1
    while True:
        page = store.read(f"{sql} and j.seq > ? order by j.seq limit ?", *values, last, _PAGE)
        for seq, *row in page:
            last = seq
            yield _row(files, row)
        if len(page) < _PAGE:
            return


def _row(files: KeptFiles | None, row: list[Any]) -> JobRow:
    key, chunk, state, *more, content, path, sha256, content_type, candidates = row
    if path is not None and files is not None:
        path = str(files.path(sha256))  # the folder may be elsewhere on this machine
    some = tuple(json.loads(candidates or "[]"))
    told: tuple[Any, ...] = (key, chunk, JobState(state), *more, content, path, sha256, content_type, some)
    return JobRow(*told)


def keys_by_ending(store: Store, of: BatchIds, states: Iterable[JobState]) -> list[str]:
    """Return the keys of the jobs in some states, in the order in which they ended."""
    sql = f"select key from optcloud_job where batch = ? and state {store.among} order by ended, seq"
    return [key for (key,) in store.read(sql, of.batch, store.listed(str(state) for state in states))]


def times(store: Store, of: BatchIds, keys: Collection[str]) -> dict[str, JobTimes]:
    """Return when things happened to some jobs, by key."""
    sql = (
        "select key, attempt, ref, added, armed, sent, started, ended from optcloud_job "
        f"where batch = ? and key {store.among}"
    )
    rows = (row for some in _parts(keys) for row in store.read(sql, of.batch, store.listed(some)))
    return {row[0]: JobTimes(*row[1:]) for row in rows}


def activity(store: Store, of: BatchIds, since: float) -> tuple[float | None, float | None, int]:
    """Return when the first job was armed, when one was last armed or has last ended, and how many ended since."""
    sql = (
        "select min(armed), max(armed), max(ended), coalesce(sum(case when ended > ? then 1 else 0 end), 0) "
        "from optcloud_job where batch = ?"
    )
    first, armed, ended, lately = store.read(sql, since, of.batch)[0]
    moments = [moment for moment in (armed, ended) if moment is not None]
    return first, max(moments, default=None), int(lately)


def job_input(store: Store, of: BatchIds, key: str) -> JobInput:
    """Return what a job is given. Raises `ConfigError` where there is none of this key."""
    found = store.read(
        "select i.content, i.path, i.sha256 from optcloud_job j "
        "join optcloud_input i on i.batch = j.batch and i.seq = j.seq where j.batch = ? and j.key = ?",
        *(of.batch, key),
    )
    if not found:
        raise ConfigError(f"there is no job {shown(key)} in the batch")
    return JobInput(*found[0])


def unknown(store: Store, of: BatchIds, chunk: int | None) -> list[ArmedJob]:
    """Return the jobs that are armed, in the order of arming."""
    found = store.read(
        "select j.key, j.attempt, t.armed, t.marker, i.content, i.path, i.sha256 from optcloud_job j "
        "join optcloud_attempt t on t.batch = j.batch and t.seq = j.seq and t.attempt = j.attempt "
        "join optcloud_input i on i.batch = j.batch and i.seq = j.seq "
        f"where j.batch = ? and j.state = 'armed'{'' if chunk is None else ' and j.chunk = ?'} order by t.marker",
        *_of_chunk(of, chunk),
    )
    return [_armed(of, row) for row in found]


def _armed(of: BatchIds, row: Any) -> ArmedJob:
    key, attempt, at, marker, content, path, sha256 = row
    return ArmedJob(of.name, key, attempt, at, marker, JobInput(content, path, sha256))


def in_flight(store: Store, of: BatchIds, chunk: int | None) -> list[tuple[str, str]]:
    """Return key and reference of the jobs that are sent, in the order of adding."""
    of_chunk = "" if chunk is None else " and chunk = ?"
    sql = f"select key, ref from optcloud_job where batch = ? and state = 'sent'{of_chunk} order by seq"
    return [(key, ref) for key, ref in store.read(sql, *_of_chunk(of, chunk))]


def _of_chunk(of: BatchIds, chunk: int | None) -> tuple[int, ...]:
    return (of.batch,) if chunk is None else (of.batch, chunk)


@frozen
class AccountView:
    """What the ledger knows of all jobs of an account (`LedgerView`)."""

    store: Store
    account: str

    @property
    def url(self) -> str:
        """The store's address, as it was given; it may have a password in it."""
        return self.store.url

    def is_open(self, batch: str) -> bool:
        """Return whether a batch has jobs that are new, armed or sent, and was not stopped."""
        jobs = f"select 1 from optcloud_job where batch = b.id and {_OPEN}"
        sql = f"select 1 from optcloud_batch b where b.name = ? and b.stopped = 0 and exists ({jobs})"
        return bool(self.store.read(sql, batch))

    def now(self) -> float:
        """Return the store's clock, in seconds since the epoch."""
        return now(self.store)

    def refs(self, candidates: Collection[str]) -> set[str]:
        """Return which references belong to some job of this store, of whatever batch."""
        store, found = self.store, set[str]()
        for some in _parts(candidates):
            for table in ("optcloud_attempt", "optcloud_twin"):
                rows = store.read(f"select ref from {table} where ref {store.among}", store.listed(some))
                found.update(ref for (ref,) in rows)
        return found

    def attempts(self, since: float, until: float) -> list[SubmitAttempt]:
        """Return the attempts of all batches of this account that were armed in a span of time, both ends included.

        An attempt that became several has one entry for each of its references; at most one of them is ``current``.
        """
        return self._read("t.armed >= ? and t.armed <= ?", since, until)

    def by_marker(self, markers: Collection[int]) -> dict[int, SubmitAttempt]:
        """Return the attempts that have these markers."""
        among = f"t.marker {self.store.among}"
        return {
            found.marker: found
            for some in _parts(markers)
            for found in self._read(among, self.store.listed(some), twins=False)
        }

    def fact(self, name: str) -> str | None:
        """Return what was learnt of this account by any worker of the store, or None."""
        sql = "select value from optcloud_fact where account = ? and name = ?"
        return next((value for (value,) in self.store.read(sql, self.account, name)), None)

    def set_fact(self, name: str, value: str) -> None:
        """Keep what was learnt of this account; what was known under the name is replaced."""
        sql = (
            "insert into optcloud_fact values (?, ?, ?) "
            "on conflict (account, name) do update set value = excluded.value"
        )
        self.store.write(lambda work: work.rows(sql, self.account, name, value))

    def _read(self, condition: str, *values: Any, twins: bool = True) -> list[SubmitAttempt]:
        account = self.store.read("select id from optcloud_account where name = ?", self.account)
        if not account:
            return []
        found = self.store.read(f"{_KNOWN}{condition} order by t.marker", *account[0], *values)
        if twins:
            found += [(*row[:-1], False) for row in self.store.read(_TWINS + condition, *account[0], *values)]
        attempts = (tuple[Any, ...]([*row[:-1], bool(row[-1])]) for row in found)
        return [SubmitAttempt(*attempt) for attempt in attempts]


def now(store: Store) -> float:
    """Return the store's clock, in seconds since the epoch."""
    moment: float = store.read(f"select {store.now}")[0][0]
    return moment


def _parts(values: Collection[Any]) -> Iterator[list[Any]]:
    coming = iter(values)
    while some := list(islice(coming, _PAGE)):
        yield some
