"""A worker of batches of programs, as a process of its own: ``python -m batch.gurobi_worker STORE BATCH``.

Each line that it is given names a chunk to be worked, or says ``all`` or ``end``; it prints what its jobs come to, and
``chunk N`` when it is done with a chunk.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from optcloud import AsyncOptCloud
from optcloud.batch.engines.embedded import work_all
from optcloud.batch.events import JobChanged
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.worker.worker import BatchWorker


def tell(event: object) -> None:
    if isinstance(event, JobChanged):
        print(f"{event.after} {event.key} {event.reason}".strip().replace("\n", " "), flush=True)


async def main(store: str, batch: str) -> None:
    async with AsyncOptCloud() as oc, BatchWorker(JobLedger.open(store), oc, notify=tell) as worker:
        print("up", flush=True)
        tasks = []

        async def work(chunk: int) -> None:
            why = await worker.work(batch, chunk)
            print(f"chunk {chunk} {why}", flush=True)

        while (line := (await asyncio.to_thread(sys.stdin.readline)).strip()) != "end":
            if line == "all":
                await work_all(worker, batch)
                print("all ended", flush=True)
            else:
                tasks.append(asyncio.create_task(work(int(line))))
        await asyncio.gather(*tasks)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(main(*sys.argv[1:]))
