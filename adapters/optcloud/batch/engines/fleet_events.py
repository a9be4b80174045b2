"""What a worker of the fleet tells about the engine. It comes beside `optcloud.batch.events`."""

from __future__ import annotations

from attrs import frozen


@frozen
class ChunkTakenOver:
    """The worker that had a chunk gave no sign of life any more: the chunk is queued again."""

    batch: str
    chunk: int


@frozen
class ChunkPutOff:
    """The work of a chunk raised an error; it is tried again after ``pause`` s, by whichever worker is free.

    ``refused_by``: the vendor that did not accept the credentials of this worker; "" for any other error.
    """

    batch: str
    chunk: int
    reason: str
    pause: float
    refused_by: str = ""


@frozen
class EngineAway:
    """The engine's PostgreSQL does not answer; it is tried again after ``pause`` s. Work in hand goes on meanwhile."""

    reason: str
    pause: float


@frozen
class EngineReady:
    """The worker is connected, and takes chunks; also after `EngineAway`."""
