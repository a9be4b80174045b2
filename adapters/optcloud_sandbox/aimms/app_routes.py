"""Operations on apps, their categories, and AIMMS versions."""

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.apps import AIMMS_VERSIONS, OFFICIAL_VERSIONS, PATCH, App, Pack
from optcloud_sandbox.aimms.bodies import json_body
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.aimms.multipart import file_of, parts_of
from optcloud_sandbox.aimms.people import ROOT
from optcloud_sandbox.aimms.schemas import STRING
from optcloud_sandbox.aimms.scopes import APPS, VERSIONS, Scoped
from optcloud_sandbox.aimms.storage import new_id
from optcloud_sandbox.given import json_object
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

CATEGORY = {
    "type": "object",
    "required": ["value"],
    "properties": {"id": STRING, "value": STRING},
}


class AppRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        """Categories before apps: their paths overlap."""
        categories, one = "/applications/categories", "/applications/{app}/{version}"
        return [
            ("GET", categories, self.categories, APPS),
            ("POST", categories, self.add_category, APPS),
            ("PATCH", f"{categories}/{{category}}", self.update_category, APPS),
            ("DELETE", f"{categories}/{{category}}", self.delete_category, APPS),
            ("GET", "/applications", self.list, APPS),
            ("POST", "/applications", self.publish, APPS),
            ("GET", "/applications/{app}", self.named, APPS),
            ("GET", one, self.get, APPS),
            ("PATCH", one, self.update, APPS),
            ("DELETE", one, self.delete, APPS),
            ("GET", f"{one}/modifiable", self.modifiable, APPS),
            ("GET", "/aimms-versions", self.aimms_versions, VERSIONS),
            ("GET", "/aimms-versions/{version}", self.aimms_version, VERSIONS),
        ]

    async def list(self, request: Request) -> Response:
        return entries(self._world, request, self._world.aimms.apps.all())

    async def named(self, request: Request) -> Response:
        return entries(self._world, request, self._world.aimms.apps.named(request.path_params["app"]))

    async def get(self, request: Request) -> Response:
        return JSONResponse(_entry(self._world, request, self._app(request)))

    async def modifiable(self, request: Request) -> Response:
        self._app(request)
        return JSONResponse({"modifiable": True})

    async def publish(self, request: Request) -> Response:
        parts = await asyncio.to_thread(parts_of, request, "publishing")
        package = file_of(parts, "an .aimmspack")
        if not package.data:
            raise Refusal(400, "the part file (an .aimmspack) is empty")
        # The vendor's client sends the metadata as a plain field, others with a content type of its own.
        if "metadata" not in parts:
            raise Refusal(400, "the part metadata is missing")
        metadata = json_object(parts["metadata"].data, "the part metadata")
        pack = Pack(len(package.data), await asyncio.to_thread(package.sha256))
        icon = parts.get("icon")
        blob = Blob(new_id(), icon.data, icon.content_type) if icon is not None and icon.data else None
        app = self._world.aimms.apps.publish(metadata, pack, blob)
        return JSONResponse(_entry(self._world, request, app))

    async def update(self, request: Request) -> Response:
        app, changes = self._app(request), json_body(request, PATCH)
        self._world.aimms.people.check_entities(changes.get("authorizations", []), "body")
        self._world.aimms.apps.patch(app, changes)
        return JSONResponse(_entry(self._world, request, app))

    async def delete(self, request: Request) -> Response:
        self._world.aimms.apps.delete(self._app(request))
        return Response()

    async def categories(self, _: Request) -> Response:
        # A bare array, as the vendor's client says of the real reply; the document says otherwise (facts, 6.1).
        categories = self._world.aimms.apps.categories
        return JSONResponse([{"id": category_id, "value": value} for category_id, value in categories.items()])

    async def add_category(self, request: Request) -> Response:
        body = json_body(request, CATEGORY)
        return JSONResponse(self._world.aimms.apps.add_category(body["value"]))

    async def update_category(self, request: Request) -> Response:
        category_id = self._category(request)
        body = json_body(request, CATEGORY)
        self._world.aimms.apps.categories[category_id] = body["value"]
        return JSONResponse({"id": category_id, "value": body["value"]})

    async def delete_category(self, request: Request) -> Response:
        del self._world.aimms.apps.categories[self._category(request)]
        return Response()

    async def aimms_versions(self, request: Request) -> Response:
        """The official ones; with dev=true those in development, too."""
        asked = request.query_params.get("dev", "false")
        if asked not in ("true", "false"):
            raise Refusal(400, f"dev must be true or false, got {asked!r}")
        versions = AIMMS_VERSIONS if asked == "true" else OFFICIAL_VERSIONS
        return JSONResponse({"versions": [self._version(version) for version in versions]})

    async def aimms_version(self, request: Request) -> Response:
        version = request.path_params["version"]
        if version not in AIMMS_VERSIONS:
            raise Refusal(404, f"AIMMS version {version} doesn't exist")
        return JSONResponse(self._version(version))

    def _version(self, version: str) -> dict[str, Any]:
        """AimmsVersion; everybody in ROOT may read and run it (inferred)."""
        root = self._world.aimms.people.environment(ROOT)
        return {"id": version, "authorizations": [{"authorization": 5, "deny": False, "entity": root.id}]}

    def _app(self, request: Request) -> App:
        return self._world.aimms.apps.get(request.path_params["app"], request.path_params["version"])

    def _category(self, request: Request) -> str:
        category_id: str = request.path_params["category"]
        if category_id not in self._world.aimms.apps.categories:
            raise Refusal(404, f"category {category_id} doesn't exist")
        return category_id


def entries(world: World, request: Request, apps: Iterable[App]) -> Response:
    """PROAppEntryList."""
    return JSONResponse({"applications": [_entry(world, request, app) for app in apps]})


def _entry(world: World, request: Request, app: App) -> dict[str, Any]:
    """PROAppEntry with the address of the icon: the one published with the app, or that of its attribute iconUrl."""
    icon = app.icon
    if icon is None:
        stored = world.aimms.storage.find(app.attributes.get("iconUrl", ""))
        icon = stored.last.blob if stored else None
    return app.shown() | {"appIconSasUrl": world.aimms.links.address(request, icon) if icon else ""}
