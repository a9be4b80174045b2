"""Licenses and machines of API v2, and the form of all requests to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from attrs import frozen

from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.replies import decode
from optcloud.core.secret import Redactor
from optcloud.gurobi.models import License, Machine
from optcloud.gurobi.v2.connection import VENDOR
from optcloud.gurobi.v2.models import read_license, read_machine

# Which statuses a success may have is published for none; an HTML page is none.
_JSON = {"2XX": ["application/json"]}


@frozen
class MachineRequestsV2:
    """What is asked of the licenses and machines that a key reaches."""

    profile: str
    redact: Redactor

    def licenses(self) -> Flow[list[License]]:
        """List the licenses that the key reaches."""
        call = Call(self.reading("licenses"))
        return [read_license(entry) for entry in (yield from self._read(call, list[dict[str, Any]]))]

    def machines(self, pool_id: str | None = None) -> Flow[list[Machine]]:
        """List machines, of one pool or of all (inferred: only the list of one pool was seen)."""
        query = {} if pool_id is None else {"params": {"poolId": pool_id}}
        call = Call(self.reading("machines") | query)
        return self.seen([read_machine(entry) for entry in (yield from self._read(call, list[dict[str, Any]]))])

    def machine(self, machine_id: str) -> Flow[Machine]:
        """Look at one machine. Raises `NotFound`."""
        call = Call(described("GET", "/machines/{id}", "machine", machine_id))
        return self.seen([read_machine((yield from self._read(call, dict[str, Any])))])[0]

    def reading(self, endpoint: str) -> dict[str, Any]:
        """Return the arguments of the `Call` that reads a list."""
        return described("GET", f"/{endpoint}", endpoint)

    def seen(self, machines: list[Machine]) -> list[Machine]:
        """Hide the machines' passwords from here on, should v2 send them."""
        for machine in machines:
            if machine.password is not None:
                self.redact.add(machine.password)
        return machines

    def _read(self, call: Call, kind: Any) -> Flow[Any]:
        reply: Reply = yield call
        return decode(reply, kind, vendor=VENDOR, operation=call.arguments["extensions"]["operation"]["id"])


def described(method: str, template: str, operation: str, id_: str = "") -> dict[str, Any]:
    """Return the arguments of a `Call`; ``{id}`` in the template, such as ``/pools/{id}``, becomes the given one."""
    arguments = undescribed(method, template.replace("{id}", quote(id_, safe="", errors="surrogatepass")), operation)
    arguments["extensions"]["operation"]["path"] = template
    return arguments


def undescribed(method: str, path: str, operation: str) -> dict[str, Any]:
    """Return the arguments of a `Call` to a path of which no template is known."""
    return {"method": method, "url": path, "extensions": {"operation": {"id": operation, "responses": _JSON}}}
