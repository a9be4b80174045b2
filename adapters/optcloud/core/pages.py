"""Results that come in several replies, as iterators: pages of a list, lines of a log, jobs as they end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Protocol, TypeVar

from optcloud.core.flow import AsyncRunner, Flow, Runner

T = TypeVar("T")


class Pages(Protocol[T]):
    """Something that gives its results batch by batch; `each` turns it into an iterator."""

    def next(self) -> Flow[list[T] | None]:
        """Return the next batch, which may be empty, or None: there are no more."""


def iterate(connection: Runner, batches: Pages[T]) -> Iterator[T]:
    """Yield each result; the next batch is asked for when the last one is used up."""
    while (batch := connection.run(batches.next())) is not None:
        yield from batch


async def iterate_async(connection: AsyncRunner, batches: Pages[T]) -> AsyncIterator[T]:
    """Yield each result; the next batch is asked for when the last one is used up."""
    while (batch := await connection.run(batches.next())) is not None:
        for result in batch:
            yield result
