"""One account of Gurobi Instant Cloud v1: machines, launches, and what dead processes left. Machines cost money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn, TypeVar, Unpack

from attrs import define

from optcloud.core.errors import ConfigError, Unsupported
from optcloud.core.flow import Flow
from optcloud.core.reference import Reference
from optcloud.gurobi.connection import VENDOR
from optcloud.gurobi.launch_options import LaunchOptions, RentalOrder
from optcloud.gurobi.launching import SETTLE, launch
from optcloud.gurobi.machines import MachineRequests
from optcloud.gurobi.pool_flows import PoolFlows
from optcloud.gurobi.reaping import Reaped, begun, reap, survey
from optcloud.gurobi.v2.connection import is_pool

T = TypeVar("T")


@define(eq=False)
class GurobiAccount(MachineRequests):
    """The flows of one account."""

    def begun(self, flow: Flow[T]) -> Flow[T]:
        """Run a flow; before the first of all, kill what processes that died have left (`reap`)."""
        return begun(self, flow)

    def launch(self, count: int, *, settle: float = SETTLE, **options: Unpack[LaunchOptions]) -> Flow[PoolFlows]:
        """Launch ``count`` machines, once (`optcloud.gurobi.launching`).

        Raises `BadRequest` before sending for what the vendor would not take. When the reply was lost
        (`TransportError` with ``sent="unknown"``) or is no refusal of the vendor's own (``refused`` False, such as a
        gateway's page with any status), the machines are looked for in the list for ``settle`` seconds; the error says
        what was seen, and how to look. The launch is never sent again.
        """
        order = RentalOrder.check(count, options)
        self.redact.add(order.password)
        if order.license_id is not None:
            order.check_license((yield from self.licenses()))
        return (yield from launch(self, order, settle))

    def reap(self, hosts: Iterable[str] = ()) -> Flow[Reaped]:
        """Kill what processes that died have left (`optcloud.gurobi.reaping`)."""
        return (yield from reap(self, tuple(hosts)))

    def survey(self, hosts: Iterable[str] = ()) -> Flow[Reaped]:
        """Say what `reap` would do now; nothing is killed, claimed or forgotten."""
        return (yield from survey(self, tuple(hosts)))

    def attach(self, reference: Reference) -> PoolFlows:
        """Return the machines of a reference. Raises `ConfigError` for one that names a pool of API v2."""
        if is_pool(reference):
            raise ConfigError(f'{reference}: it names a pool of API v2; use a profile with api = "v2" and a key of v2')
        return PoolFlows(self, reference)

    def check_pools(self) -> None:
        """Raise `Unsupported`: pools with names are of API v2."""
        raise Unsupported(f'{VENDOR}, API v1, has no pools with names; API v2 has: api = "v2", and a key of v2')

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> NoReturn:
        """Raise `Unsupported`: each of the four endpoints of v1 has a verb."""
        raise Unsupported(f"{VENDOR}, API v1: licenses, machines, launch and kill are all there is ({method} {path})")
