"""What became of attempts: each change of a job's state, only where job, attempt and state are what the caller saw.

A reference is never thrown away: one that comes late, for an attempt that was given up or beside another reference, is
noted at its attempt, so that the twin it names is recognised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from optcloud.batch.jobs import Ending, JobState
from optcloud.batch.ledger.batches import BatchIds
from optcloud.batch.store.files import SMALL, KeptFiles
from optcloud.batch.store.store import Store, Transaction
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown

_PAGE = 500  # endings, and keys, in one transaction
_LONGEST = 4000  # characters of a message that are kept
# Where the key names the row, the state is only looked at: by the index of states, thousands would be gone through.
_STATE = "state || ''"
_NO_FILES = (
    "its result of {} bytes is not kept here: the store has no folder for large ones (files=); attach(ref) fetches it, "
    "as long as the vendor has it"
)


# The usual case in one statement: an armed job, whose attempt therefore has no reference yet.
_SENT_AT_ONCE = f"""
    with hit as (
        update optcloud_job set state = 'sent', ref = ?, sent = {{now}}, message = null, candidates = null, ended = null
        where batch = ? and key = ? and attempt = ? and {_STATE} = 'armed' returning batch, seq, attempt)
    update optcloud_attempt t set ref = ? from hit
    where t.batch = hit.batch and t.seq = hit.seq and t.attempt = hit.attempt returning t.seq"""


def sent(store: Store, of: BatchIds, key: str, attempt: int, ref: str) -> bool:
    """Note the reference; say whether the job is now sent, or was, under it."""
    ref = plain(ref)
    if store.changes_within:
        at_once = _SENT_AT_ONCE.format(now=store.now)
        if store.change(at_once, ref, of.batch, key, attempt, ref):
            return True
    return store.write(lambda tx: _sent(store, tx, of, (key, attempt), ref))


def _sent(store: Store, tx: Transaction, of: BatchIds, which: tuple[str, int], ref: str) -> bool:
    key, attempt = which
    found = tx.rows(
        "select j.seq, j.state, j.attempt, j.ref, t.ref from optcloud_job j "
        "join optcloud_attempt t on t.batch = j.batch and t.seq = j.seq and t.attempt = ? "
        "where j.batch = ? and j.key = ?" + store.for_update_of.format("j"),
        *(attempt, of.batch, key),
    )
    if not found:
        return False
    seq, state, current, own, known = found[0]
    if known is None:
        tx.rows(
            "update optcloud_attempt set ref = ? where batch = ? and seq = ? and attempt = ?",
            ref,
            of.batch,
            seq,
            attempt,
        )
    elif known != ref:
        _note_twin(tx, of, seq, attempt, ref)
    free = (JobState.ARMED, JobState.NEW, JobState.HELD) if current == attempt else (JobState.NEW,)
    if known is None and state in free:
        _to_sent(store, tx, of, seq, ref)
        return True
    return bool(own == ref)


def _to_sent(store: Store, tx: Transaction, of: BatchIds, seq: int, ref: str) -> None:
    tx.rows(
        f"update optcloud_job set state = 'sent', ref = ?, sent = {store.now}, message = null, candidates = null, "
        "ended = null where batch = ? and seq = ?",
        *(ref, of.batch, seq),
    )


def _note_twin(tx: Transaction, of: BatchIds, seq: int, attempt: int, ref: str) -> None:
    tx.rows(
        "insert into optcloud_twin (ref, batch, seq, attempt) values (?, ?, ?, ?) on conflict do nothing",
        *(ref, of.batch, seq, attempt),
    )


def unsent(store: Store, of: BatchIds, key: str, attempt: int, reason: str) -> bool:
    """armed → new."""
    return _settle(store, of, key, attempt, "state = 'new', message = ?", plain(reason))


def refuse(store: Store, of: BatchIds, key: str, attempt: int, reason: str) -> bool:
    """armed → failed."""
    return _settle(store, of, key, attempt, f"state = 'failed', ended = {store.now}, message = ?", plain(reason))


def hold(store: Store, of: BatchIds, key: str, attempt: int, *, reason: str, candidates: Sequence[str]) -> bool:
    """armed → held."""
    some = json.dumps([plain(ref) for ref in candidates])
    return _settle(store, of, key, attempt, "state = 'held', message = ?, candidates = ?", plain(reason), some)


def _settle(store: Store, of: BatchIds, key: str, attempt: int, change: str, *values: Any) -> bool:
    sql = (
        f"update optcloud_job set {change} "
        f"where batch = ? and key = ? and attempt = ? and {_STATE} = 'armed' returning seq"
    )
    return store.write(lambda tx: bool(tx.rows(sql, *values, of.batch, key, attempt)))


def take_back(store: Store, of: BatchIds, key: str, ref: str) -> bool:
    """sent → new; also gone → new: somebody who watches may have seen that it is not there any more."""
    sql = (
        "update optcloud_job set state = 'new', ref = null, word = null, sent = null, ended = null, "
        "message = 'taken back while it was queued' "
        f"where batch = ? and key = ? and ref = ? and {_STATE} in ('sent', 'gone') returning seq"
    )
    return store.write(lambda tx: bool(tx.rows(sql, of.batch, key, ref)))


def end(store: Store, files: KeptFiles | None, of: BatchIds, endings: Iterable[Ending]) -> int:
    """sent → ok, failed or gone, where key and ref fit; return how many did."""
    coming = iter(endings)
    ended = 0
    while page := sorted(islice(coming, _PAGE), key=lambda ending: ending.key):  # one order: no two wait for each other
        kept = [_kept(files, ending) for ending in page]
        ended += store.write(lambda tx, page=page, kept=kept: _end(store, tx, of, page, kept))  # type: ignore[misc]
    return ended


def _kept(files: KeptFiles | None, ending: Ending) -> tuple[str, tuple[Any, ...] | None]:
    """Return the message, and what is written of the result: check value, content, path, type."""
    if not ending.state.ended:
        raise ValueError(f"{ending.state} is no end of a job")
    message, result = plain(ending.message), ending.result
    if result is None:
        return message, None
    kind = plain(ending.content_type)
    if len(result) < SMALL:
        return message, (hashlib.sha256(result).hexdigest(), result, None, kind)
    if files is None:
        lost = _NO_FILES.format(len(result))
        return (f"{message}; {lost}" if message else lost), None
    sha256 = files.keep(result)
    return message, (sha256, None, str(files.path(sha256)), kind)


def _end(store: Store, tx: Transaction, of: BatchIds, page: list[Ending], kept: list[Any]) -> int:
    found = tx.each_row(
        "update optcloud_job set state = ?, word = ?, message = ?, started = ?, "
        f"ended = coalesce(cast(? as double precision), {store.now}) "
        f"where batch = ? and key = ? and ref = ? and {_STATE} = 'sent' returning seq",
        [
            (str(it.state), plain(it.word), message, it.started, it.ended, of.batch, it.key, it.ref)
            for it, (message, _) in zip(page, kept, strict=True)
        ],
    )
    tx.each(
        "insert into optcloud_result (batch, seq, sha256, content, path, content_type) values (?, ?, ?, ?, ?, ?) "
        "on conflict (batch, seq) do update set sha256 = excluded.sha256, content = excluded.content, "
        "path = excluded.path, content_type = excluded.content_type",
        [(of.batch, row[0], *result) for row, (_, result) in zip(found, kept, strict=True) if row and result],
    )
    return sum(row is not None for row in found)


def retry(store: Store, of: BatchIds, states: Sequence[JobState], keys: Iterable[str] | None) -> int:
    """Make jobs that have ended in these states new again; return how many."""
    if keys is None:
        return store.write(lambda tx: _retry(store, tx, of, states, None))
    coming, count = iter(keys), 0
    while page := list(islice(coming, _PAGE)):
        count += store.write(lambda tx, page=page: _retry(store, tx, of, states, page))  # type: ignore[misc]
    return count


def _retry(store: Store, tx: Transaction, of: BatchIds, states: Sequence[JobState], keys: list[str] | None) -> int:
    among, values = f"state {store.among}", [store.listed(str(state) for state in states)]
    if keys is not None:
        among = f"{_STATE} {store.among} and key {store.among}"
        values = [*values, store.listed(keys)]
    rows = tx.rows(
        "update optcloud_job set state = 'new', ref = null, word = null, sent = null, started = null, ended = null "
        f"where batch = ? and {among} returning seq",
        *(of.batch, *values),
    )
    tx.rows(
        f"delete from optcloud_result where batch = ? and seq {store.among}",
        *(of.batch, store.listed(seq for (seq,) in rows)),
    )
    return len(rows)


def resolve(store: Store, of: BatchIds, key: str, ref: str | None, *, send_again: bool) -> None:
    """held → sent (it is this one) or new (it never arrived), as a person says."""
    if (ref is None) == (not send_again):
        raise ConfigError("resolve: say either which reference the job has (ref), or that it is to be sent again")
    store.write(lambda tx: _resolve(store, tx, of, key, None if ref is None else plain(ref)))


def _resolve(store: Store, tx: Transaction, of: BatchIds, key: str, ref: str | None) -> None:
    found = tx.rows(
        "select seq, state, attempt from optcloud_job where batch = ? and key = ?" + store.for_update, of.batch, key
    )
    if not found:
        raise ConfigError(f"there is no job {shown(key)} in the batch")
    seq, state, attempt = found[0]
    if state != JobState.HELD:
        raise ConfigError(f"job {shown(key)} is {state}, not held: there is nothing to decide")
    if ref is None:
        tx.rows(
            "update optcloud_job set state = 'new', message = 'to be sent again, as a person decided', "
            "candidates = null where batch = ? and seq = ?",
            *(of.batch, seq),
        )
        return
    others = tx.rows(
        "select b.name, j.key from optcloud_attempt t join optcloud_batch b on b.id = t.batch "
        "join optcloud_job j on j.batch = t.batch and j.seq = t.seq "
        "where t.ref = ? and not (t.batch = ? and t.seq = ?) limit 1",
        *(ref, of.batch, seq),
    )
    if others:
        raise ConfigError(
            f"{shown(ref)} is job {shown(others[0][1])} of batch {shown(others[0][0])}; one job, one reference"
        )
    known = tx.rows(
        "update optcloud_attempt set ref = coalesce(ref, ?) where batch = ? and seq = ? and attempt = ? returning ref",
        *(ref, of.batch, seq, attempt),
    )[0][0]
    if known != ref:
        _note_twin(tx, of, seq, attempt, ref)
    _to_sent(store, tx, of, seq, ref)


def plain(text: str) -> str:
    """Return a text that both stores take: vendors' words may have NUL characters, or halves of surrogate pairs."""
    whole = text.replace("\0", "\ufffd").encode(errors="replace").decode()
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1] + "…"
