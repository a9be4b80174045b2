"""What the vendor says API v2 can do, but not how: the words of each `Unsupported`, in one place (FACTS.md).

The vendor's interactive reference is said to list all requests: whoever can read it sends what it says with ``call``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from optcloud.core.errors import Unsupported
from optcloud.gurobi.v2.connection import VENDOR

REFERENCE = "https://cloud.gurobi.com/swagger.html"
_BY_HAND = f"what the vendor's own reference says, {REFERENCE}, call() can send"
_ENDING = "the pool's idle shutdown ends its machines, or you do in the Instant Cloud Manager"

LAUNCHING = "launching machines one by one"
KILLING = "terminating machines"
LISTING_POOLS = "listing pools"
DELETING_A_POOL = "deleting a pool"
STOPPING_A_POOL = "terminating a pool's machines"
LOOKING_AT_A_POOL = "telling whether a pool is ready without starting it"
LEAVING_A_POOL = "a `with` that terminates the pool's machines on its way out"

_INSTEAD = {
    LAUNCHING: "create a pool and start it: create_pool(…), then start_and_wait()",
    KILLING: _ENDING,
    LISTING_POOLS: "name the pool by its id, such as 999999-default; each license has a pool named default",
    DELETING_A_POOL: "delete it in the Instant Cloud Manager",
    STOPPING_A_POOL: _ENDING,
    LOOKING_AT_A_POOL: "start_and_wait() starts what does not run and waits; machines() shows what is listed",
    LEAVING_A_POOL: f"call start_and_wait() without `with`; {_ENDING}",
}


def unsupported(what: str) -> Unsupported:
    """Return the error for one of the above: what is not published, and what can be done instead."""
    return Unsupported(f"{VENDOR}, {what}: the request for it is not published; {_INSTEAD[what]} ({_BY_HAND})")


def unpublished(what: str) -> Callable[..., NoReturn]:
    """Return a method that raises `Unsupported`, whatever it is called with: it is one of the above."""

    def refuse(self: object, *_arguments: object, **_options: object) -> NoReturn:
        """Raise `Unsupported`: the request is not published."""
        raise unsupported(what)

    return refuse
