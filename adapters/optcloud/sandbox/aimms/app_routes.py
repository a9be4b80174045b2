"""Application, Publishing and Server operations that the sandbox has."""

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud.sandbox.aimms.apps import AIMMS_VERSIONS, App
from optcloud.sandbox.aimms.bodies import json_body
from optcloud.sandbox.aimms.schemas import STRING, json_object
from optcloud.sandbox.refusal import Refusal
from optcloud.sandbox.world import World

CATEGORY = {
    "type": "object",
    "required": ["value"],
    "properties": {"id": STRING, "value": STRING},
}


class AppRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def list(self, _: Request) -> Response:
        return _entries(self._world.aimms.apps.all())

    async def named(self, request: Request) -> Response:
        return _entries(self._world.aimms.apps.named(request.path_params["app"]))

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._app(request).shown())

    async def modifiable(self, request: Request) -> Response:
        self._app(request)
        return JSONResponse({"modifiable": True})

    async def publish(self, request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise Refusal(415, "publishing needs multipart/form-data with the parts metadata and file")
        async with request.form(max_files=2) as form:
            package = form.get("file")
            if not isinstance(package, UploadFile) or not package.size:
                raise Refusal(400, "the part file (an .aimmspack) is missing or empty")
            metadata = await _metadata(form.get("metadata"))
            app = self._world.aimms.apps.publish(metadata, package.size)
        return JSONResponse(app.shown())

    async def update(self, request: Request) -> Response:
        app = self._app(request)
        self._world.aimms.apps.patch(app, json_body(request))
        return JSONResponse(app.shown())

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

    async def aimms_versions(self, _: Request) -> Response:
        return JSONResponse({"versions": [{"id": version, "authorizations": []} for version in AIMMS_VERSIONS]})

    async def aimms_version(self, request: Request) -> Response:
        version = request.path_params["version"]
        if version not in AIMMS_VERSIONS:
            raise Refusal(404, f"AIMMS version {version} doesn't exist")
        return JSONResponse({"id": version, "authorizations": []})

    async def version(self, _: Request) -> Response:
        return JSONResponse({"version": "sandbox of optcloud, in the manner of v2"})

    async def health(self, _: Request) -> Response:
        return Response()

    def _app(self, request: Request) -> App:
        return self._world.aimms.apps.get(request.path_params["app"], request.path_params["version"])

    def _category(self, request: Request) -> str:
        category_id: str = request.path_params["category"]
        if category_id not in self._world.aimms.apps.categories:
            raise Refusal(404, f"category {category_id} doesn't exist")
        return category_id


def _entries(apps: list[App]) -> Response:
    return JSONResponse({"applications": [app.shown() for app in apps]})


async def _metadata(part: object) -> dict[str, Any]:
    """The metadata part, sent as a plain field (the vendor's client) or with a content type of its own."""
    if part is None:
        raise Refusal(400, "the part metadata is missing")
    text = await part.read() if isinstance(part, UploadFile) else str(part)
    return json_object(text, "the part metadata")
