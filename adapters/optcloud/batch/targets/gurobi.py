"""Programs of a batch that solve on rented Gurobi machines: each runs on the worker's own machine, once for each job.

A reference such as ``program:prod/worker-7/4711-9f8e/12`` names host, process and attempt, for people: a program is
its worker's child, so no other process can attach to it, and it ends with its worker. What a worker left is new again
for whoever works the chunk next: a solve may run twice; which result counts, the ledger says by the reference.
"""

from __future__ import annotations

import asyncio
import os
import platform
import secrets
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import define, frozen

from optcloud.batch.jobs import (
    Adopt,
    ArmedJob,
    Ending,
    JobState,
    NeverArrived,
    NotSent,
    Refused,
    SendOutcome,
    Sent,
    TakenBack,
    Timings,
    Verdict,
)
from optcloud.batch.targets.gurobi_access import PoolAccess
from optcloud.batch.targets.gurobi_machines import BatchMachines, machines_of
from optcloud.batch.targets.gurobi_programs import ProgramCall, ProgramEnd, ProgramRun
from optcloud.batch.targets.target import LedgerView
from optcloud.core.errors import AuthError, BadRequest, ConfigError, Forbidden, OptCloudError, Unsupported
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.connection import VENDOR
from optcloud.gurobi.ledger_postgres import LaunchesUnwritable
from optcloud.gurobi.ledger_rows import account_digest
from optcloud.gurobi.program import GurobiProgram

TICK = 1.0  # seconds that a look waits for an end
NO_PROGRAM = 30.0  # seconds of pause where this machine does not have the program


@frozen
class ProgramLost:
    """A program of which nothing will ever come: its worker ended, or its machines did."""

    reason: str


@define(eq=False)
class _Job:
    key: str
    attempt: int
    task: asyncio.Task[None] | None = None
    run: ProgramRun | None = None
    """Once it runs."""


class GurobiTarget:
    """One program, on machines of one account. ``oc`` is an `AsyncOptCloud`; ``of`` makes one that only has a spec."""

    def __init__(self, program: GurobiProgram, oc: Any = None, *, pace: Pace | None = None) -> None:
        self.program, self._oc, self._pace = program, oc, pace
        self._ledger: LedgerView | None = None
        self._machines: BatchMachines | None = None
        self._slots = asyncio.Semaphore(program.slots)
        self._worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._count = 0
        self._jobs: dict[str, _Job] = {}
        self._watched: set[str] = set()
        self._over: dict[str, ProgramEnd | ProgramLost] = {}
        self._some = asyncio.Event()

    @classmethod
    def of(cls, program: GurobiProgram) -> GurobiTarget:
        """Make what has the program's `spec`. Asks nothing."""
        return cls(program)

    @classmethod
    def from_spec(cls, oc: Any, spec: Mapping[str, Any]) -> GurobiTarget:
        """Make the same target elsewhere. Raises `ConfigError`, `BadRequest` for a spec that is none."""
        return cls(GurobiProgram.from_spec(spec), oc)

    @property
    def account(self) -> str:
        """Whose limits count: the address and a digest of the access id. Raises `Unsupported` with API v2."""
        return (
            f"gurobi:{str(self._gurobi._connection.client.base_url).rstrip('/')}#{account_digest(self._v1.access_id)}"
        )

    def spec(self) -> dict[str, Any]:
        """Return the program as plain JSON."""
        return self.program.spec()

    def know(self, ledger: LedgerView) -> None:
        """Be told of the ledger."""
        self._ledger = ledger

    async def settle(self) -> None:
        """Find out before anything costs whether there is such a program here, and such an account.

        Raises `ConfigError`, `Unsupported` (API v2), and what asking for the licenses does.
        """
        self._check_program()
        order_license = self.program.options.get("license_id")
        licenses = await self._gurobi.licenses()
        if order_license is not None and str(order_license) not in [license_.id for license_ in licenses]:
            raise ConfigError(f"license_id: {order_license!r} is none of this account's")

    def room(self) -> int:
        """Return how many more programs may run here now."""
        return self.program.slots - len(self._jobs)

    async def send(self, job: ArmedJob, content: bytes, timings: Timings) -> SendOutcome:
        """Start the program, as soon as there are machines: until then it waits here.

        Raises what each job would meet, where machines cannot be had: `AuthError`, `Forbidden`, `ConfigError`.
        """
        machines = self._machines_of(job.batch)
        if machines.error is not None:
            return _no_machines(machines.error, machines.pause)
        try:
            self._check_program()
        except ConfigError as error:
            return NotSent(str(error), NO_PROGRAM)
        try:
            call = self._call(job, content)
        except ConfigError as error:
            return Refused(str(error))
        self._count += 1
        profile = self.program.profile
        ref = str(Reference("program", profile, (platform.node() or "host", self._worker, str(self._count))))
        entry = self._jobs[ref] = _Job(job.key, job.attempt)
        entry.task = asyncio.create_task(self._run(ref, entry, call, machines))
        return Sent(ref)

    def watch(self, refs: Collection[str]) -> None:
        """Have `ended` look at these, too. Those of other workers are lost, whether these live or not."""
        for ref in refs:
            self._watched.add(ref)
            if ref not in self._jobs and ref not in self._over:
                self._over[ref] = ProgramLost("the worker that ran its program does so no more")
        self._some.set()

    async def ended(self) -> Sequence[tuple[str, ProgramEnd | ProgramLost]]:
        """Wait for an end, for a second at most."""
        try:
            async with asyncio.timeout(TICK):
                while not self._watched & self._over.keys():
                    self._some.clear()
                    await self._some.wait()
        except TimeoutError:
            return []
        found = self._watched & self._over.keys()
        self._watched -= found
        return [(ref, self._over.pop(ref)) for ref in found]

    async def ending(self, key: str, ref: str, how: ProgramEnd | ProgramLost) -> Ending | TakenBack:
        """Return what is to be kept: the result, or why there is none; a lost one is taken back."""
        if isinstance(how, ProgramLost):
            return TakenBack(key, ref, how.reason)
        return Ending(
            key,
            ref,
            JobState.OK if how.word == "ok" else JobState.FAILED,
            word=how.word,
            message=self._v1.redact(how.message),
            result=how.result,
            started=how.started,
            ended=how.ended,
        )

    async def reconcile(self, jobs: Sequence[ArmedJob], known: LedgerView, timings: Timings) -> Sequence[Verdict]:
        """Decide: what runs here, arrived; anything else may run (again)."""
        here = {(job.key, job.attempt): ref for ref, job in self._jobs.items()}
        verdicts: list[Verdict] = []
        for job in jobs:
            ref = here.get((job.key, job.attempt))
            if ref is not None:
                verdicts.append(Adopt(job.key, job.attempt, ref))
            else:
                verdicts.append(NeverArrived(job.key, job.attempt, "its program does not run on this worker"))
        return verdicts

    async def cancel(self, ref: str, *, running: bool) -> bool:
        """Take back what does not run here, or not yet; a running one is ended if asked.

        What runs on another worker ends with the work on its batch, which that worker gives up once this is stopped.
        """
        job = self._jobs.get(ref)
        if job is None:
            return ref not in self._over
        if job.run is None:
            if job.task is not None:
                job.task.cancel()
            self._jobs.pop(ref, None)
            return True
        if running:
            job.run.stop()
        return False

    async def close(self) -> None:
        """End the programs that run, and give the machines back, unless the batch goes on."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            if self._machines is not None:
                await self._machines.leave()

    # ------------------------------------------------------------ below

    async def _run(self, ref: str, job: _Job, call: ProgramCall, machines: BatchMachines) -> None:
        how: ProgramEnd | ProgramLost = ProgramLost("the worker was ended")
        try:
            async with self._slots:
                how = await self._run_on(job, call, machines)
        except OptCloudError as error:
            how = ProgramLost(str(error))
        except OSError as error:  # this machine has no more processes, files or disk: another time, or another worker
            how = ProgramLost(f"it could not be run here: {error}")
        finally:
            if self._jobs.pop(ref, None) is not None:
                self._over[ref] = how
            self._some.set()

    async def _run_on(self, job: _Job, call: ProgramCall, machines: BatchMachines) -> ProgramEnd | ProgramLost:
        async with machines.used() as access:
            return await self._run_with(job, call, machines, access)

    async def _run_with(
        self, job: _Job, call: ProgramCall, machines: BatchMachines, access: PoolAccess
    ) -> ProgramEnd | ProgramLost:
        more = {"GRB_LICENSE_FILE": str(access.license_file), "OPTCLOUD_GUROBI_POOL": access.ref}
        job.run = ProgramRun(ProgramCall(call.arguments, call.content, {**call.environment, **more}, call.timeout))
        try:
            end = await job.run.run()
        except ConfigError as error:  # it cannot be started like this, here or anywhere
            return _never_ran(str(error))
        if end.word == "failed" and not await machines.still_there(access):
            return ProgramLost(f"its machines were lost while it ran ({end.message})")
        return end

    def _call(self, job: ArmedJob, content: bytes) -> ProgramCall:
        named = {"OPTCLOUD_BATCH": job.batch, "OPTCLOUD_KEY": job.key}
        if any("\0" in text for text in named.values()):
            raise ConfigError(f"key: {job.key!r} has a NUL character, which no program can be told")
        return ProgramCall(self.program.arguments(job.key, content), content, named, self.program.timeout)

    def _check_program(self) -> None:
        name = self.program.executable
        if shutil.which(name) is None:  # found out before anything costs
            raise ConfigError(f"command: there is no program {name!r} on {platform.node()}")

    def _machines_of(self, batch: str) -> BatchMachines:
        if self._machines is None:
            self._machines = machines_of(self._gurobi, self.program, batch, self._ledger, pace=self._pace)
        return self._machines

    @property
    def _gurobi(self) -> Any:
        if self._oc is None:
            raise ConfigError("this target has no client: it was made for its spec only")
        own = self._oc.profile == self.program.profile
        return (self._oc if own else self._oc._other(self.program.profile)).gurobi

    @property
    def _v1(self) -> GurobiAccount:
        account = self._gurobi._account
        if not isinstance(account, GurobiAccount):
            raise Unsupported(f"{VENDOR}, API v2: what launches machines is not published; use a profile of v1")
        return account


def _never_ran(why: str) -> ProgramEnd:
    now = time.time()
    return ProgramEnd("failed", why, None, now, now)


def _no_machines(error: OptCloudError, pause: float) -> NotSent:
    """Say why not; what waiting does not mend is raised."""
    if isinstance(error, AuthError | Forbidden | ConfigError) and not isinstance(error, LaunchesUnwritable):
        raise error
    if isinstance(error, BadRequest | Unsupported):
        raise ConfigError(f"machines cannot be launched like this: {error}") from error
    return NotSent(f"machines cannot be had: {error}", pause)
