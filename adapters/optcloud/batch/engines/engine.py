"""The port to an engine, and what an engine calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Engine(Protocol):
    """Has chunks of batches worked, somewhere and soon, until the work of each has returned."""

    def start(self, store: str, batch: str, chunks: Sequence[int]) -> None:
        """Have these chunks worked, and return at once. Safe to repeat: a chunk may be worked any number of times.

        ``store`` is the address of the ledger. Nothing is told about results: they are in the ledger. May block.
        """


class ChunkWork(Protocol):
    """What a process does for an engine."""

    async def work(self, batch: str, chunk: int) -> object:
        """Work a chunk until each of its jobs has ended or is held, the batch is stopped, or another has the chunk."""

    def open_chunks(self, batch: str) -> Sequence[int]:
        """Return the chunks that have something to do; none if the batch is stopped. Blocking."""
