"""What a program is told of the machines that it solves on, and whether they are there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from attrs import frozen

from optcloud.core.errors import OptCloudError
from optcloud.gurobi.pool import AsyncPool


@frozen
class PoolAccess:
    """What a program is told of the machines: the file that makes it a client of them, and their reference."""

    license_file: Path
    ref: str


def unforeseen(error: Exception) -> OptCloudError:
    """Return an error as one of ours."""
    return OptCloudError(f"{type(error).__name__}: {error}")


async def all_there(pool: AsyncPool) -> bool:
    """Say whether all machines are there and take jobs; where that cannot be found out, yes."""
    try:
        machines = await pool.machines()
    except OptCloudError:
        return True
    return len(machines) == len(pool.ids) and not any(machine.failed or machine.leaving for machine in machines)


_had: set[tuple[str, str]] = set()  # the batches of which this process has machines, in whatever thread
_taking = threading.Lock()


def _taken(batch: tuple[str, str]) -> bool:
    with _taking:
        if batch in _had:
            return False
        _had.add(batch)
        return True


@asynccontextmanager
async def only_one_of(batch: tuple[str, str]) -> AsyncIterator[None]:
    """Be the one of this process that has a batch's machines (store and name): the next one waits until they are gone.

    To a fleet a process is one worker, so two of them would both lead.
    """
    while not _taken(batch):
        await asyncio.sleep(0.1)
    try:
        yield
    finally:
        _had.discard(batch)
