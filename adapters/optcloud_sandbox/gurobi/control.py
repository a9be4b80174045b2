"""Gurobi's part of the control plane over HTTP: what `sandbox.gurobi` does, under /sandbox/gurobi."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.given import json_object
from optcloud_sandbox.gurobi.scripts import LaunchScript
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.routing import PathRoute
from optcloud_sandbox.world import World


def gurobi_control(world: World) -> list[PathRoute]:
    routes = _Routes(world)
    return [
        PathRoute("/gurobi/launch-errors", routes.launch_errors, methods=["POST"]),
        PathRoute("/gurobi/launch-scripts", routes.launch_scripts, methods=["POST"]),
        PathRoute("/gurobi/machines", routes.machines, methods=["GET"]),
        PathRoute("/gurobi/jobs", routes.jobs, methods=["POST"]),
        PathRoute("/gurobi/accounts", routes.accounts, methods=["POST"]),
        PathRoute("/gurobi/licenses", routes.licenses, methods=["PUT"]),
    ]


class _Routes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def launch_errors(self, request: Request) -> Response:
        """POST {"count": n}: the next n machines end in "launch error"."""
        self._world.fleet.fail_launches(int(_given(request, "count")["count"]))
        return Response(status_code=204)

    async def launch_scripts(self, request: Request) -> Response:
        """POST {"machines": [null, [["pending", 30], "launch error"]], "unlisted_reads": 2, …} as `LaunchScript`."""
        self._world.fleet.scripts.add(LaunchScript.of(**_given(request)))
        return Response(status_code=204)

    async def machines(self, request: Request) -> Response:
        """GET, with ?alive=true for those only that cost something now: the records of machines, in order of launch."""
        alive = request.query_params.get("alive") == "true"
        return JSONResponse([asdict(record) for record in self._world.fleet.records(alive=alive)])

    async def jobs(self, request: Request) -> Response:
        """POST {"machine": "id", "running": true}: put a job on an idle machine, or (false) end the one on it."""
        given = _given(request, "machine", "running")
        change = self._world.fleet.start_job if given["running"] else self._world.fleet.end_job
        change(str(given["machine"]))
        return Response(status_code=204)

    async def accounts(self, request: Request) -> Response:
        """POST {"access_id": "...", "secret_key": "..."}."""
        given = _given(request, "access_id", "secret_key")
        self._world.fleet.add_account(str(given["access_id"]), str(given["secret_key"]))
        return Response(status_code=204)

    async def licenses(self, request: Request) -> Response:
        """PUT {"licenses": [{"licenseId": 7, "credit": "12.50", "expiration": "2031-01-31"}], "access_id": "..."}."""
        given = _given(request, "licenses")
        access_id = str(given.get("access_id", self._world.credentials.gurobi_access_id))
        self._world.fleet.set_licenses(access_id, given["licenses"])
        return Response(status_code=204)


def _given(request: Request, *names: str) -> Mapping[str, Any]:
    """The JSON object of the body; Refusal for another body, ValueError names a field missing."""
    data = json_object(body_of(request).data)
    for name in names:
        if name not in data:
            raise ValueError(f"the body needs the field {name!r}")
    return data
