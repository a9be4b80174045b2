"""Operations on API keys."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.bodies import json_body
from optcloud_sandbox.aimms.keys import API_KEY
from optcloud_sandbox.aimms.scopes import KEYS, Scoped
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World


class KeyRoutes:
    """An account is the cloud account (inferred); the sandbox has one, to which keys without an account belong."""

    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        return [
            ("GET", "/api-keys", self.list, KEYS),
            ("POST", "/api-keys", self.create, KEYS),
            ("POST", "/api-keys/{account}", self.create, KEYS),
            ("DELETE", "/api-keys/{key}", self.delete, KEYS),
            ("DELETE", "/api-keys/{account}/{key}", self.delete, KEYS),
        ]

    async def list(self, _: Request) -> Response:
        return JSONResponse({"keys": [key.shown() for key in self._world.aimms.keys.all()]})

    async def create(self, request: Request) -> Response:
        self._check_account(request)
        return JSONResponse(self._world.aimms.keys.create(json_body(request, API_KEY)))

    async def delete(self, request: Request) -> Response:
        self._check_account(request)
        self._world.aimms.keys.delete(request.path_params["key"])
        return Response()

    def _check_account(self, request: Request) -> None:
        account = self._world.credentials.aimms_account
        if request.path_params.get("account", account) != account:
            raise Refusal(404, f"account {request.path_params['account']} doesn't exist")
