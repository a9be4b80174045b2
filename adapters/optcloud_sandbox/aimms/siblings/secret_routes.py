"""secret-manager: items and access to them (vendor page managing-secrets; statuses, fields and shapes inferred).

Every key of the sandbox belongs to an administrator, so no read is refused for want of access.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.bodies import json_body
from optcloud_sandbox.aimms.schemas import NAME, STRING
from optcloud_sandbox.aimms.scopes import Scoped
from optcloud_sandbox.aimms.siblings.lists import plain_filters, selected
from optcloud_sandbox.aimms.siblings.secrets import Item, Who
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

SECRET = "Secret"  # noqa: S105 - the name of a scope  # nosec B105
NEW_ITEM = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"enum": ["directory", "secret"]}, "content": STRING},
    "if": {"properties": {"type": {"const": "secret"}}},
    "then": {"required": ["content"]},
    "else": {"not": {"required": ["content"]}},
}
CHANGES = {"type": "object", "minProperties": 1, "properties": {"name": NAME, "content": STRING}}
WHO = {
    "type": "object",
    "required": ["type", "environment_name", "name"],
    "properties": {"type": {"enum": ["user", "group"]}, "environment_name": NAME, "name": NAME},
}
ACCESS = WHO | {
    "required": [*WHO["required"], "access"],
    "properties": {**WHO["properties"], "access": {"enum": ["read", "read_write"]}},  # type: ignore[dict-item]
}
FILTERS = plain_filters("type", "name", "path")


class SecretManager:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        return [
            ("GET", "/item/{path:path}", self.get, SECRET),
            ("POST", "/item/{path:path}", self.create, SECRET),
            ("PATCH", "/item/{path:path}", self.change, SECRET),
            ("DELETE", "/item/{path:path}", self.delete, SECRET),
            ("GET", "/access/{path:path}", self.access, SECRET),
            ("PUT", "/access/{path:path}", self.grant, SECRET),
            ("DELETE", "/access/{path:path}", self.revoke, SECRET),
        ]

    async def get(self, request: Request) -> Response:
        item = self._item(request)
        if not item.is_directory():
            return JSONResponse(item.brief() | {"content": item.content})
        inside = [one.brief() for one in self._world.secrets.children(item)]
        return JSONResponse(item.brief() | {"items": selected(request, inside, FILTERS)})

    async def create(self, request: Request) -> Response:
        given = json_body(request, NEW_ITEM)
        item = self._world.secrets.create(request.path_params["path"], given.get("content"))
        return JSONResponse(item.brief())

    async def change(self, request: Request) -> Response:
        item = self._item(request)
        given = json_body(request, CHANGES)
        self._world.secrets.change(item, name=given.get("name"), content=given.get("content"))
        return JSONResponse(item.brief())

    async def delete(self, request: Request) -> Response:
        self._world.secrets.delete(self._item(request))
        return Response()

    async def access(self, request: Request) -> Response:
        entries = self._item(request).access.items()
        return JSONResponse([_shown(who) | {"access": right} for who, right in entries])

    async def grant(self, request: Request) -> Response:
        item = self._item(request)
        given = json_body(request, ACCESS)
        item.access[self._who(given)] = given["access"]
        return Response()

    async def revoke(self, request: Request) -> Response:
        item = self._item(request)
        who = self._who(json_body(request, WHO))
        if who not in item.access:
            raise Refusal(404, f"{who[0]} {who[2]} has no access to this item")
        del item.access[who]
        return Response()

    def _item(self, request: Request) -> Item:
        return self._world.secrets.get(request.path_params["path"])

    def _who(self, given: dict[str, Any]) -> Who:
        """Refusal 404 for nobody."""
        environment = self._world.aimms.people.environment(given["environment_name"])
        if given["type"] == "user":
            environment.user(given["name"])
        else:
            environment.group(given["name"])
        return given["type"], environment.name, given["name"]


def _shown(who: Who) -> dict[str, str]:
    return dict(zip(("type", "environment_name", "name"), who, strict=True))
