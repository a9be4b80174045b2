"""adiutaOpt's wire.

Bodies of refusals are not published (adiutaOpt facts F052); here they are {"message", "errors": [{"path", "message"}]}.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.adiutaopt.coding import answer_form, decode_body, encode_body
from optcloud_sandbox.adiutaopt.document import violations
from optcloud_sandbox.adiutaopt.plans import key_of
from optcloud_sandbox.cognito.tokens import TokenError
from optcloud_sandbox.messages import ReceivedBody, body_of
from optcloud_sandbox.parsing import read_json
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import Endpoint, PathRoute, vendor_app
from optcloud_sandbox.settings import Limits
from optcloud_sandbox.world import World

T = TypeVar("T")

PLANNERS = {"": "mixed", "shift-": "shift", "floor-": "floor"}

DEPLOYED = {"schema": "v6.0.0", "version": "2024-10-01_0", "meta_data": "v19", "api_scripts": "v1.6.2"}
PACKAGES = [
    {"Name": "2024-10-01_0", "LastModified": "2024-10-01T08:00:00Z", "VersionInfo": DEPLOYED},
    {
        "Name": "2024-07-04_1p1",
        "LastModified": "2024-07-04T08:00:00Z",
        "VersionInfo": DEPLOYED | {"version": "2024-07-04_1p1"},
    },
]

PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,POST,OPTIONS",
    "access-control-allow-headers": "authorization,content-type,accept,accept-encoding,adiutaopt-version",
}


def adiutaopt_app(world: World) -> Starlette:
    routes = _AdiutaoptRoutes(world)
    paths: list[tuple[str, str, Endpoint]] = [("/solution/{plan_id}", "GET", routes.solution)]
    for prefix, planner in PLANNERS.items():
        paths.append((f"/{prefix}description", "POST", partial(routes.submit, planner)))
        paths.append((f"/{prefix}version", "GET", routes.version))
        paths.append((f"/{prefix}packages-list", "GET", routes.packages))
    routed = [
        PathRoute(path, _with_preflight(endpoint), methods=[method, "OPTIONS"]) for path, method, endpoint in paths
    ]
    return vendor_app(routed, _refusal_response)


def _with_preflight(endpoint: Endpoint) -> Endpoint:
    async def either(request: Request) -> Response:
        # no token needed (adiutaOpt facts F011); its status is not in the sources (inferred)
        if request.method == "OPTIONS":
            return Response(status_code=200, headers=PREFLIGHT)
        return await endpoint(request)

    return either


def _refusal_response(refusal: Refusal) -> Response:
    content: dict[str, Any] = {"message": refusal.message}
    if refusal.details:
        content["errors"] = refusal.details
    return JSONResponse(content, refusal.status)


class _AdiutaoptRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def submit(self, planner: str, request: Request) -> Response:
        self._authorize(request)
        version = self._pinned(request)
        limits = self._world.settings.limits
        read = partial(_read, planner, version, request.headers.get("content-type"), body_of(request), limits)
        # In a worker thread: megabytes take seconds, in which other requests want to be served.
        key, plan, found = await self._in_worker(read)
        if found:
            raise Refusal(422, "the body violates the schema", details=found)
        new = self._world.plans.submit(self._world.clock, key, planner, plan, limits.plan_looks)
        return JSONResponse(key, 201 if new else 200)

    async def solution(self, request: Request) -> Response:
        self._authorize(request)
        headers, key = request.headers, request.path_params["plan_id"]
        media_type, coding, content_coding = answer_form(headers.get("accept"), headers.get("accept-encoding"))
        job = self._world.plans.find(key)
        if job is None:
            raise Refusal(404, "no plan has this key")  # adiutaOpt facts F033: not published
        if await job.poll(self._world.pace, self._world.workers) < 1:
            return self._still_calculating(key)
        failure = job.outcome().exception()
        if failure is not None:
            raise Refusal(500, f"the planner given to the sandbox failed: {failure}")
        text = job.outcome().result()
        body = await self._in_worker(lambda: encode_body(encode_body(text, coding), content_coding))
        coded = {} if content_coding == "identity" else {"content-encoding": content_coding}
        return Response(body, media_type=media_type, headers=coded)

    async def _in_worker(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._world.workers, work)

    async def version(self, request: Request) -> Response:
        self._authorize(request)
        pinned = self._pinned(request)
        return JSONResponse(DEPLOYED | ({"version": pinned} if pinned else {}))

    async def packages(self, request: Request) -> Response:
        self._authorize(request)
        return JSONResponse(PACKAGES)

    def _still_calculating(self, key: str) -> Response:
        forms = self._world.settings.still_calculating
        if isinstance(forms, int | str):
            return UNFINISHED[forms]()
        return UNFINISHED[forms[min(self._world.plans.count_unfinished(key), len(forms) - 1)]]()

    def _pinned(self, request: Request) -> str | None:
        version = request.headers.get("adiutaopt-version")
        if version is not None and version not in [package["Name"] for package in PACKAGES]:
            raise Refusal(400, f"adiutaopt-version {version!r} is not in the packages list")  # status inferred
        return version

    def _authorize(self, request: Request) -> None:
        header = request.headers.get("authorization")
        if header is None:
            raise Refusal(401, "the Authorization header is missing")
        form = self._world.settings.authorization
        scheme, _, token = header.strip().partition(" ")
        bearer = scheme.lower() == "bearer"  # schemes are the same in letters of either case (RFC 9110, 11.1)
        if form != "either" and bearer != (form == "bearer"):
            raise Refusal(
                401, f"the Authorization header must be the ID token {'with' if form == 'bearer' else 'without'} Bearer"
            )
        try:
            self._world.user_pool.user_by_id_token((token if bearer else header).strip())
        except TokenError as error:
            raise Refusal(401, str(error)) from error


def _read(
    planner: str, version: str | None, content_type: str | None, body: ReceivedBody, limits: Limits
) -> tuple[str, Any, list[dict[str, str]]]:
    """Key of a problem, the problem, and what violates the schema; Refusal for what cannot be read."""
    text = decode_body(body.data, content_type, limits)
    try:
        plan = read_json(text)
    except ValueError as error:
        # adiutaOpt facts F027: 400 is unexplained (inferred)
        raise Refusal(400, f"the body is not JSON: {error}") from error
    return key_of(planner, version or "", text), plan, violations(planner, plan)


def _unknown_yet() -> Response:
    raise Refusal(404, "the plan is still in calculation")


# The forms of the setting "still_calculating" (adiutaOpt facts F053: nothing of it is published).
UNFINISHED: dict[int | str, Callable[[], Response]] = {
    202: partial(Response, status_code=202),
    204: partial(Response, status_code=204),
    404: _unknown_yet,
    "empty": partial(Response, status_code=200, media_type="application/json"),
    "accepted": partial(JSONResponse, {"message": "in calculation"}, 202),
    "other": partial(JSONResponse, {"message": "in calculation"}, 200),
    "text": partial(JSONResponse, "in calculation", 200),
}
