"""Licenses, machines and named pools as API v2 tells of them (Gurobi v2 facts 2).

Few field names of v2 are known. Where one is not, v1's is looked for (inferred: v2 is said to be similar), and what is
not found is empty; ``reply`` has all that came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from optcloud.gurobi.models import License, Machine

# v1's name: v2's names of the same, the likeliest first. "id" of a machine is inferred from that of a license.
_OF_A_LICENSE = {"licenseId": ("id",)}
_OF_A_MACHINE = {"_id": ("machineId", "id"), "createTime": ("createdAt",)}


def read_license(reply: Mapping[str, Any]) -> License:
    """Read a license, tolerantly. ``expiration`` and ``rate_plan`` are empty unless v2 names them as v1 does."""
    return evolve(License.read(_renamed(reply, _OF_A_LICENSE)), reply=reply)


def read_machine(reply: Mapping[str, Any]) -> Machine:
    """Read a machine, tolerantly; ``state`` is "" where v2 does not say ``state`` as v1 does."""
    return evolve(Machine.read(_renamed(reply, _OF_A_MACHINE)), reply=reply)


def read_members(reply: Mapping[str, Any]) -> list[Machine]:
    """Read a pool's machines: the compute servers, then all others that are listed beside them.

    Only ``computeServers`` was seen; under which name distributed workers stand is not published.
    """
    lists = [reply.get("computeServers"), *(value for name, value in reply.items() if name != "computeServers")]
    return [read_machine(entry) for entry in _entries(lists) if "machineId" in entry]


def _entries(lists: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    for listed in lists:
        if isinstance(listed, list):
            yield from (entry for entry in listed if isinstance(entry, dict))


def _renamed(reply: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Give v2's fields the names of v1. A name of v2 goes before one of v1; one that says nothing does not count."""
    renamed = dict(reply)
    for old, new in names.items():
        renamed[old] = next((reply[name] for name in (*new, old) if reply.get(name)), None)
    return renamed


@frozen
class PoolConfiguration:
    """A pool's configuration. Fields are read by the names that creating one takes (inferred); None: not told."""

    id: str
    name: str | None
    machine_type: str | None
    compute_servers: int | None
    distributed_workers: int | None
    job_limit: int | None
    job_history: bool | None
    idle_shutdown: int | None
    reply: Mapping[str, Any] = field(repr=False, eq=False)

    @classmethod
    def read(cls, pool_id: str, reply: Mapping[str, Any]) -> PoolConfiguration:
        """Read the vendor's JSON, tolerantly. ``idle_shutdown`` is in minutes."""
        history = reply.get("jobHistory")
        return cls(
            id=pool_id,
            name=_text(reply.get("name")),
            machine_type=_text(reply.get("machineType")),
            compute_servers=_number(reply.get("nbComputeServers")),
            distributed_workers=_number(reply.get("nbDistributedWorkers")),
            job_limit=_number(reply.get("jobLimit")),
            job_history=history if isinstance(history, bool) else None,
            idle_shutdown=_number(reply.get("idleShutdown")),
            reply=reply,
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
