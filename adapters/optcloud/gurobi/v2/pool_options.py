"""What can be said of a new pool, checked before it is sent: a started pool costs money by the hour.

Names as seen in a third-party client, meanings from the vendor's pages "Pools" and "Preferences" (FACTS.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from optcloud.core.errors import BadRequest
from optcloud.gurobi.launch_options import IDLE_SHUTDOWN
from optcloud.gurobi.v2.connection import VENDOR

CREATE = "createPool"
_NAMES = {  # ours: the vendor's
    "machine_type": "machineType",
    "compute_servers": "nbComputeServers",
    "distributed_workers": "nbDistributedWorkers",
    "job_limit": "jobLimit",
    "job_history": "jobHistory",
    "idle_shutdown": "idleShutdown",
}
# Of idle_shutdown 0 nothing is published, and nothing else ends a pool's machines.
_LEAST = {"compute_servers": 1, "distributed_workers": 0, "job_limit": 1, "idle_shutdown": 1}


class PoolOptions(TypedDict, total=False):
    """What can be said of a pool. Left out: what the account's preferences say.

    ``machine_type``: its words are not published and not checked. ``compute_servers``: the pool's size.
    ``distributed_workers`` of each compute server. ``job_limit``: jobs at a time on one machine. ``job_history``.
    ``idle_shutdown``: minutes without a job after which a machine ends; left out, `IDLE_SHUTDOWN`, since nothing else
    ends the machines. ``more``: other fields, by the names of the vendor's reference, sent as they are.
    """

    machine_type: str | None
    compute_servers: int | None
    distributed_workers: int | None
    job_limit: int | None
    job_history: bool | None
    idle_shutdown: int | None
    more: Mapping[str, Any] | None


def pool_body(name: str, options: PoolOptions) -> dict[str, Any]:
    """Return the JSON that creates a pool. Raises `BadRequest` that names what is wrong."""
    if strangers := sorted(set(options) - set(PoolOptions.__annotations__)):
        raise _bad(f"{strangers[0]}: there is no such option; there are {', '.join(PoolOptions.__annotations__)}")
    if not (name.isascii() and name.isalnum()):
        raise _bad(f"name: {name!r} is not letters and digits only, which the vendor asks of a pool's name")
    given: dict[str, Any] = {"idle_shutdown": IDLE_SHUTDOWN}
    given |= {field: value for field, value in options.items() if value is not None and field != "more"}
    for field, value in given.items():
        _check(field, value)
    body = {"name": name} | {_NAMES[field]: value for field, value in given.items()}
    more = dict(options.get("more") or {})
    if both := sorted(set(more) & (set(_NAMES.values()) | {"name"})):
        raise _bad(f"more: {both[0]} has an option of its own")
    return body | more


def check_size(count: int) -> None:
    """Raise `BadRequest` for a number of compute servers that no pool has. What 0 means is not published."""
    _check("compute_servers", count)


def _check(field: str, value: object) -> None:
    least = _LEAST.get(field)
    if least is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise _bad(f"{field}: {value!r} is not a whole number, {least} or more")
    if field == "job_history" and not isinstance(value, bool):
        raise _bad(f"{field}: {value!r} is neither True nor False")
    if field == "machine_type" and (not isinstance(value, str) or not value):
        raise _bad(f"{field}: {value!r} is not a text")


def _bad(words: str) -> BadRequest:
    return BadRequest(words, vendor=VENDOR, operation=CREATE)
