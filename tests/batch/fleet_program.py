"""A worker of the fleet with work that is no work, as a process of its own: ``python -m batch.fleet_program URL``.

What a test looks at is in tables: ``todo`` (the chunks, whether they are open), ``worked`` (what was begun and ended,
by which process), ``gate`` (work waits while it is shut).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import psycopg

from optcloud.batch.engines.fleet import event_loop, fleet_worker

TABLES = """
create table todo(batch text, chunk int, open boolean not null default true, primary key(batch, chunk));
create table worked(batch text, chunk int, process int, what text, at timestamptz not null default clock_timestamp());
create table gate(open boolean not null);
insert into gate values (false)
"""


class Work:
    """Work of chunks that waits at the gate."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def work(self, batch: str, chunk: int) -> None:
        await asyncio.to_thread(self.note, batch, chunk, "begun")
        while not await asyncio.to_thread(self.gate):
            await asyncio.sleep(0.01)
        await asyncio.to_thread(self.note, batch, chunk, "ended")
        await asyncio.to_thread(self.ask, "update todo set open = false where batch = %s and chunk = %s", batch, chunk)

    def note(self, batch: str, chunk: int, what: str) -> None:
        self.ask("insert into worked values (%s, %s, %s, %s)", batch, chunk, os.getpid(), what)

    def gate(self) -> bool:
        return bool(self.ask("select open from gate")[0][0])

    def open_chunks(self, batch: str) -> list[int]:
        return [chunk for (chunk,) in self.ask("select chunk from todo where open and batch = %s", batch)]

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        while True:
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    cursor = connection.execute(sql.encode(), values)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:  # the server is being restarted
                continue


async def main(url: str, *words: str) -> None:
    worker = fleet_worker(url, Work(url), tell=lambda event: print(event, flush=True))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    await worker.run(until_empty="--until-empty" in words)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
