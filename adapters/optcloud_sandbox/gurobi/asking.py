"""Who sent a request, for the records of both APIs."""

from starlette.requests import Request

from optcloud_sandbox.gurobi.machine import RequestSender


def sender(request: Request) -> RequestSender:
    client = request.client
    return RequestSender(request.headers.get("user-agent", ""), f"{client.host}:{client.port}" if client else "")
