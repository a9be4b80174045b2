"""Arming: which jobs may be sent, decided and on the disk before any of them is.

One transaction holds the account's row and the chunk's, and then

- the chunk's owner is who took it last: who had it before arms nothing any more;
- no more jobs of the account are armed or sent at one time than its limit allows, over all its batches in the store;
- no more jobs of the account are armed in a second than its rate allows: the last times of arming are looked at, so
  that this holds for any second, not on average;
- of what limit and rate leave, batches of a higher priority come first: a batch gets what those do not want. They want
  all their new jobs, as long as they are not stopped and their workers have asked for some within the last minute.

Jobs of a chunk are armed in the order in which they were added.
"""

from __future__ import annotations

import math
from typing import Any

from attrs import frozen

from optcloud.batch.jobs import ArmedJob, JobInput
from optcloud.batch.ledger.batches import BatchIds
from optcloud.batch.ledger.rows import Arming, ArmingReason
from optcloud.batch.ledger.schema import check_version
from optcloud.batch.store.store import Store, Transaction
from optcloud.core.errors import ConfigError

ASKED_LATELY = 60.0  # seconds for which a batch that asked comes before those of lower priority
_NOTE = 10.0  # seconds: asking is written down no more often
_LOOK_AGAIN = 1.0  # seconds after which a job of the account may have ended
_ROOMY = 2**31


@frozen
class ArmingOrder:
    """Which jobs the owner of a chunk asks for: see `JobLedger.arm`."""

    chunk: int
    epoch: int
    most: int
    lead: float


@frozen
class _Room:
    """How many more jobs may be armed, and what keeps it from being more."""

    jobs: int = _ROOMY
    reason: ArmingReason = ""
    wait: float = 0.0

    def within(self, jobs: int, reason: ArmingReason, wait: float) -> _Room:
        return _Room(max(0, jobs), reason, wait) if jobs < self.jobs else self


def take(store: Store, of: BatchIds, chunk: int) -> int:
    """Make the caller the owner of a chunk, and return its epoch."""

    def work(tx: Transaction) -> int:
        jobs: int = tx.rows("select jobs from optcloud_batch where id = ?", of.batch)[0][0]
        if not 0 <= chunk * of.chunk < jobs:
            raise ConfigError(f"chunk {chunk}: the batch has chunks 0 to {math.ceil(jobs / of.chunk) - 1}")
        epoch: int = tx.rows(
            "insert into optcloud_chunk (batch, chunk, epoch) values (?, ?, 1) "
            "on conflict (batch, chunk) do update set epoch = optcloud_chunk.epoch + 1 returning epoch",
            *(of.batch, chunk),
        )[0][0]
        return epoch

    return store.write(work)


def arm(store: Store, of: BatchIds, order: ArmingOrder) -> Arming:
    """Arm up to ``most`` jobs."""
    return store.write(lambda tx: _arm(store, tx, of, order))


def _arm(store: Store, tx: Transaction, of: BatchIds, order: ArmingOrder) -> Arming:
    limits = tx.rows("select most, per_second from optcloud_account where id = ?" + store.for_update, of.account)[0]
    owner = tx.rows(
        "select epoch from optcloud_chunk where batch = ? and chunk = ?" + store.for_update, of.batch, order.chunk
    )
    if not owner or owner[0][0] != order.epoch:
        return Arming((), "not the owner")
    # The clock is read under the lock: how long it was waited for is not part of what the send may take.
    stopped, priority, asked, now = tx.rows(
        f"select stopped, priority, asked, {store.now} from optcloud_batch where id = ?", of.batch
    )[0]
    if stopped:
        return Arming((), "stopped")
    found = tx.rows(
        "select j.seq, j.key, j.attempt, i.content, i.path, i.sha256 from optcloud_job j "
        "join optcloud_input i on i.batch = j.batch and i.seq = j.seq "
        "where j.batch = ? and j.chunk = ? and j.state = 'new' order by j.seq limit ?"
        + store.for_update_of.format("j"),
        *(of.batch, order.chunk, max(0, order.most)),
    )
    if not found:
        return Arming((), "nothing new") if order.most > 0 else Arming(())
    if now - asked > _NOTE or asked > now:
        tx.rows("update optcloud_batch set asked = ? where id = ?", now, of.batch)
    room = _room(tx, of, limits, now, len(found))
    if room.reason:
        room = room.within(room.jobs - _wanted(tx, of, priority, now, room.jobs), room.reason, room.wait or _LOOK_AGAIN)
    jobs = _write(tx, of, found[: room.jobs], now, order.lead)
    if len(jobs) == order.most:
        return Arming(jobs)
    if len(jobs) < len(found):
        return Arming(jobs, room.reason, room.wait)
    return Arming(jobs, "nothing new")


def _room(tx: Transaction, of: BatchIds, limits: Any, now: float, wanted: int) -> _Room:
    """Return what limit and rate leave; without a reason where neither is set."""
    most, per_second = limits
    room = _Room()
    if most is not None:
        busy: int = tx.rows(
            "select count(*) from optcloud_job where account = ? and state in ('armed', 'sent')", of.account
        )[0][0]
        room = room.within(most - busy, "limit", _LOOK_AGAIN)
    if per_second is not None:
        # Never more than `few` in `span` seconds: a rate below 1 a second is one job in a longer time.
        few = max(1, math.floor(per_second))
        span = few / per_second
        times = tx.rows(
            "select armed from optcloud_attempt where account = ? and armed > ? and armed <= ? "
            "order by armed desc limit ?",
            *(of.account, now - span, now, few),
        )
        wait = max(0.0, times[-1][0] + span - now) if times else span
        room = room.within(few - len(times), "rate", wait)
    return room


def _wanted(tx: Transaction, of: BatchIds, priority: int, now: float, most: int) -> int:
    """Return how many jobs the account's batches of higher priority want, up to ``most``."""
    wanted = 0
    for (batch,) in tx.rows(
        "select id from optcloud_batch where account = ? and priority > ? and stopped = 0 and asked > ?",
        *(of.account, priority, now - ASKED_LATELY),
    ):
        if wanted < most:
            wanted += tx.rows(
                "select count(*) from (select 1 from optcloud_job where batch = ? and state = 'new' limit ?) as w",
                *(batch, most - wanted),
            )[0][0]
    return wanted


def _write(tx: Transaction, of: BatchIds, found: list[Any], now: float, lead: float) -> tuple[ArmedJob, ...]:
    if not found:
        return ()
    ahead = math.ceil((now + lead) * 1000)
    some = len(found) + len(found) // 9 + 1  # of which every tenth is left out
    last, version = tx.rows(
        "update optcloud_store set marker = case when marker < ? then ? else marker end + ? returning marker, version",
        *(ahead - 1, ahead - 1, some),
    )[0]
    check_version(version, "the store")  # a newer optcloud may have changed it since it was opened
    # People schedule at whole seconds: a marker must not be such a moment.
    markers = [marker for marker in range(last - some + 1, last + 1) if marker % 10]
    jobs = tuple(
        ArmedJob(of.name, key, attempt + 1, now, marker, JobInput(content, path, sha256))
        for marker, (_, key, attempt, content, path, sha256) in zip(markers, found, strict=False)
    )
    tx.each(
        "update optcloud_job set state = 'armed', attempt = ?, armed = ?, ref = null, sent = null, started = null, "
        "ended = null, word = null, message = null where batch = ? and seq = ?",
        [(job.attempt, now, of.batch, row[0]) for job, row in zip(jobs, found, strict=True)],
    )
    tx.each(
        "insert into optcloud_attempt (batch, seq, attempt, account, armed, marker) values (?, ?, ?, ?, ?, ?)",
        [(of.batch, row[0], job.attempt, of.account, now, job.marker) for job, row in zip(jobs, found, strict=True)],
    )
    return jobs
