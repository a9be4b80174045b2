"""The control plane over HTTP, for users in other languages: what the Python API does, under /sandbox."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.account import FIRST_APP
from optcloud_sandbox.cognito.users import Wanted
from optcloud_sandbox.faults import Fault
from optcloud_sandbox.given import json_object, typed
from optcloud_sandbox.gurobi.control import gurobi_control
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.pace import pace_from
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import PathRoute, vendor_app
from optcloud_sandbox.world import World


def control_app(world: World) -> Starlette:
    routes = _ControlRoutes(world)
    return vendor_app(
        [
            PathRoute("/reset", routes.reset, methods=["POST"]),
            PathRoute("/journal", routes.journal, methods=["GET"]),
            PathRoute("/clock", routes.clock, methods=["GET", "POST"]),
            PathRoute("/pace", routes.pace, methods=["PUT"]),
            PathRoute("/settings", routes.settings, methods=["GET", "PATCH"]),
            PathRoute("/faults", routes.faults, methods=["GET", "POST", "DELETE"]),
            PathRoute("/faults/release", routes.release, methods=["POST"]),
            PathRoute("/aimms/keys", routes.aimms_key, methods=["POST"]),
            PathRoute("/aimms/packs", routes.packs, methods=["GET"]),
            PathRoute("/aimms/sessions", routes.aimms_session, methods=["POST"]),
            PathRoute("/aimms/hook-calls", routes.hook_calls, methods=["GET"]),
            PathRoute("/cognito/users", routes.cognito_user, methods=["POST"]),
            PathRoute("/cognito/code", routes.cognito_code, methods=["POST"]),
            PathRoute("/cognito/revoke", routes.cognito_revoke, methods=["POST"]),
            PathRoute("/cognito/refusals", routes.cognito_refusal, methods=["POST"]),
            PathRoute("/adiutaopt/solutions", routes.solution, methods=["POST"]),
            *gurobi_control(world),
        ],
        _written,
        unusable=(ValueError, TypeError, OverflowError),
    )


def _written(refusal: Refusal) -> Response:
    return JSONResponse({"message": refusal.message}, refusal.status)


class _ControlRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def reset(self, _: Request) -> Response:
        self._world.reset()
        return Response(status_code=204)

    async def journal(self, _: Request) -> Response:
        return JSONResponse([entry.as_dict() for entry in self._world.journal.entries()])

    async def clock(self, request: Request) -> Response:
        """POST {"turn": seconds}."""
        if request.method == "POST":
            self._world.clock.turn(float(_field(request, "turn")))
        return JSONResponse({"now": self._world.clock.now()})

    async def pace(self, request: Request) -> Response:
        self._world.pace = pace_from(_object(request))
        return Response(status_code=204)

    async def settings(self, request: Request) -> Response:
        """PATCH {"still_calculating": 204, "authorization": "bearer"}."""
        if request.method == "PATCH":
            self._world.settings = self._world.settings.patched(_object(request))
        return JSONResponse(asdict(self._world.settings))

    async def faults(self, request: Request) -> Response:
        if request.method == "POST":
            self._world.faults.add(Fault.from_dict(_object(request)))
        elif request.method == "DELETE":
            self._world.faults.clear()
        return JSONResponse(self._world.faults.pending())

    async def release(self, _: Request) -> Response:
        self._world.releases.release()
        return Response(status_code=204)

    async def aimms_key(self, request: Request) -> Response:
        """POST {"key": "...", "scopes": ["Tasks"], "lifetime": seconds}."""
        given = _object(request)
        lifetime = {"lifetime": float(given["lifetime"])} if "lifetime" in given else {}
        self._world.aimms.keys.add(str(_field(request, "key")), tuple(_field(request, "scopes")), **lifetime)
        return Response(status_code=204)

    async def aimms_session(self, request: Request) -> Response:
        """POST {"kind": "webui" or "solve", "app": "Sandbox", "version": "1.0"}: the reply has the session's id."""
        given, session_id = _object(request), uuid.uuid4().hex
        app, version = str(given.get("app", FIRST_APP)), str(given.get("version", "1.0"))
        self._world.sessions.add(_field(request, "kind"), session_id, app, version)
        return JSONResponse({"session_id": session_id})

    async def hook_calls(self, _: Request) -> Response:
        """The calls of task state hooks so far."""
        return JSONResponse([asdict(call) for call in self._world.aimms.hooks.calls])

    async def packs(self, _: Request) -> Response:
        return JSONResponse(self._world.aimms.apps.packs())

    async def cognito_user(self, request: Request) -> Response:
        """POST {"username": "...", "password": "...", "challenge": "SMS_MFA", …} as `Sandbox.add_cognito_user`."""
        given = dict(_object(request))
        username, password = str(_field(request, "username")), str(_field(request, "password"))
        del given["username"], given["password"]
        self._world.user_pool.add_user(username, password, typed(Wanted, given))
        return Response(status_code=204)

    async def cognito_code(self, request: Request) -> Response:
        """POST {"username": "...", "challenge": "SOFTWARE_TOKEN_MFA"}: the reply is the code that is right now."""
        challenge = str(_object(request).get("challenge", "SOFTWARE_TOKEN_MFA"))
        return JSONResponse(self._world.user_pool.code(str(_field(request, "username")), challenge))

    async def cognito_revoke(self, request: Request) -> Response:
        """POST {"username": "..."}: that user's refresh and access tokens are revoked."""
        self._world.user_pool.revoke(str(_field(request, "username")))
        return Response(status_code=204)

    async def cognito_refusal(self, request: Request) -> Response:
        """POST {"name": "TooManyRequestsException", "times": 2, "operation": "InitiateAuth", "message": "..."}."""
        given = _object(request)
        operation = None if given.get("operation") is None else str(given["operation"])
        name, message = str(_field(request, "name")), str(given.get("message", "Too many requests"))
        self._world.user_pool.script.add(name, int(given.get("times", 1)), operation, message)
        return Response(status_code=204)

    async def solution(self, request: Request) -> Response:
        """POST the JSON of a solution: the reply is the key under which it is served, as it is."""
        return JSONResponse(self._world.plans.plant(self._world.clock, body_of(request).data))


def _object(request: Request) -> Mapping[str, Any]:
    return json_object(body_of(request).data)


def _field(request: Request, name: str) -> Any:
    data = _object(request)
    if name not in data:
        raise Refusal(400, f"the body needs the field {name!r}")
    return data[name]
