"""A pool of Gurobi Instant Cloud v2: a named configuration of machines, which is started as a whole.

What ends a started pool is its idle shutdown, or a person in the Instant Cloud Manager: no request that terminates is
known (Gurobi v2 facts 3). So a pool is no context manager, and nothing here is killed when the process ends.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from optcloud.core.errors import OptCloudError
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.polling import Pace, wait
from optcloud.core.reference import Reference
from optcloud.core.replies import decode
from optcloud.core.states import State, Status
from optcloud.core.unknown_outcome import add_words, may_have_happened
from optcloud.gurobi.models import Machine
from optcloud.gurobi.v2.connection import VENDOR
from optcloud.gurobi.v2.machines import MachineRequestsV2, described
from optcloud.gurobi.v2.models import PoolConfiguration, read_members
from optcloud.gurobi.v2.pool_options import check_size
from optcloud.gurobi.v2.unpublished import (
    DELETING_A_POOL,
    LEAVING_A_POOL,
    LOOKING_AT_A_POOL,
    STOPPING_A_POOL,
    unpublished,
)

PACE = Pace(first=2.0, longest=15.0)
START = "startPool"


@frozen
class NamedPoolFlows:
    """The verbs of one pool."""

    account: MachineRequestsV2
    reference: Reference

    @property
    def id(self) -> str:
        """The pool's id, as ``CLOUDPOOL`` of a license file takes it."""
        return self.reference.path[1]

    def details(self) -> Flow[PoolConfiguration]:
        """Ask for the configuration. Raises `NotFound`."""
        reply: Reply = yield Call(described("GET", "/pools/{id}", "pool", self.id))
        return PoolConfiguration.read(self.id, decode(reply, dict[str, Any], vendor=VENDOR, operation="pool"))

    def machines(self) -> Flow[list[Machine]]:
        """List the pool's machines."""
        return (yield from self.account.machines(self.id))

    def members(self) -> Flow[list[Machine]]:
        """List the pool's machines as the pool knows them, the compute servers first: of each, at least its id."""
        reply: Reply = yield Call(described("GET", "/pools/{id}/machines", "poolMachines", self.id))
        listed = decode(reply, dict[str, Any], vendor=VENDOR, operation="poolMachines")
        return self.account.seen(read_members(listed))

    def start(self) -> Flow[bool]:
        """Start what does not run of the pool, with one request; True when it is ready for jobs already.

        Not repeated when the reply is lost or no refusal of the vendor's: whether starting twice is harmless is not
        published. The error says so, and which machines are there.
        """
        try:
            return (yield from self._start())
        except OptCloudError as error:
            yield from self._look_after(error)
            raise

    def _start(self) -> Flow[bool]:
        reply: Reply = yield Call(described("POST", "/pools/{id}/machines", START, self.id))
        return reply.status_code == 200  # 202: it is starting

    def _look_after(self, error: OptCloudError) -> Flow[None]:
        """Say in an error after which the pool may be starting what is there."""
        if not may_have_happened(error):
            return
        try:
            seen = ", ".join(machine.id for machine in (yield from self.members())) or "none"
        except OptCloudError as fault:
            seen = f"not to be had ({fault})"
        words = f"pool {self.id} may be starting, and cost money; its machines now: {seen}"
        add_words(error, f"{words}; look with machines(), then start again")

    def start_and_wait(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[list[Machine]]:
        """Start the pool, wait until it is ready for jobs, and return its machines. Raises `WaitTimeout`.

        ``timeout`` in seconds; the pool goes on starting after it. Each look is the start itself, for no other sign of
        readiness is known: so does the client that this was seen in, every 2 seconds. A look whose reply was lost is
        no other case than one that was answered "starting": the next one follows either.
        """
        try:
            yield from wait(self._look, ref=str(self.reference), pace=pace or PACE, timeout=timeout)
        except OptCloudError as error:
            yield from self._look_after(error)
            raise
        return (yield from self.machines())

    def _look(self) -> Flow[Status]:
        ready = yield from self._start()
        return Status(State.SUCCEEDED, "ready") if ready else Status(State.RUNNING, "starting")

    def scale(self, count: int) -> Flow[None]:
        """Set the number of compute servers, once. What becomes of running machines is not published.

        Raises `BadRequest` before sending for less than 1.
        """
        check_size(count)
        call = described("POST", "/pools/{id}/scaling", "scalePool", self.id)
        yield Call(call | {"params": {"n": str(count)}})

    wait_ready = unpublished(LOOKING_AT_A_POOL)  # a wait must not start what has ended: see `start_and_wait`
    stop = kill = unpublished(STOPPING_A_POOL)
    delete = unpublished(DELETING_A_POOL)
    check_with = unpublished(LEAVING_A_POOL)  # before anything is started: a `with` could not keep its promise
