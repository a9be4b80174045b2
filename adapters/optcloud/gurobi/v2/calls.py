"""The form of requests to API v2."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

VENDOR = "Gurobi Instant Cloud v2"

# Which statuses a success may have is published for none; an HTML page is none.
_JSON = {"2XX": ["application/json"]}


def described(method: str, template: str, operation: str, id_: str = "") -> dict[str, Any]:
    """Return the arguments of a `Call`; ``{id}`` in the template, such as ``/pools/{id}``, becomes the given one."""
    arguments = undescribed(method, template.replace("{id}", quote(id_, safe="", errors="surrogatepass")), operation)
    arguments["extensions"]["operation"]["path"] = template
    return arguments


def undescribed(method: str, path: str, operation: str) -> dict[str, Any]:
    """Return the arguments of a `Call` to a path of which no template is known."""
    return {"method": method, "url": path, "extensions": {"operation": {"id": operation, "responses": _JSON}}}
