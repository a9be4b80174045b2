"""The batches of a ledger, the limits of accounts, and how jobs come into a batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import asdict, frozen

from optcloud.batch.jobs import JobInput, Timings
from optcloud.batch.ledger.rows import AccountLimits, Added, BatchInfo
from optcloud.batch.store.store import Store, Transaction
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown

LONGEST = 500  # characters of a name or a key
_PAGE, _PAGE_BYTES = 2000, 8_000_000  # jobs and bytes that are written in one transaction
_BATCH = """
    select b.name, a.name, b.spec, b.timings, b.chunk, b.priority, b.stopped, b.created
    from optcloud_batch b join optcloud_account a on a.id = b.account"""


@frozen
class BatchIds:
    """What never changes of a batch: by which numbers the tables know it and its account."""

    name: str
    batch: int
    account: int
    chunk: int


def create(store: Store, info: BatchInfo) -> BatchInfo:
    """Make a batch; the same again is the same, as it was first made. Raises `ConfigError` for another."""
    _check_name("batch", info.name)
    _check_name("account", info.account)
    if info.chunk < 1:
        raise ConfigError(f"chunk: {info.chunk} jobs; a chunk has 1 or more")
    spec = _json("spec", info.spec)
    timings = _json("timings", asdict(info.timings))

    def work(tx: Transaction) -> BatchInfo:
        tx.rows("select version from optcloud_store" + store.for_update)  # one at a time
        there = tx.rows(f"{_BATCH} where b.name = ?", info.name)
        if there:
            return _same(_info(there[0]), info, json.loads(spec))
        account = _account(tx, info.account)
        tx.rows(
            "insert into optcloud_batch "
            "(id, name, account, spec, timings, chunk, priority, stopped, created, jobs, asked) "
            f"select coalesce(max(id), 0) + 1, ?, ?, ?, ?, ?, ?, 0, {store.now}, 0, 0 from optcloud_batch",
            *(info.name, account, spec, timings, info.chunk, info.priority),
        )
        return _info(tx.rows(f"{_BATCH} where b.name = ?", info.name)[0])

    return store.write(work)


def _same(there: BatchInfo, wanted: BatchInfo, spec: Any) -> BatchInfo:
    if there.account != wanted.account:
        raise ConfigError(
            f"batch {shown(there.name)} is there for {there.account}, not for {wanted.account}; "
            "give this one another name"
        )
    if there.spec != spec:
        differ = sorted(name for name in {*there.spec, *spec} if there.spec.get(name) != spec.get(name))
        raise ConfigError(
            f"batch {shown(there.name)} is there with other jobs to run ({', '.join(differ)} "
            f"{'differs' if len(differ) == 1 else 'differ'}); give this one another name"
        )
    return there


def batch(store: Store, name: str) -> BatchInfo:
    """Return a batch. Raises `ConfigError` where there is none of this name."""
    found = store.read(f"{_BATCH} where b.name = ?", name)
    if not found:
        raise _none(store, name)
    return _info(found[0])


def batches(store: Store) -> list[BatchInfo]:
    """Return all batches, oldest first."""
    return [_info(row) for row in store.read(f"{_BATCH} order by b.id")]


def ids(store: Store, name: str) -> BatchIds:
    """Return the numbers of a batch. Raises `ConfigError` where there is none of this name."""
    found = store.read("select name, id, account, chunk from optcloud_batch where name = ?", name)
    if not found:
        raise _none(store, name)
    return BatchIds(*found[0])


def set_stopped(store: Store, of: BatchIds, *, stopped: bool) -> None:
    """Arm nothing more of a batch, or go on. What was being armed is armed by then: who cancels sees it."""

    def work(tx: Transaction) -> None:
        tx.rows("select id from optcloud_account where id = ?" + store.for_update, of.account)  # arming holds it, too
        tx.rows("update optcloud_batch set stopped = ? where id = ?", int(stopped), of.batch)

    store.write(work)


def set_limits(store: Store, account: str, limits: AccountLimits) -> None:
    """Set both limits of an account."""
    _check_name("account", account)
    if limits.most is not None and limits.most < 0:
        raise ConfigError(f"limit: {limits.most} jobs at a time; give 0 or more, or none for no limit")
    if limits.per_second is not None and not 0 < limits.per_second < float("inf"):
        raise ConfigError(f"limit: {limits.per_second} jobs a second; give more than 0, or none for no limit")

    def make(tx: Transaction) -> int:
        tx.rows("select version from optcloud_store" + store.for_update)
        return _account(tx, account)

    number = store.write(make)  # on its own: arming locks the account first, and then the store
    store.change(
        "update optcloud_account set most = ?, per_second = ? where id = ?", limits.most, limits.per_second, number
    )


def limits(store: Store, account: str) -> AccountLimits:
    """Return the limits of an account, also of one that has no batch yet."""
    found = store.read("select most, per_second from optcloud_account where name = ?", account)
    return AccountLimits(*found[0]) if found else AccountLimits()


def add(store: Store, of: BatchIds, jobs: Iterable[tuple[str, JobInput]]) -> Added:
    """Add jobs, a page in a transaction. Raises `ConfigError`; the pages before the fault have been added then."""
    added = known = 0
    for page in _pages(of.name, jobs):
        more = store.write(lambda tx, page=page: _add(store, tx, of, page))  # type: ignore[misc]
        added, known = added + more.added, known + more.known
    if added >= _PAGE and store.analyze:
        store.change(store.analyze)
    return Added(added, known)


def first_page(name: str, jobs: Iterable[tuple[str, JobInput]]) -> list[tuple[str, JobInput]]:
    """Read as many jobs as `add` writes at first, and check them as it does. Raises `ConfigError`."""
    return [(key, given) for key, _, given in next(_pages(name, jobs), [])]


def _add(store: Store, tx: Transaction, of: BatchIds, page: list[tuple[str, str, JobInput]]) -> Added:
    first: int = tx.rows("select jobs from optcloud_batch where id = ?" + store.for_update, of.batch)[0][0]
    there = dict(
        tx.rows(
            "select j.key, i.sha256 from optcloud_job j join optcloud_input i on i.batch = j.batch and i.seq = j.seq "
            f"where j.batch = ? and j.key {store.among}",
            of.batch,
            store.listed({key for key, _, _ in page}),
        )
    )
    new: list[tuple[int, str, str, JobInput]] = []
    for key, sha256, given in page:
        if key not in there:
            there[key] = sha256
            new.append((first + len(new), key, sha256, given))
        elif there[key] != sha256:
            raise ConfigError(
                f"batch {shown(of.name)}: job {shown(key)} is there with another input; a key stands for one input: "
                "give this one another key, or make another batch"
            )
    tx.each(
        "insert into optcloud_job (batch, seq, key, chunk, account, state, attempt, added) "
        f"values (?, ?, ?, ?, ?, 'new', 0, {store.now})",
        [(of.batch, seq, key, seq // of.chunk, of.account) for seq, key, _, _ in new],
    )
    tx.each(
        "insert into optcloud_input (batch, seq, sha256, content, path) values (?, ?, ?, ?, ?)",
        [(of.batch, seq, sha256, given.content, given.path) for seq, _, sha256, given in new],
    )
    tx.rows("update optcloud_batch set jobs = ? where id = ?", first + len(new), of.batch)
    return Added(len(new), len(page) - len(new))


def _pages(name: str, jobs: Iterable[tuple[str, JobInput]]) -> Iterator[list[tuple[str, str, JobInput]]]:
    page: list[tuple[str, str, JobInput]] = []
    size = 0
    for key, given in jobs:
        _check_name("key", key)
        page.append((key, _sha256(name, key, given), given))
        size += len(given.content or b"")
        if len(page) >= _PAGE or size >= _PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def _sha256(name: str, key: str, given: JobInput) -> str:
    if given.content is not None:
        return hashlib.sha256(given.content).hexdigest()
    if given.path is None or given.sha256 is None:
        raise ConfigError(f"batch {shown(name)}: job {shown(key)} has neither bytes nor a file with its check value")
    _check_text(f"the path of job {shown(key)}", given.path)
    return given.sha256.lower()


def _account(tx: Transaction, name: str) -> int:
    """Return the number of an account, which is written down if it is new. Under the lock of the store."""
    for _ in range(2):
        found = tx.rows("select id from optcloud_account where name = ?", name)
        if found:
            break
        tx.rows(
            "insert into optcloud_account (id, name) select coalesce(max(id), 0) + 1, ? from optcloud_account", name
        )
    number: int = found[0][0]
    return number


def _info(row: Any) -> BatchInfo:
    name, account, spec, timings, chunk, priority, stopped, created = row
    return BatchInfo(
        name, account, json.loads(spec), Timings(**json.loads(timings)), chunk, priority, bool(stopped), created
    )


def _none(store: Store, name: str) -> ConfigError:
    some = [shown(row[0]) for row in store.read("select name from optcloud_batch order by id desc limit 10")]
    there = f"; it has {', '.join(some)}" if some else ", nor any other"
    return ConfigError(f"store {store.shown} has no batch {shown(name)}{there}")


def _json(what: str, value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(value, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{what}: it must be plain JSON: {error}") from error


def _check_name(what: str, text: str) -> None:
    if not isinstance(text, str) or not text:
        raise ConfigError(f"{what}: {text!r} is no text of one or more characters")
    if len(text) > LONGEST:
        raise ConfigError(f"{what}: {shown(text[:40])}… has {len(text)} characters; {LONGEST} is the most")
    _check_text(what, text)


def _check_text(what: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"{what}: {shown(text)} has half of a surrogate pair in it") from None
    if "\0" in text:
        raise ConfigError(f"{what}: {shown(text)} has a NUL character in it")
