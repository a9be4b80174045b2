"""Paths of the API v2, literal ones before templates, each behind its scope."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.account_routes import account_table
from optcloud_sandbox.aimms.links import PATH as LINKS
from optcloud_sandbox.aimms.scopes import TASKS
from optcloud_sandbox.aimms.siblings.routes import sibling_table
from optcloud_sandbox.aimms.sign_in_routes import PORTAL, portal_page
from optcloud_sandbox.aimms.task_routes import TaskRoutes
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import Endpoint, PathRoute, vendor_app
from optcloud_sandbox.world import World

PREFIX = "/pro-api/v2"


def aimms_app(world: World) -> Starlette:
    return vendor_app(_routes(world), _written)


def _written(refusal: Refusal) -> Response:
    """Error and ErrorMessage have the same three fields; the vendor publishes no codes: these are the sandbox's."""
    content = {"errorId": f"sandbox-{refusal.status}", "errorCode": refusal.status, "message": refusal.message}
    return JSONResponse(content, refusal.status)


def _routes(world: World) -> list[PathRoute]:
    tasks = TaskRoutes(world)

    def route(method: str, path: str, endpoint: Endpoint, scope: str | None, prefix: str = PREFIX) -> PathRoute:
        async def checked(request: Request) -> Response:
            world.aimms.keys.check(request.headers.get("apikey"), scope)
            return await endpoint(request)

        return PathRoute(prefix + path, checked, methods=[method])

    async def linked(request: Request) -> Response:
        return await world.aimms.links.serve(request)

    return [
        route("GET", "/tasks", tasks.list, TASKS),
        route("GET", "/tasks/stats", tasks.stats, TASKS),
        route("GET", "/tasks/stats/current", tasks.current_stats, TASKS),
        route("GET", "/tasks/{id}", tasks.get, TASKS),
        route("PUT", "/tasks/{id}", tasks.interrupt, TASKS),
        route("DELETE", "/tasks/{id}", tasks.delete, TASKS),
        route("GET", "/tasks/{id}/response", tasks.response, TASKS),
        route("GET", "/tasks/{id}/logs", tasks.logs, TASKS),
        route("GET", "/tasks/{id}/logs/download", tasks.download_logs, TASKS),
        route("POST", "/tasks/{app}/{service}", tasks.create, TASKS),
        route("POST", "/tasks/{app}/{version}/{service}", tasks.create, TASKS),
        *(route(*operation) for operation in account_table(world)),
        *(route(*operation, prefix="") for operation in sibling_table(world)),
        # Addresses that need no key.
        PathRoute(f"{LINKS}/{{blob}}", linked, methods=["GET"]),
        PathRoute(PORTAL, portal_page, methods=["GET"]),
    ]
