"""Who sent a request, for the records of both APIs."""

from starlette.requests import Request

from optcloud_sandbox.gurobi.machine import Asker


def asker(request: Request) -> Asker:
    client = request.client
    return Asker(request.headers.get("user-agent", ""), f"{client.host}:{client.port}" if client else "")
