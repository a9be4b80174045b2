"""The form of requests to API v2."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from optcloud.core.errors import BadRequest

VENDOR = "Gurobi Instant Cloud v2"

# Which statuses a success may have is published for none; an HTML page is none.
_JSON = {"2XX": ["application/json"]}


def described(method: str, path: str, operation: str) -> dict[str, Any]:
    """Return the arguments of a `Call`."""
    return {"method": method, "url": path, "extensions": {"operation": {"id": operation, "responses": _JSON}}}


def path_to(collection: str, name: str, *more: str) -> str:
    """Return ``/pools/ID/…``. Raises `BadRequest` for an id that would address something else."""
    if name in {"", ".", ".."} or not name.isprintable():
        raise BadRequest(f"id: {name!r} names nothing in {collection}", vendor=VENDOR)
    return "/".join(["", collection, quote(name, safe=""), *more])
