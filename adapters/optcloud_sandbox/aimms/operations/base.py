"""What the operations of all areas share: parameters by name, checked bodies, replies of plain values."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from optcloud_sandbox.aimms.apps import PublishedApp
from optcloud_sandbox.aimms.lists import integer
from optcloud_sandbox.aimms.schemas import check
from optcloud_sandbox.documents import DocumentedOperation, schema_of
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.parsing import json_object
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import Endpoint
from optcloud_sandbox.world import World


class Operations:
    """One area of a service, made anew for each request: a method for each operation of the document.

    A method takes the parameters of path and query that it wants, by name. It returns a response, JSON values, a text,
    or None for a reply without a body. `scope` is what the API key needs; where none is documented any valid key will
    do (inferred).
    """

    scope: ClassVar[str | None] = None

    def __init__(self, world: World, request: Request, operation: DocumentedOperation) -> None:
        self.world = world
        self.account = world.aimms
        self.request = request
        self.operation = operation

    @classmethod
    def handler(cls, operation: DocumentedOperation) -> str:
        """The name of the method that carries the operation out."""
        return operation.handler

    def body(self) -> dict[str, Any]:
        """The JSON object sent; Refusal 415 for another media type, 400 for what the schema does not allow."""
        media_type = self.request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != "application/json":
            raise Refusal(415, f"content-type must be application/json, got {media_type!r}")
        return self.checked(json_object(body_of(self.request).data), "body")

    def checked(self, data: dict[str, Any], what: str) -> dict[str, Any]:
        """`data`, if it is what the operation takes and names no authorization of nobody; otherwise Refusal 400."""
        check(data, self.operation, what)
        if "authorizations" in schema_of(self.operation).get("properties", {}):
            self.account.people.check_entities(data.get("authorizations", []), what)
        return data

    def reply(self, value: Any) -> Response:
        """The value that an operation returned, on the wire."""
        if isinstance(value, Response):
            return value
        if value is None:
            return Response()
        return PlainTextResponse(value) if isinstance(value, str) else JSONResponse(value)

    def entry(self, app: PublishedApp) -> dict[str, Any]:
        """PROAppEntry with the address of the icon: published with the app, or named by its attribute iconUrl."""
        icon = app.icon
        if icon is None:
            stored = self.account.storage.find(app.attributes.get("iconUrl", ""))
            icon = stored.last.blob if stored else None
        return app.as_json() | {"appIconSasUrl": self.account.links.address(self.request, icon) if icon else ""}


def endpoint(world: World, area: type[Operations], operation: DocumentedOperation) -> Endpoint:
    """What carries the operation out, once the API key was checked."""
    name = area.handler(operation)
    wanted = [parameter for parameter in inspect.signature(getattr(area, name)).parameters if parameter != "self"]
    readers = {parameter: _reader(operation.parameters[parameter]) for parameter in wanted}

    async def carry_out(request: Request) -> Response:
        world.aimms.keys.check(request.headers.get("apikey"), area.scope)
        call = area(world, request, operation)
        value = getattr(call, name)(**{parameter: read(request) for parameter, read in readers.items()})
        return call.reply(await value if inspect.isawaitable(value) else value)

    return carry_out


def _reader(parameter: Mapping[str, Any]) -> Callable[[Request], Any]:
    """Reads one parameter by the document: Refusal 400 when it is missing or of another type."""
    name, kind = parameter["name"], parameter["schema"].get("type")

    def read(request: Request) -> Any:
        values = request.path_params if parameter["in"] == "path" else request.query_params
        text: str | None = values.get(name)
        if text is None and parameter.get("required"):
            raise Refusal(400, f"the query parameter {name} is missing")
        if kind == "boolean" and text not in ("true", "false", None):
            raise Refusal(400, f"{name} must be true or false, got {text!r}")
        return integer(text, name) if kind == "integer" else text

    return read
