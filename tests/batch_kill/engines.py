"""How a worker works: as the manual has it for one machine, for a fleet, and for an executor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any

BATCHES = ("tasks", "plans")


def embedded(spec: dict[str, Any]) -> None:
    """One process on one file."""
    from optcloud import OptCloud

    with OptCloud() as oc:
        for name in BATCHES:
            with closing(oc.batch(name, store=spec["store"])) as batch:
                batch.run(limit=spec["limit"])


def procrastinate(spec: dict[str, Any]) -> None:
    """One of a fleet."""
    from optcloud import AsyncOptCloud
    from optcloud.batch.engines.clients import opened
    from optcloud.batch.engines.fleet import PATIENCE, event_loop, fleet_worker

    async def work() -> None:
        async with opened(partial(AsyncOptCloud), spec["store"], patience=PATIENCE) as ready:
            await fleet_worker(spec["store"], ready).run(until_empty=True)

    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(work())


def executor(spec: dict[str, Any]) -> None:
    """Chunks on an executor, of threads, so that they die with their process."""
    from optcloud import OptCloud

    with OptCloud() as oc, ThreadPoolExecutor(4) as threads:
        for name in BATCHES:
            with closing(oc.batch(name, store=spec["store"])) as batch:
                batch.run_on(threads)


ENGINES: dict[str, Callable[[dict[str, Any]], None]] = {
    "embedded": embedded,
    "procrastinate": procrastinate,
    "executor": executor,
}
