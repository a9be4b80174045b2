"""Operations on buckets and objects."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.bodies import json_body, query
from optcloud_sandbox.aimms.multipart import file_of, parts_of
from optcloud_sandbox.aimms.schemas import AUTHORIZATIONS, NAME, STRING, check
from optcloud_sandbox.aimms.scopes import ANY, Scoped
from optcloud_sandbox.aimms.storage import Bucket, Object
from optcloud_sandbox.given import json_object
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

CHANGES = {"type": "object", "properties": {"authorizations": AUTHORIZATIONS, "label": NAME}}
PLACE = {
    # PROStorageBucket, PROStorageObjectMetadata; that label and path are needed is inferred.
    "type": "object",
    "required": ["label", "path"],
    "properties": CHANGES["properties"] | {"path": STRING},  # type: ignore[operator]
}


class StorageRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        bucket, one = "/storage/bucket", "/storage/object"
        return [
            ("GET", bucket, self.bucket, ANY),
            ("POST", bucket, self.add_bucket, ANY),
            ("PATCH", bucket, self.change_bucket, ANY),
            ("DELETE", bucket, self.remove_bucket, ANY),
            ("GET", one, self.object, ANY),
            ("POST", one, self.upload, ANY),
            ("PATCH", one, self.change_object, ANY),
            ("DELETE", one, self.remove_object, ANY),
            ("GET", "/storage/download", self.download, ANY),
        ]

    async def bucket(self, request: Request) -> Response:
        return JSONResponse(self._bucket(request).shown())

    async def add_bucket(self, request: Request) -> Response:
        self._world.aimms.storage.add_bucket(self._checked(json_body(request), PLACE, "body"))
        return Response()

    async def change_bucket(self, request: Request) -> Response:
        bucket = self._bucket(request)
        self._world.aimms.storage.change_bucket(bucket, self._checked(json_body(request), CHANGES, "body"))
        return Response()

    async def remove_bucket(self, request: Request) -> Response:
        self._world.aimms.storage.remove_bucket(self._bucket(request))
        return Response()

    async def object(self, request: Request) -> Response:
        return JSONResponse(self._object(request).shown())

    async def upload(self, request: Request) -> Response:
        parts = await asyncio.to_thread(parts_of, request, "an upload")
        if "metadata" not in parts:
            raise Refusal(400, "the part metadata is missing")
        file = file_of(parts, "the object's content")
        metadata = json_object(parts["metadata"].data, "the part metadata")
        self._world.aimms.storage.upload(self._checked(metadata, PLACE, "metadata"), file.data, file.content_type)
        return Response()

    async def change_object(self, request: Request) -> Response:
        one = self._object(request)
        self._world.aimms.storage.change_object(one, self._checked(json_body(request), CHANGES, "body"))
        return Response()

    async def remove_object(self, request: Request) -> Response:
        one = self._object(request)
        self._world.aimms.storage.remove_object(one)
        for version in one.versions:
            self._world.aimms.links.forget(version.blob)
        return Response()

    async def download(self, request: Request) -> Response:
        blob = self._world.aimms.storage.blob(query(request, "id"))
        return JSONResponse({"file": self._world.aimms.links.address(request, blob)})

    def _bucket(self, request: Request) -> Bucket:
        return self._world.aimms.storage.bucket(query(request, "path"), query(request, "label"))

    def _object(self, request: Request) -> Object:
        return self._world.aimms.storage.object(query(request, "path"), query(request, "label"))

    def _checked(self, given: dict[str, Any], schema: dict[str, Any], what: str) -> dict[str, Any]:
        check(given, schema, what)
        self._world.aimms.people.check_entities(given.get("authorizations", []), what)
        return given
