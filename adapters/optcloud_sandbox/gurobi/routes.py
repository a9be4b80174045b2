"""The four endpoints of API v1. A refusal is a 400 with the page's message, in the form that the settings name."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount

from optcloud_sandbox.gurobi.account import FleetAccount
from optcloud_sandbox.gurobi.callers import sender_of
from optcloud_sandbox.gurobi.signature import decoded, matches, signature, skewed, string_to_sign
from optcloud_sandbox.gurobi.v2_routes import gurobi_v2_app
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import PathRoute, vendor_app
from optcloud_sandbox.world import World

ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def gurobi_app(world: World) -> Starlette:
    routes = _GurobiRoutes(world)
    return vendor_app(
        [
            PathRoute("/api/licenses", routes.licenses, methods=ANY_METHOD),
            PathRoute("/api/machines", routes.machines, methods=ANY_METHOD),
            PathRoute("/api/launch", routes.launch, methods=ANY_METHOD),
            PathRoute("/api/kill", routes.kill, methods=ANY_METHOD),
            Mount("/api/v2", gurobi_v2_app(world)),
        ],
        routes.refusal_response,
    )


class _GurobiRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def refusal_response(self, refusal: Refusal) -> Response:
        form = self._world.settings.gurobi.errors
        if form == "text":
            return PlainTextResponse(refusal.message, refusal.status)
        return JSONResponse(refusal.message if form == "string" else {"message": refusal.message}, refusal.status)

    async def licenses(self, request: Request) -> Response:
        account, _ = self._authorized(request, "GET")
        return JSONResponse(self._world.fleet.licenses(account))

    async def machines(self, request: Request) -> Response:
        account, _ = self._authorized(request, "GET")
        return JSONResponse(self._world.fleet.observe(account))

    async def launch(self, request: Request) -> Response:
        account, form = self._authorized(request, "POST")
        return JSONResponse(self._world.fleet.launch(account, form, sender_of(request)))

    async def kill(self, request: Request) -> Response:
        account, form = self._authorized(request, "POST")
        return JSONResponse(self._world.fleet.kill(account, form.get("machineIds"), sender_of(request)))

    def _authorized(self, request: Request, verb: str) -> tuple[FleetAccount, Mapping[str, str]]:
        """The account and the decoded parameters of a request whose signature holds."""
        if request.method != verb:
            raise Refusal(400, f"Endpoint requires a {verb}")
        received = request.headers.get("x-gurobi-signature")
        if received is None:
            raise Refusal(400, "Missing X-Gurobi-Signature Header")
        date = request.headers.get("x-gurobi-date")
        if date is None:
            raise Refusal(400, "Missing X-Gurobi-Date Header")
        settings = self._world.settings.gurobi
        if skewed(date, self._world.clock.utc() + timedelta(seconds=settings.clock_off), settings.skew):
            raise Refusal(400, "Too large of time skew")
        raw: bytes = request.scope["query_string"] if verb == "GET" else body_of(request).data
        parameters = decoded(raw)
        account = self._world.fleet.account(parameters.get("id", ""))
        text = string_to_sign(verb, raw, date)
        if not matches(signature(account.secret_key, text), received):
            # The vendor shows the text it signed, secrets in it included (page, "Invalid Signature").
            raise Refusal(400, f"Invalid Signature: StringToSign is {text.decode('utf-8', 'replace')}")
        return account, parameters
