"""Ways to break the ledger on purpose, each of which the kill test must show as doubled or lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from optcloud.batch.jobs import Adopt, NeverArrived
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets import target_for
from optcloud.batch.worker.reconciling import Reconciler


def _no_arming() -> None:
    """Nothing is written down before it is sent: whoever takes a chunk finds its jobs new that were not noted."""
    take = JobLedger.take

    def forgetful(self: JobLedger, name: str, chunk: int) -> int:
        epoch = take(self, name, chunk)
        for job in self.unknown(name, chunk):
            self.unsent(name, job.key, job.attempt, "nothing was written down")
        return epoch

    _put(JobLedger, take=forgetful)


def _absence_is_proof() -> None:
    """A marker that is not shown proves that a submit never arrived, whatever else is there, or may come."""
    made, add = target_for.target_for, Reconciler.add

    def trusting(*given: Any, **more: Any) -> Any:
        target = made(*given, **more)
        reconcile = target.reconcile

        async def reconciled(*given: Any, **more: Any) -> Any:
            verdicts = await reconcile(*given, **more)
            return [
                one if isinstance(one, Adopt) else NeverArrived(one.key, one.attempt, "no marker") for one in verdicts
            ]

        _put(target, reconcile=reconciled)
        return target

    def at_once(self: Reconciler, jobs: Any, tell: Any) -> None:
        settled = self._batch.info.timings.settled
        add(self, [evolve(job, armed_at=job.armed_at - settled) for job in jobs], tell)

    _put(target_for, target_for=trusting)
    _put(Reconciler, add=at_once)


def _no_epoch() -> None:
    """What a former owner of a chunk arms or takes back is believed, whatever epoch and attempt it is of."""
    arm = JobLedger.arm

    def armed(self: JobLedger, name: str, chunk: int, epoch: int, most: int, **more: Any) -> Any:
        sql = "select epoch from optcloud_chunk where batch = ? and chunk = ?"
        newest = self._store.read(sql, self._of(name).batch, chunk)[0][0]
        return arm(self, name, chunk, newest, most, **more)

    def unsent(self: JobLedger, batch: str, key: str, attempt: int, reason: str) -> bool:
        sql = (
            "update optcloud_job set state = 'new', ref = null, message = ? "
            "where batch = ? and key = ? and state in ('armed', 'sent') returning key"
        )
        return bool(self._store.change(sql, reason, self._of(batch).batch, key))

    _put(JobLedger, arm=armed, unsent=unsent)


_WAYS: dict[str, Callable[[], None]] = {
    "no-arming": _no_arming,
    "absence-is-proof": _absence_is_proof,
    "no-epoch": _no_epoch,
}


def commit(name: str | None) -> None:
    """Break this process, where a name is given."""
    if name is not None:
        _WAYS[name]()


def _put(place: Any, **what: Any) -> None:
    for name, value in what.items():
        setattr(place, name, value)
