"""One account of Gurobi Instant Cloud v2, by the verbs of v1: licenses and machines; and the pools that v2 adds.

Only what was seen on the wire is sent (Gurobi v2 facts 2); the other verbs raise `Unsupported`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, Unpack
from urllib.parse import unquote, urlsplit

from attrs import frozen

from optcloud.core.errors import BadRequest, ConfigError, OptCloudError
from optcloud.core.flow import Call, Flow, Instant, ReadClock, Reply
from optcloud.core.reference import Reference
from optcloud.core.replies import decode, mismatch
from optcloud.core.request_checks import check_name
from optcloud.core.unknown_outcome import add_words, may_have_happened
from optcloud.gurobi.v2.connection import VENDOR, is_pool, pool_reference
from optcloud.gurobi.v2.machines import MachineRequestsV2, described, undescribed
from optcloud.gurobi.v2.pool_flows import NamedPoolFlows
from optcloud.gurobi.v2.pool_options import CREATE, PoolOptions, pool_body
from optcloud.gurobi.v2.unpublished import DELETING_A_POOL, KILLING, LAUNCHING, LISTING_POOLS, unpublished

T = TypeVar("T")


@frozen
class GurobiV2Account(MachineRequestsV2):
    """The flows of one account, or of the one license that its key is for."""

    @property
    def written_down(self) -> bool:
        """Say no: nothing is launched here that could be."""
        return False

    launch = unpublished(LAUNCHING)
    kill = reap = survey = unpublished(KILLING)  # nothing is launched here that could be left
    pools = unpublished(LISTING_POOLS)
    delete_pool = unpublished(DELETING_A_POOL)

    def begun(self, flow: Flow[T]) -> Flow[T]:
        """Run a flow: there is nothing to be done before it."""
        return (yield from flow)

    def now(self) -> Flow[datetime]:
        """Return this machine's time: v2 signs nothing, so its own is never told."""
        now: Instant = yield ReadClock()
        return datetime.fromtimestamp(now.wall, UTC)

    def check_pools(self) -> None:
        """Pools have names here."""

    def pool(self, pool_id: str) -> NamedPoolFlows:
        """Return the verbs of a pool, without asking Gurobi. Its id is ``LICENSE-NAME``, such as 999999-default."""
        check_name("id", pool_id, vendor=VENDOR)
        return NamedPoolFlows(self, pool_reference(self.profile, pool_id))

    def attach(self, reference: Reference) -> NamedPoolFlows:
        """Return the pool of a reference. Raises `ConfigError` for one that names machines, which v1 launched."""
        if not is_pool(reference):
            raise ConfigError(
                f"{reference}: it names machines that were launched by API v1, and profile {reference.profile!r} "
                'speaks v2; use the profile that launched them, with api = "v1"'
            )
        return NamedPoolFlows(self, reference)

    def create_pool(self, name: str, **options: Unpack[PoolOptions]) -> Flow[NamedPoolFlows]:
        """Create a pool, once; nothing runs yet. Raises `BadRequest` before sending, for what is wrong in it.

        When it may have happened all the same (the reply is lost, or no refusal of the vendor's), the error says how to
        look.
        """
        call = Call(described("POST", "/pools", CREATE) | {"json": pool_body(name, options)})
        try:
            reply: Reply = yield call
        except OptCloudError as error:
            if may_have_happened(error):
                words = f"the pool may exist now, and was not asked for again: look with pool('LICENSE-{name}')"
                add_words(error, words)
            raise
        return NamedPoolFlows(self, pool_reference(self.profile, _created(reply)))

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Flow[Any]:
        """Send any request of the vendor's own reference, with the key, and return the JSON (None: an empty reply).

        ``path`` is what stands behind ``/api/v2``, such as ``/pools/999999-default``. Reads are repeated where the wire
        fails, other methods never. Raises `BadRequest` before sending for a path of another form.
        """
        if not path.startswith("/") or path.startswith("//") or "?" in path or "#" in path:
            raise BadRequest(f"path: {path!r} is not a path such as /pools/999999-default", vendor=VENDOR)
        arguments = undescribed(method, path, f"{method.upper()} {path}")
        extra = {"params": dict(query)} if query else {}
        reply: Reply = yield Call(arguments | extra | ({} if body is None else {"json": body}))
        return decode(reply, Any, vendor=VENDOR, operation=path) if reply.content.strip() else None


def _created(reply: Reply) -> str:
    """Take the new pool's id from ``Location: /api/v2/pools/ID``."""
    place = urlsplit(reply.headers.get("location", "")).path
    _, found, pool_id = place.rpartition("/pools/")
    if not found or not pool_id or "/" in pool_id:
        raise mismatch(reply, "no Location names the new pool; look for it by its id", vendor=VENDOR, operation=CREATE)
    return unquote(pool_id)
