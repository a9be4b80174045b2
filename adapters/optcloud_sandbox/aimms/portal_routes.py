"""Portal, customization and launching. Of what has no schema in the document, the form of the answers is inferred."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from optcloud_sandbox.aimms.apps import ACCOUNT_PROFILE, PROFILES, UNKNOWN_PROFILE
from optcloud_sandbox.aimms.bodies import json_body, query
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.aimms.portal import CUSTOMIZATION, LOGIN_IMAGE, LOGO, portal_app
from optcloud_sandbox.aimms.schemas import STRING
from optcloud_sandbox.aimms.scopes import ANY, Scoped
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

LAUNCH = {
    # PROAppLaunch; without a version the latest one is launched (inferred).
    "type": "object",
    "required": ["appName"],
    "properties": {"appName": STRING, "appVersion": STRING, "deviceId": STRING},
}


class PortalRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        return [
            ("GET", "/portal/apps", self.apps, ANY),
            ("GET", "/portal/pro_version", self.pro_version, ANY),
            ("GET", "/portal/company-logo-url", self.logo_url, ANY),
            ("GET", "/portal/login-image-url", self.login_image_url, ANY),
            ("GET", "/portal/app-icon-url", self.icon_url, ANY),
            ("GET", "/customization", self.customization, ANY),
            ("GET", "/customization/portal-mode", self.portal_mode, ANY),
            ("GET", "/customization/resource-profiles", self.profiles, ANY),
            ("POST", "/launching", self.launch, ANY),
            ("GET", "/launching/{instance}", self.launched, ANY),
        ]

    async def apps(self, _: Request) -> Response:
        return JSONResponse({"applications": [portal_app(app) for app in self._world.aimms.apps.all()]})

    async def pro_version(self, _: Request) -> Response:
        return JSONResponse({"version": "sandbox of optcloud"})

    async def logo_url(self, request: Request) -> Response:
        return self._picture(request, "logoId", LOGO)

    async def login_image_url(self, request: Request) -> Response:
        return self._picture(request, "loginImageId", LOGIN_IMAGE)

    async def icon_url(self, request: Request) -> Response:
        """The address, as plain text, of the object that an attribute iconUrl names."""
        path = query(request, "iconPath")
        icon = self._world.aimms.storage.find(path)
        if icon is None:
            raise Refusal(404, f"icon {path} doesn't exist")
        return PlainTextResponse(self._world.aimms.links.address(request, icon.last.blob))

    async def customization(self, _: Request) -> Response:
        return JSONResponse(CUSTOMIZATION)

    async def portal_mode(self, _: Request) -> Response:
        return PlainTextResponse("portal")

    async def profiles(self, _: Request) -> Response:
        """The page says no more than "the list of profiles": their names in a bare array (inferred)."""
        return JSONResponse([{"name": name} for name in (*PROFILES, ACCOUNT_PROFILE, UNKNOWN_PROFILE)])

    async def launch(self, request: Request) -> Response:
        body, apps = json_body(request, LAUNCH), self._world.aimms.apps
        name, version = body["appName"], body.get("appVersion")
        return JSONResponse(self._world.aimms.launches.add(apps.get(name, version) if version else apps.latest(name)))

    async def launched(self, request: Request) -> Response:
        """PROAppLaunchDetails: the sandbox itself, which shows no app."""
        self._world.aimms.launches.check(request.path_params["instance"])
        return JSONResponse({"host": request.url.hostname, "port": request.url.port})

    def _picture(self, request: Request, name: str, picture: Blob) -> Response:
        if query(request, name) != picture.id:
            raise Refusal(404, f"{name} {query(request, name)} doesn't exist")
        return PlainTextResponse(self._world.aimms.links.address(request, picture))
