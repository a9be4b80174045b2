"""The tables of a ledger, in SQL that SQLite and PostgreSQL both take, and how an older store becomes a newer one."""

from __future__ import annotations

from optcloud.batch.store.store import Store, Transaction
from optcloud.core.errors import ConfigError

# {bytes} is the type of bytes; {rowless} keeps a table of SQLite in the order of its key.
_FIRST = """
create table optcloud_store (version integer not null, marker bigint not null);
insert into optcloud_store values (0, 0);
create table optcloud_account (
    id integer primary key, name text not null unique, most integer, per_second double precision);
create table optcloud_batch (
    id integer primary key, name text not null unique, account integer not null references optcloud_account,
    spec text not null, timings text not null, chunk integer not null, priority integer not null,
    stopped integer not null, created double precision not null, jobs bigint not null, asked double precision not null);
create index optcloud_batch_account on optcloud_batch (account, priority);
create table optcloud_chunk (
    batch integer not null, chunk integer not null, epoch bigint not null, primary key (batch, chunk)) {rowless};
create table optcloud_job (
    batch integer not null, seq bigint not null, key text not null, chunk integer not null, account integer not null,
    state text not null, attempt integer not null, ref text, word text, message text, candidates text,
    added double precision not null, armed double precision, sent double precision,
    started double precision, ended double precision,
    primary key (batch, seq)) {rowless};
create unique index optcloud_job_key on optcloud_job (batch, key);
create index optcloud_job_state on optcloud_job (batch, state, chunk, seq);
create index optcloud_job_busy on optcloud_job (account) where state in ('armed', 'sent');
create table optcloud_input (
    batch integer not null, seq bigint not null, sha256 text not null, content {bytes}, path text,
    primary key (batch, seq));
create table optcloud_result (
    batch integer not null, seq bigint not null, sha256 text not null, content {bytes}, path text,
    content_type text not null, primary key (batch, seq));
create table optcloud_attempt (
    batch integer not null, seq bigint not null, attempt integer not null, account integer not null,
    armed double precision not null, marker bigint not null, ref text, primary key (batch, seq, attempt)) {rowless};
create unique index optcloud_attempt_marker on optcloud_attempt (marker);
create index optcloud_attempt_armed on optcloud_attempt (account, armed);
create index optcloud_attempt_ref on optcloud_attempt (ref) where ref is not null;
create table optcloud_twin (
    ref text not null, batch integer not null, seq bigint not null, attempt integer not null,
    primary key (ref, batch, seq, attempt)) {rowless};
create index optcloud_twin_attempt on optcloud_twin (batch, seq, attempt);
create table optcloud_fact (
    account text not null, name text not null, value text not null, primary key (account, name)) {rowless}
"""
STEPS = [_FIRST]
"""``STEPS[n]`` makes a store of version n one of version n + 1: statements, parted by semicolons."""


def make_schema(store: Store, *, make: bool) -> None:
    """Bring a store to the version that this optcloud writes. Raises `ConfigError` for one of a newer optcloud.

    ``make``: also where nothing is there yet; else that is an error.
    """
    version = _version(store.read(store.has_table, "optcloud_store"), store.read)
    if version == 0 and not make:
        raise ConfigError(f"store: {store.shown} has no batches: nothing was ever kept there")
    check_version(version, store.shown)
    if version < len(STEPS):
        store.write(lambda work: _update(store, work))


def _update(store: Store, work: Transaction) -> None:
    if store.lock_schema:
        work.rows(store.lock_schema)
    version = _version(work.rows(store.has_table, "optcloud_store"), work.rows)  # others may have been faster
    check_version(version, store.shown)
    for step in STEPS[version:]:
        for statement in step.format(**store.words).split(";"):
            work.rows(statement)
    work.rows("update optcloud_store set version = ?", len(STEPS))


def _version(tables: list[object], rows: object) -> int:
    if not tables:
        return 0
    found: list[tuple[int]] = rows("select version from optcloud_store")  # type: ignore[operator]
    return found[0][0]


def check_version(version: int, shown: str) -> None:
    """Raise `ConfigError` for a store of a newer version."""
    if version > len(STEPS):
        raise ConfigError(
            f"store: {shown} is of version {version}, made by a newer optcloud; this one knows version {len(STEPS)}. "
            "Nothing was changed: update optcloud (pip install -U optcloud)"
        )
