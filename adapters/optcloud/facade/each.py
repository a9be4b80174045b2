"""Batches of results as iterators, blocking and asynchronous."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

from optcloud.core.batches import Batches
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection

T = TypeVar("T")


def each(connection: Connection, batches: Batches[T]) -> Iterator[T]:
    """Yield each result; the next batch is asked for when the last one is used up."""
    while (batch := connection.run(batches.next())) is not None:
        yield from batch


async def each_async(connection: AsyncConnection, batches: Batches[T]) -> AsyncIterator[T]:
    """Yield each result; the next batch is asked for when the last one is used up."""
    while (batch := await connection.run(batches.next())) is not None:
        for one in batch:
            yield one
