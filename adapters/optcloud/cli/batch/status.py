"""`optcloud batch status` and `failures`: how a batch stands, and which jobs need a person. They only read."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.batch.options import BatchChoice, only_batch
from optcloud.cli.exit_codes import DONE, JOB_FAILED, STILL_RUNNING
from optcloud.cli.options import flag, option, state_option
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.batch.ledger.rows import JobRow
    from optcloud.batch.progress import BatchCounts
    from optcloud.batch.status import BatchStatus

COUNTS = ("new", "running", "ok", "failed", "gone", "held")
_LOOK_EVERY = 1.0  # seconds
_HELD_SHOWN = 5
_HELD_TOLD = 100  # in JSON; all of them: `failures`
_FAILURES_SHOWN = 200
_FAILED = ("failed", "gone", "held")
_COLUMNS = (
    name_column("Key", "key"),
    Column("State", "state"),
    Column("Attempts", "attempts", 4),
    text_column("Message", "message", 2),
    Column("Reference", "ref", 3),
)


def status(
    session: CliSession,
    *,
    choice: BatchChoice,
    watch: Annotated[bool, flag("Wait until all jobs have ended or are held.")] = False,
) -> None:
    """Show how far a batch is, whoever works on it.

    Exit code 8 while jobs are to be done or are held, 3 when some have failed.

    Examples:
        optcloud batch status spring
        optcloud batch status spring --watch
        optcloud batch status spring --json
    """
    with choice.opened() as ledger:
        name = choice.name or only_batch(ledger)
        if watch:
            _watch(session, ledger, name)
        print_status(session, choice, ledger, name)


def _watch(session: CliSession, ledger: JobLedger, name: str) -> None:
    from optcloud.batch.status import status as read  # noqa: PLC0415 - not for a help text

    with session.messages.progress(name):
        while True:
            now = read(ledger, name)
            session.messages.show(str(now.progress))
            if now.stopped or not now.counts.open:
                return
            time.sleep(_LOOK_EVERY)


def print_status(session: CliSession, choice: BatchChoice, ledger: JobLedger, name: str) -> None:
    """Print how a batch stands, and leave with the exit code that tells it. Raises `typer.Exit`, `ConfigError`."""
    from optcloud.batch.jobs import JobState  # noqa: PLC0415 - not for a help text
    from optcloud.batch.status import status as read  # noqa: PLC0415

    now = read(ledger, name)
    told = _HELD_TOLD if session.out.as_json else _HELD_SHOWN
    held = list(islice(ledger.rows(name, states=[JobState.HELD]), told)) if now.counts.held else []
    lines = [str(now)]
    for row in held:
        lines += _held_lines(choice, name, row)
    if now.counts.held > len(held):
        lines.append(f"… and {now.counts.held - len(held):,} more that are held: {choice.command('failures', name)}")
    record = _record(now) | {"held_jobs": [_held_record(choice, name, row) for row in held]}
    session.out.data(record, *lines)
    raise typer.Exit(code_of(now.counts))


def code_of(counts: BatchCounts) -> int:
    """Return the exit code that tells how a batch stands."""
    if counts.open or counts.held:
        return STILL_RUNNING
    return JOB_FAILED if counts.failed or counts.gone else DONE


def _record(now: BatchStatus) -> dict[str, Any]:
    counts = now.counts
    over = "held" if counts.held else "done" if counts.total else "empty"
    state = "stopped" if now.stopped else "open" if counts.open else over
    times = {word: None if at is None else at.isoformat() for word, at in _times(now)}
    return (
        {"batch": now.name, "account": now.account, "state": state, "total": counts.total}
        | {word: getattr(counts, word) for word in COUNTS}
        | {"per_second": now.progress.rate, "seconds_left": now.progress.left, "priority": now.priority}
        | {"limit": now.limit, "limit_per_second": now.per_second}
        | times
    )


def _times(now: BatchStatus) -> tuple[tuple[str, Any], ...]:
    return ("created", now.created), ("since", now.since), ("last", now.last)


def _resolve(choice: BatchChoice, name: str, row: JobRow, *words: str) -> str:
    return choice.command("resolve", name, row.key, *words)


def _held_lines(choice: BatchChoice, name: str, row: JobRow) -> list[str]:
    lines = [f"held: {row.key}: {row.message}"]
    lines += [f"  if it is this one: {_resolve(choice, name, row, '--it-is', ref)}" for ref in row.candidates[:3]]
    if not row.candidates:
        lines.append(f"  if it is there: {_resolve(choice, name, row, '--it-is', 'REF')}")
    return [*lines, f"  if it never arrived: {_resolve(choice, name, row, '--send-again')}"]


def _held_record(choice: BatchChoice, name: str, row: JobRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "attempts": row.attempt,
        "message": row.message,
        "candidates": list(row.candidates),
        "resolve": _resolve(choice, name, row),
    }


def failures(
    session: CliSession,
    *,
    choice: BatchChoice,
    states: Annotated[list[str] | None, state_option(_FAILED)] = None,
    limit: Annotated[
        int | None, option("N", f"List at most this many [default: {_FAILURES_SHOWN}, with --json all].", min=1)
    ] = None,
) -> None:
    """List jobs that failed, are gone, or are held, and why.

    Gone: the vendor knows the job no more. Held: it is not known whether its submit arrived (see `resolve`).

    Examples:
        optcloud batch failures spring
        optcloud batch failures spring --json
    """
    from optcloud.batch.jobs import JobState  # noqa: PLC0415 - not for a help text

    with choice.opened() as ledger:
        name = choice.name or only_batch(ledger)
        if limit is None and not session.out.as_json:
            limit = _FAILURES_SHOWN
        rows = ledger.rows(name, states=[JobState(word) for word in states or _FAILED])
        records = [_failure(row) for row in islice(rows, None if limit is None else limit + 1)]
        session.out.records(_COLUMNS, records, empty="none has failed", limit=limit)


def _failure(row: JobRow) -> dict[str, Any]:
    known = {"key": row.key, "state": str(row.state), "attempts": row.attempt, "message": row.message or row.word}
    return known | {"word": row.word, "ref": row.ref, "candidates": list(row.candidates)}
