"""`optcloud batch retry`, `resume`, `cancel` and `resolve`: what a person decides about jobs."""

from __future__ import annotations

from typing import Annotated

import typer

from optcloud.cli.batch.events import BatchMessages
from optcloud.cli.batch.options import BatchChoice, Store
from optcloud.cli.batch.run import goes_on
from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown


def retry(
    session: CliSession,
    *,
    choice: BatchChoice,
    keys: Annotated[list[str] | None, option("--key", "KEY", "Only this job; may be repeated.")] = None,
    gone: Annotated[bool, flag("Also jobs that the vendor knows no more.")] = False,
) -> None:
    """Let failed jobs be submitted again, by the next run or fleet.

    Examples:
        optcloud batch retry spring
        optcloud batch retry spring --key s0042 --key s0043
        optcloud batch retry spring --gone
    """
    name = choice.named()
    if keys:
        with choice.opened() as ledger:
            missing = set(keys) - {row.key for row in ledger.rows(name, keys=keys)}
        if missing:
            raise ConfigError(f"there is no job {', '.join(map(shown, sorted(missing)))} in batch {name}")
    with session.connect() as oc:
        number = oc.batch(name, store=choice.store).retry(failed=True, gone=gone, keys=keys)
    session.out.data(
        {"batch": name, "retried": number}, f"{number:,} {'job is' if number == 1 else 'jobs are'} new again"
    )
    if number:
        _say_how_on(session, choice, name)


def resume(session: CliSession, *, choice: BatchChoice) -> None:
    """Let a batch that was cancelled go on.

    The fleet takes it up by itself. `run` and `start` do the same for a batch that they are given.

    Examples:
        optcloud batch resume spring
        optcloud batch resume spring --json
    """
    name = choice.named()
    with session.connect() as oc:
        oc.batch(name, store=choice.store).resume()
    session.done("resumed", batch=name)
    _say_how_on(session, choice, name)


def cancel(
    session: CliSession,
    *,
    choice: BatchChoice,
    running: Annotated[bool, flag("Also stop jobs that run.")] = False,
) -> None:
    """Send no more jobs, and take back those that are queued.

    Whoever works on the batch notices within a second or so. To go on: `resume`.

    Examples:
        optcloud batch cancel spring
        optcloud batch cancel spring --running
    """
    name = choice.named()
    hear = BatchMessages(session.messages).hear
    words = ["--running"] if running else []
    with (
        goes_on(choice.command("cancel", name, *words)),
        session.connect(hear=hear) as oc,
        session.messages.progress(name),
    ):
        done = oc.batch(name, store=choice.store).cancel(running=running)
    record = {"batch": name, "done": "cancelled", "taken_back": done.taken_back, "stopped": done.stopped}
    session.out.data(
        record | {"running": done.running, "unknown": done.unknown},
        f"cancelled: {name}",
        *(
            f"  {number:,} {words}"
            for number, words in _left(done.taken_back, done.stopped, done.running, done.unknown)
        ),
    )


def _left(taken_back: int, stopped: int, running: int, unknown: int) -> list[tuple[int, str]]:
    told = [
        (taken_back, "were queued, and are new again"),
        (stopped, "ran, and were stopped"),
        (running, "run on; their results come when the batch goes on"),
        (unknown, "may have been submitted; it is found out when the batch goes on"),
    ]
    return [(number, words) for number, words in told if number]


def resolve(
    session: CliSession,
    *,
    words: Annotated[
        list[str], argument("[NAME] KEY", "The held job, behind the name of its batch [default: the store's only one].")
    ],
    store: Store,
    it_is: Annotated[
        str | None, option("--it-is", "REF", "The submit arrived: it is the job of this reference.")
    ] = None,
    send_again: Annotated[bool, flag("The submit never arrived: submit the job again.")] = False,
) -> None:
    """Decide about a held job, whose submit may have arrived.

    Look at the vendor's first: if it is there and you send it again, it is there twice.

    Examples:
        optcloud batch resolve spring s0042 --send-again
        optcloud batch resolve spring s0042 --it-is aimms:default/6f1c
    """
    if len(words) > 2:
        raise typer.BadParameter("give the batch and one job of it", param_hint="[NAME] KEY")
    *name, key = words
    if (it_is is None) is not send_again:
        raise typer.BadParameter("say one of them", param_hint="--it-is and --send-again")
    choice = BatchChoice(name=name[0] if name else None, store=store)
    chosen = choice.named()
    with session.connect() as oc:
        oc.batch(chosen, store=store).resolve(key, it_is=it_is, send_again=send_again)
    record = {"batch": chosen, "key": key, "done": "resolved", "ref": it_is, "send_again": send_again}
    session.out.data(record, f"{key}: {'it is sent again' if send_again else f'it is {it_is}'}")
    _say_how_on(session, choice, chosen)


def _say_how_on(session: CliSession, choice: BatchChoice, name: str) -> None:
    command = choice.command("run", name)
    session.messages.say(f"then: {command} (a fleet takes it up by itself)", event="hint", run=command)
