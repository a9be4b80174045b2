"""Session, login and SAML, as far as they can be without a portal: the API goes by keys alone.

What the vendor's server sets when somebody logs in (a cookie, perhaps) is not published; here nothing is set.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from optcloud_sandbox.aimms.bodies import json_body
from optcloud_sandbox.aimms.entities import Environment
from optcloud_sandbox.aimms.schemas import STRING
from optcloud_sandbox.aimms.scopes import ANY, Scoped
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

PORTAL = "/portal"
LOGIN = {
    # PROLogin; the default environment is taken when none is named (inferred).
    "type": "object",
    "required": ["username", "password"],
    "properties": {"environment": STRING, "password": STRING, "username": STRING},
}
SAML_LOGIN = {"type": "object", "properties": {"environment": STRING}}


class SignInRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        return [
            ("GET", "/session/authorize", self.authorize, ANY),
            ("GET", "/session/webui/info", self.webui, ANY),
            ("POST", "/login", self.login, ANY),
            ("POST", "/logout", self.logout, ANY),
            ("POST", "/saml/request", self.saml_request, ANY),
            ("POST", "/saml/assertion", self.saml_assertion, ANY),
        ]

    async def authorize(self, _: Request) -> Response:
        """An empty yes for any valid key (inferred)."""
        return Response()

    async def webui(self, _: Request) -> Response:
        owner = self._world.aimms.people.owner  # the key's; the shape is inferred
        return JSONResponse({"environment": owner.environment.name, "user": owner.name})

    async def login(self, request: Request) -> Response:
        body = json_body(request, LOGIN)
        user = self._environment(body.get("environment")).users.get(body["username"])
        if user is None or user.password != body["password"]:
            raise Refusal(401, "environment, username and password don't fit")  # status inferred
        return _to_the_portal()

    async def logout(self, _: Request) -> Response:
        return Response()

    async def saml_request(self, request: Request) -> Response:
        """SamlRequest200Response; that the name is the environment's is inferred."""
        environment = self._environment(json_body(request, SAML_LOGIN).get("environment"))
        if not environment.saml_metadata_url:
            raise Refusal(400, f"environment {environment.name} has no samlMetadataUrl")  # status inferred
        return JSONResponse({"name": environment.name})

    async def saml_assertion(self, _: Request) -> Response:
        return _to_the_portal()

    def _environment(self, name: str | None) -> Environment:
        people = self._world.aimms.people
        if name:
            return people.environment(name)
        default = next((one for one in people.environments.values() if one.is_default), None)
        if default is None:
            raise Refusal(400, "body/environment: no environment is the default, so one must be named")
        return default


def _to_the_portal() -> Response:
    return Response(status_code=302, headers={"location": f"/aimms{PORTAL}"})


async def portal_page(_: Request) -> Response:
    """Where a login leads to."""
    return PlainTextResponse("The sandbox has no portal.")
