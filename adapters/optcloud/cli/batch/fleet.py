"""`optcloud batch start` and `work`: a fleet works the batches of a store in PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.batch.events import BatchMessages
from optcloud.cli.batch.fleet_progress import tell_each_minute
from optcloud.cli.batch.jobs import JobsOptions, PaceOptions
from optcloud.cli.batch.options import STORE_VARIABLE, BatchChoice, Files
from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession
from optcloud.process.exit_guard import Ended

if TYPE_CHECKING:
    from optcloud.batch.engines.fleet_worker import FleetWorker

_CHUNKS = 8


def start(
    session: CliSession, *, choice: BatchChoice, jobs: JobsOptions, pace: PaceOptions, files: Files = None
) -> None:
    """Hand a batch to the fleet, which are the workers of its store.

    A worker is `optcloud batch work`, on any machine. With --inputs, jobs are added first, as in `run`. What is added,
    retried or resumed later is taken up by itself.

    Examples:
        optcloud batch start spring --inputs in.jsonl --aimms Scheduling solve
        optcloud batch start spring --store postgresql://db.acme.test/batches
    """
    jobs.check()
    name = choice.named(new=jobs.inputs is not None)
    with session.connect(hear=BatchMessages(session.messages).hear) as oc:
        batch = oc.batch(name, store=choice.store, files=files)
        jobs.add(session, oc, batch)
        with choice.opened() as ledger:
            pace.set(ledger, name)
        batch.start()
    session.done("started", batch=name)
    command = choice.command("status", name, "--watch")
    session.messages.say(f"watch it: {command}", event="hint", watch=command)


def work(
    session: CliSession,
    *,
    url: Annotated[str | None, argument("[STORE]", "The store, postgresql://…, here or by --store.")] = None,
    store: Annotated[str | None, option("--store", "STORE", "The same, as an option.", envvar=STORE_VARIABLE)] = None,
    chunks: Annotated[
        int, option("N", "Chunks to work on at a time; more where the account's limit is high.", min=1)
    ] = _CHUNKS,
    until_empty: Annotated[bool, flag("End when there is nothing to do.")] = False,
    files: Files = None,
) -> None:
    """Be a worker of the fleet, until Ctrl-C or SIGTERM.

    Takes jobs of all batches of the store that were started, a chunk at a time. Chunks of a worker that died are taken
    over after some seconds. One that is stopped hands its chunks back.

    Examples:
        optcloud batch work postgresql://db.acme.test/batches
        optcloud batch work postgresql://db.acme.test/batches --until-empty
    """
    from optcloud.batch.engines.clients import opened  # noqa: PLC0415 - not for a help text
    from optcloud.batch.engines.fleet import PATIENCE, check_fleet, event_loop, fleet_worker  # noqa: PLC0415

    store = url or store
    if store is None:
        raise typer.BadParameter(f"say which store, also by {STORE_VARIABLE}", param_hint="STORE")
    check_fleet(store)
    messages = BatchMessages(session.messages, session.secrets_from)

    async def working() -> int | None:
        clients = session.clients(messages.hear)
        async with opened(clients, store, files=files, notify=messages.hear, patience=PATIENCE) as ready:
            worker = fleet_worker(store, ready, chunks_at_a_time=chunks, tell=messages.hear)
            telling = asyncio.create_task(tell_each_minute(ready.counts, messages))
            try:
                with _stopping(worker) as stopped:
                    await worker.run(until_empty=until_empty)
                return stopped()
            finally:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)

    with asyncio.Runner(loop_factory=event_loop) as runner:
        number = runner.run(working())
    if number is not None:
        raise KeyboardInterrupt if number == signal.SIGINT else Ended(number)


@contextmanager
def _stopping(worker: FleetWorker) -> Iterator[Callable[[], int | None]]:
    """Let signals stop the worker, inside the block; yields what tells which one came. The second ends at once."""
    loop = asyncio.get_running_loop()
    before: dict[int, object] = {}
    came: list[int] = []

    def stop(number: int) -> None:
        came.append(number)
        put_back()
        loop.call_soon_threadsafe(worker.stop)

    def put_back() -> None:
        while before:
            number, handler = before.popitem()
            signal.signal(number, handler)  # type: ignore[arg-type]

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, lambda number, _: stop(number))
    try:
        yield lambda: came[0] if came else None
    finally:
        put_back()
