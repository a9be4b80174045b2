"""What a ledger does, in plain Python: lists and dicts, nothing durable, one caller at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class ModelAttempt:
    """A time that a job was armed."""

    number: int
    at: float
    refs: list[str] = field(default_factory=list)


@dataclass
class ModelJob:
    """A job, with all its attempts."""

    key: str
    content: bytes
    state: str = "new"
    ref: str | None = None
    attempts: list[ModelAttempt] = field(default_factory=list)

    @property
    def attempt(self) -> int:
        return len(self.attempts)

    @property
    def is_busy(self) -> bool:
        return self.state in ("armed", "sent")


@dataclass
class ModelBatch:
    """Jobs in the order of adding; a chunk is so many of them."""

    priority: int
    chunk: int
    jobs: list[ModelJob] = field(default_factory=list)
    epochs: dict[int, int] = field(default_factory=dict)
    stopped: bool = False
    asked: float = 0.0

    def of_chunk(self, number: int) -> list[ModelJob]:
        return self.jobs[number * self.chunk : (number + 1) * self.chunk]

    @property
    def chunks(self) -> int:
        return math.ceil(len(self.jobs) / self.chunk)

    def job(self, key: str) -> ModelJob | None:
        return next((job for job in self.jobs if job.key == key), None)


@dataclass
class ModelLedger:
    """The batches of one account."""

    batches: dict[str, ModelBatch]
    most: int | None = None
    per_second: float | None = None

    def all_jobs(self) -> Iterator[ModelJob]:
        for batch in self.batches.values():
            yield from batch.jobs

    def refs(self) -> set[str]:
        return {ref for job in self.all_jobs() for attempt in job.attempts for ref in attempt.refs}

    def arm(self, name: str, chunk: int, epoch: int, most: int, now: float) -> tuple[list[str], str]:
        """Return the keys that are armed, and why there are not more."""
        batch = self.batches[name]
        if batch.epochs.get(chunk) != epoch:
            return [], "not the owner"
        if batch.stopped:
            return [], "stopped"
        new = [job for job in batch.of_chunk(chunk) if job.state == "new"][:most]
        if not new:
            return [], "nothing new"
        if now - batch.asked > 10:
            batch.asked = now
        room, reason = self._room(now)
        if reason:
            room -= self._wanted_before(batch, now)
        armed = new[: max(0, room)]
        for job in armed:
            job.state, job.ref = "armed", None
            job.attempts.append(ModelAttempt(job.attempt + 1, now))
        if len(armed) == most:
            reason = ""
        elif len(armed) == len(new):
            reason = "nothing new"
        return [job.key for job in armed], reason

    def _room(self, now: float) -> tuple[int, str]:
        rooms = []
        if self.most is not None:
            rooms.append((max(0, self.most - sum(job.is_busy for job in self.all_jobs())), "limit"))
        if self.per_second is not None:
            few = max(1, int(self.per_second))
            late = [
                attempt
                for job in self.all_jobs()
                for attempt in job.attempts
                if now - few / self.per_second < attempt.at <= now
            ]
            rooms.append((max(0, few - len(late)), "rate"))
        return min(rooms, key=lambda room: room[0], default=(2**31, ""))

    def _wanted_before(self, batch: ModelBatch, now: float) -> int:
        return sum(
            job.state == "new"
            for other in self.batches.values()
            if other.priority > batch.priority and not other.stopped and now - other.asked < 60
            for job in other.jobs
        )

    def sent(self, job: ModelJob, number: int, ref: str) -> bool:
        if not 1 <= number <= job.attempt:
            return False
        attempt = job.attempts[number - 1]
        first = not attempt.refs
        if ref not in attempt.refs:
            attempt.refs.append(ref)
        free = ("armed", "new", "held") if number == job.attempt else ("new",)
        if first and job.state in free:
            job.state, job.ref = "sent", ref
            return True
        return job.ref == ref

    def settle(self, job: ModelJob, number: int, state: str) -> bool:
        if job.state != "armed" or number != job.attempt:
            return False
        job.state = state
        return True

    def end(self, job: ModelJob, ref: str, state: str) -> bool:
        if job.state != "sent" or job.ref != ref:
            return False
        job.state = state
        return True

    def take_back(self, job: ModelJob, ref: str) -> bool:
        if job.state not in ("sent", "gone") or job.ref != ref:
            return False
        job.state, job.ref = "new", None
        return True
