"""The control plane: what `Controls` has for Python, over HTTP for users in other languages, under /sandbox."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.cognito.users import UserChoices
from optcloud_sandbox.controls import Controls
from optcloud_sandbox.faults import Fault
from optcloud_sandbox.gurobi.scripts import LaunchScript
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.pace import pace_from
from optcloud_sandbox.parsing import json_object, typed
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import PathRoute, vendor_app
from optcloud_sandbox.world import World


class SentFields(dict[str, Any]):
    """The JSON object that was sent; ValueError names a field that is missing."""

    def __missing__(self, name: str) -> Any:
        raise ValueError(f"the body needs the field {name!r}")


Command = Callable[[SentFields], Any]


def control_app(world: World) -> Starlette:
    controls = Controls(world)

    async def solution(request: Request) -> Response:
        """The body is not an object of fields, but the solution that is served as it is."""
        return JSONResponse(controls.plant_solution(body_of(request).data))

    async def machines(request: Request) -> Response:
        """With ?alive=true those only that cost something now."""
        alive = request.query_params.get("alive") == "true"
        return _reply(controls.gurobi.alive() if alive else controls.gurobi.machines())

    tables = (_general(world, controls), _aimms(controls), _cognito(world, controls), _gurobi(world, controls))
    routes = [_route(name, command) for table in tables for name, command in table.items()]
    routes.append(PathRoute("/adiutaopt/solutions", solution, methods=["POST"]))
    routes.append(PathRoute("/gurobi/machines", machines, methods=["GET"]))
    return vendor_app(routes, _refusal_response, unusable=(ValueError, TypeError, OverflowError))


def _general(world: World, controls: Controls) -> dict[str, Command]:
    def turn(sent: SentFields) -> Any:
        controls.turn(float(sent["turn"]))
        return {"now": controls.now()}

    def change(sent: SentFields) -> Any:
        controls.settings = controls.settings.patched(sent)
        return controls.settings

    def add_fault(sent: SentFields) -> Any:
        controls.faults.add(Fault.from_dict(sent))
        return world.faults.pending()

    def clear_faults(_: SentFields) -> Any:
        controls.faults.clear()
        return world.faults.pending()

    return {
        "POST /reset": lambda _: controls.reset(),
        "GET /journal": lambda _: controls.journal(),
        "GET /clock": lambda _: {"now": controls.now()},
        "POST /clock": turn,
        "PUT /pace": lambda sent: setattr(controls, "pace", pace_from(sent)),
        "GET /settings": lambda _: controls.settings,
        "PATCH /settings": change,
        "GET /faults": lambda _: world.faults.pending(),
        "POST /faults": add_fault,
        "DELETE /faults": clear_faults,
        "POST /faults/release": lambda _: controls.faults.release(),
    }


def _aimms(controls: Controls) -> dict[str, Command]:
    def add_key(sent: SentFields) -> None:
        lifetime = float(sent["lifetime"]) if "lifetime" in sent else None
        controls.add_aimms_key(str(sent["key"]), *sent["scopes"], lifetime=lifetime)

    def add_session(sent: SentFields) -> Any:
        choices = {name: str(sent[name]) for name in ("app", "version") if name in sent}
        return {"session_id": controls.add_aimms_session(sent["kind"], **choices)}

    return {
        "POST /aimms/keys": add_key,
        "GET /aimms/packs": lambda _: controls.aimms_packs(),
        "POST /aimms/sessions": add_session,
        "GET /aimms/hook-calls": lambda _: controls.hook_calls(),
    }


def _cognito(world: World, controls: Controls) -> dict[str, Command]:
    def add_user(sent: SentFields) -> None:
        """As `Sandbox.add_cognito_user`; `attributes`, too, can be given here."""
        username, password = str(sent["username"]), str(sent["password"])
        choices = {name: value for name, value in sent.items() if name not in ("username", "password")}
        world.user_pool.add_user(username, password, typed(UserChoices, choices))

    def refuse(sent: SentFields) -> None:
        operation = None if sent.get("operation") is None else str(sent["operation"])
        message = str(sent.get("message", "Too many requests"))
        controls.refuse_cognito(
            str(sent["name"]), times=int(sent.get("times", 1)), operation=operation, message=message
        )

    return {
        "POST /cognito/users": add_user,
        "POST /cognito/code": lambda sent: controls.cognito_code(
            str(sent["username"]), str(sent.get("challenge", "SOFTWARE_TOKEN_MFA"))
        ),
        "POST /cognito/revoke": lambda sent: controls.revoke(str(sent["username"])),
        "POST /cognito/refusals": refuse,
    }


def _gurobi(world: World, controls: Controls) -> dict[str, Command]:
    def jobs(sent: SentFields) -> None:
        """{"machine": "id", "running": true}: put a job on an idle machine, or (false) end the one on it."""
        change = controls.gurobi.start_job if sent["running"] else controls.gurobi.end_job
        change(str(sent["machine"]))

    return {
        "POST /gurobi/launch-errors": lambda sent: controls.fail_launches(int(sent["count"])),
        # {"machines": [null, [["pending", 30], "launch error"]], "unlisted_reads": 2, …}
        "POST /gurobi/launch-scripts": lambda sent: world.fleet.script_launch(LaunchScript.of(**sent)),
        "POST /gurobi/jobs": jobs,
        "POST /gurobi/accounts": lambda sent: controls.add_gurobi_account(
            str(sent["access_id"]), str(sent["secret_key"])
        ),
        "PUT /gurobi/licenses": lambda sent: controls.gurobi.set_licenses(
            sent["licenses"], access_id=str(sent.get("access_id", world.credentials.gurobi_access_id))
        ),
    }


def _route(name: str, command: Command) -> PathRoute:
    method, path = name.split(" ")

    async def carry_out(request: Request) -> Response:
        body = body_of(request).data
        return _reply(command(SentFields(json_object(body) if body else {})))

    return PathRoute(path, carry_out, methods=[method])


def _reply(value: Any) -> Response:
    """JSON, or 204 for a command that tells nothing."""
    if value is None:
        return Response(status_code=204)
    return Response(json.dumps(value, default=asdict, allow_nan=False), media_type="application/json")


def _refusal_response(refusal: Refusal) -> Response:
    return JSONResponse({"message": refusal.message}, refusal.status)
