"""Endpoints of API v2, as far as its wire is known. Each refusal is a JSON object (vendor, "API Migration").

The name "message" in it, and statuses other than 200, 201, 202 and 400, are the sandbox's own. The vendor serves HTTPS
only; the sandbox, on loopback, does not.
"""

from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.gurobi.callers import key_of, sender_of
from optcloud_sandbox.gurobi.v2_pools import MachinePool
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.parsing import json_object
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import PathRoute, vendor_app
from optcloud_sandbox.world import World


def gurobi_v2_app(world: World) -> Starlette:
    """To be mounted at /api/v2."""
    routes = _V2Routes(world)
    return vendor_app(
        [
            PathRoute("/licenses", routes.licenses, methods=["GET"]),
            PathRoute("/machines", routes.machines, methods=["GET"]),
            PathRoute("/machines/{machine}", routes.machine, methods=["GET"]),
            PathRoute("/pools", routes.create, methods=["POST"]),
            PathRoute("/pools/{pool}", routes.pool, methods=["GET"]),
            PathRoute("/pools/{pool}/machines", routes.members, methods=["GET"]),
            PathRoute("/pools/{pool}/machines", routes.start, methods=["POST"]),
            PathRoute("/pools/{pool}/scaling", routes.scale, methods=["POST"]),
            PathRoute("/{rest:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ],
        _refusal_response,
    )


def _refusal_response(refusal: Refusal) -> Response:
    return JSONResponse({"message": refusal.message}, refusal.status)


async def _unknown(request: Request) -> Response:
    key_of(request)
    raise Refusal(404, "the sandbox does not serve this: how it is asked for is not published")


class _V2Routes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def licenses(self, request: Request) -> Response:
        return JSONResponse(self._world.gurobi_pools.licenses(key_of(request)))

    async def machines(self, request: Request) -> Response:
        return JSONResponse(self._world.gurobi_pools.machines(key_of(request), request.query_params.get("poolId")))

    async def machine(self, request: Request) -> Response:
        return JSONResponse(self._world.gurobi_pools.machine(key_of(request), request.path_params["machine"]))

    async def create(self, request: Request) -> Response:
        key, choices = key_of(request), json_object(body_of(request).data)
        pool = self._world.gurobi_pools.create(key, choices)
        return JSONResponse(pool.as_json(), 201, {"location": f"/api/v2/pools/{quote(pool.id)}"})

    async def pool(self, request: Request) -> Response:
        return JSONResponse(self._pool(request).as_json())

    async def members(self, request: Request) -> Response:
        return JSONResponse(self._world.gurobi_pools.members(self._pool(request)))

    async def start(self, request: Request) -> Response:
        ready = self._world.gurobi_pools.start(self._pool(request), sender_of(request))
        return JSONResponse({}, 200 if ready else 202)

    async def scale(self, request: Request) -> Response:
        pool = self._pool(request)
        self._world.gurobi_pools.scale(pool, request.query_params.get("n", ""))
        return JSONResponse(pool.as_json())

    def _pool(self, request: Request) -> MachinePool:
        return self._world.gurobi_pools.get(key_of(request), request.path_params["pool"])
