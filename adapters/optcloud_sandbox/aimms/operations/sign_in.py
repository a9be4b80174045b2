"""Session, login and SAML, as far as they can be without a portal: the API goes by keys alone.

What the vendor's server sets when somebody logs in (a cookie, perhaps) is not published; here nothing is set.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from optcloud_sandbox.aimms.entities import PortalEnvironment
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.refusal import Refusal

PORTAL = "/portal"


class SignInOperations(Operations):
    def authorize_session(self) -> None:
        """An empty yes for any valid key (inferred)."""

    def get_webui_session_info(self) -> Any:
        owner = self.account.people.owner  # the key's; the shape is inferred
        return {"environment": owner.environment.name, "user": owner.name}

    def login(self) -> Response:
        body = self.body()
        user = self._environment(body.get("environment")).users.get(body["username"])
        if user is None or user.password != body["password"]:
            raise Refusal(401, "environment, username and password don't fit")  # status inferred
        return _to_the_portal()

    def logout(self) -> None:
        """Nothing is set, so nothing ends."""

    def saml_request(self) -> Any:
        """SamlRequest200Response; that the name is the environment's is inferred."""
        environment = self._environment(self.body().get("environment"))
        if not environment.saml_metadata_url:
            raise Refusal(400, f"environment {environment.name} has no samlMetadataUrl")  # status inferred
        return {"name": environment.name}

    def saml_assertion(self) -> Response:
        return _to_the_portal()

    def _environment(self, name: str | None) -> PortalEnvironment:
        people = self.account.people
        if name:
            return people.environment(name)
        default = next((environment for environment in people.environments.values() if environment.is_default), None)
        if default is None:
            raise Refusal(400, "body/environment: no environment is the default, so one must be named")
        return default


def _to_the_portal() -> Response:
    return Response(status_code=302, headers={"location": f"/aimms{PORTAL}"})


async def portal_page(_: Request) -> Response:
    """Where a login leads to."""
    return PlainTextResponse("The sandbox has no portal.")
