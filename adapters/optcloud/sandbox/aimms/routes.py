"""Paths of the API v2, literal ones before templates, each behind its scope."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from optcloud.sandbox.aimms.account_routes import account_table
from optcloud.sandbox.aimms.app_routes import AppRoutes
from optcloud.sandbox.aimms.lacking import LACKING
from optcloud.sandbox.aimms.scopes import ANY, APPS, TASKS, VERSIONS
from optcloud.sandbox.aimms.task_routes import TaskRoutes
from optcloud.sandbox.refusal import Refusal
from optcloud.sandbox.routing import Endpoint, vendor_app
from optcloud.sandbox.world import World

PREFIX = "/pro-api/v2"


def aimms_app(world: World) -> Starlette:
    return vendor_app(_routes(world), _written)


def _written(refusal: Refusal) -> Response:
    """Error and ErrorMessage have the same three fields; the vendor publishes no codes: these are the sandbox's."""
    content = {"errorId": f"sandbox-{refusal.status}", "errorCode": refusal.status, "message": refusal.message}
    return JSONResponse(content, refusal.status)


def _routes(world: World) -> list[Route]:
    tasks, apps = TaskRoutes(world), AppRoutes(world)

    def route(method: str, path: str, endpoint: Endpoint, scope: str | None) -> Route:
        async def checked(request: Request) -> Response:
            world.aimms.keys.check(request.headers.get("apikey"), scope)
            return await endpoint(request)

        return Route(PREFIX + path, checked, methods=[method])

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
        route("GET", "/applications/categories", apps.categories, APPS),
        route("POST", "/applications/categories", apps.add_category, APPS),
        route("PATCH", "/applications/categories/{category}", apps.update_category, APPS),
        route("DELETE", "/applications/categories/{category}", apps.delete_category, APPS),
        route("GET", "/applications", apps.list, APPS),
        route("POST", "/applications", apps.publish, APPS),
        route("GET", "/applications/{app}", apps.named, APPS),
        route("GET", "/applications/{app}/{version}", apps.get, APPS),
        route("PATCH", "/applications/{app}/{version}", apps.update, APPS),
        route("DELETE", "/applications/{app}/{version}", apps.delete, APPS),
        route("GET", "/applications/{app}/{version}/modifiable", apps.modifiable, APPS),
        route("GET", "/aimms-versions", apps.aimms_versions, VERSIONS),
        route("GET", "/aimms-versions/{version}", apps.aimms_version, VERSIONS),
        route("GET", "/version", apps.version, ANY),
        route("GET", "/health-check", apps.health, ANY),
        *(route(*operation) for operation in account_table(world)),
        *(route(lacking.method, lacking.path, _lacking(lacking.operation), lacking.scope) for lacking in LACKING),
    ]


def _lacking(operation: str) -> Endpoint:
    async def answer(request: Request) -> Response:
        raise Refusal(501, f"the sandbox lacks {operation} ({request.method} {request.url.path})")

    return answer
