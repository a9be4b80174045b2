"""The four endpoints. A refusal is a 400 with the page's message as plain text (form not published: inferred)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from optcloud.sandbox.gurobi.fleet import LICENSES
from optcloud.sandbox.gurobi.signature import matches, signature, skewed, string_to_sign
from optcloud.sandbox.refusal import Refusal
from optcloud.sandbox.routing import vendor_app
from optcloud.sandbox.wire import body_of
from optcloud.sandbox.world import World

ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def gurobi_app(world: World) -> Starlette:
    routes = _GurobiRoutes(world)
    return vendor_app(
        [
            Route("/api/licenses", routes.licenses, methods=ANY_METHOD),
            Route("/api/machines", routes.machines, methods=ANY_METHOD),
            Route("/api/launch", routes.launch, methods=ANY_METHOD),
            Route("/api/kill", routes.kill, methods=ANY_METHOD),
        ],
        _written,
    )


def _written(refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.message, refusal.status)


class _GurobiRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def licenses(self, request: Request) -> Response:
        self._authorized(request, "GET")
        return JSONResponse(list(LICENSES))

    async def machines(self, request: Request) -> Response:
        self._authorized(request, "GET")
        return _listed(self._world.fleet.observe(self._world.pace))

    async def launch(self, request: Request) -> Response:
        return _listed(self._world.fleet.launch(self._authorized(request, "POST")))

    async def kill(self, request: Request) -> Response:
        return _listed(self._world.fleet.kill(self._authorized(request, "POST").get("machineIds")))

    def _authorized(self, request: Request, verb: str) -> Mapping[str, str]:
        """The decoded parameters of a request whose signature holds."""
        if request.method != verb:
            raise Refusal(400, f"Endpoint requires a {verb}")
        received = request.headers.get("x-gurobi-signature")
        if received is None:
            raise Refusal(400, "Missing X-Gurobi-Signature Header")
        date = request.headers.get("x-gurobi-date")
        if date is None:
            raise Refusal(400, "Missing X-Gurobi-Date Header")
        if skewed(date, self._world.clock.utc()):
            raise Refusal(400, "Too large of time skew")
        raw: bytes = request.scope["query_string"] if verb == "GET" else body_of(request).data
        parameters = _decoded(raw)
        credentials = self._world.credentials
        if parameters.get("id") != credentials.gurobi_access_id:
            raise Refusal(400, "Invalid User Id")
        text = string_to_sign(verb, raw, date)
        if not matches(signature(credentials.gurobi_secret_key, text), received):
            # The vendor shows the text it signed, secrets in it included (page, "Invalid Signature").
            raise Refusal(400, f"Invalid Signature: StringToSign is {text.decode('latin-1')}")
        return parameters


def _listed(machines: list[dict[str, Any]]) -> Response:
    return JSONResponse(machines)


def _decoded(raw: bytes) -> dict[str, str]:
    """Parameters in any of the samples' dialects: a space as %20 or +, hex digits in either case, values left raw."""
    pairs = (pair.partition("=") for pair in raw.decode("latin-1").split("&") if pair)
    return {unquote_plus(name): unquote_plus(value) for name, _, value in pairs}
