"""Changes that break callers, each at a random place of a document: what a comparison must tell under any disguise."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from drift.openapi_kinds import METHODS
from drift.rewriting import Document, NoPlaceError, resolved

Operation = dict[str, Any]
RealChange = Callable[[Document, random.Random], None]


def required_parameter_added(document: Document, chance: random.Random) -> None:
    """Callers must send a parameter more."""
    operation = _operation(document, chance)
    new = {"in": "query", "name": "brandNew", "required": True, "schema": {"type": "string"}}
    operation["parameters"] = [*operation.get("parameters", []), new]


def success_status_exchanged(document: Document, chance: random.Random) -> None:
    """A success has another status."""
    responses = _operation(document, chance, _success)["responses"]
    old = [status for status in responses if status.startswith("2") and status.isdigit()]
    if not old:  # 299 is one of `2XX`
        raise NoPlaceError
    responses["299"] = responses.pop(chance.choice(old))


def operation_removed(document: Document, chance: random.Random) -> None:
    """An operation goes that was not deprecated."""
    found = [
        (path, method)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item and not item[method].get("deprecated")
    ]
    if not found:
        raise NoPlaceError
    path, method = chance.choice(found)
    item = document["paths"][path]
    del item[method]
    if not [method for method in METHODS if method in item]:
        del document["paths"][path]


def reply_property_of_another_type(document: Document, chance: random.Random) -> None:
    """A property of a reply is a list where it was a text or a number."""
    schema = _reply_object(document, chance, _plain_properties)
    name = chance.choice(_plain_properties(schema))
    schema["properties"][name] = {"type": "array", "items": {"type": "boolean"}}


def reply_property_not_required(document: Document, chance: random.Random) -> None:
    """A property that always came may be missing."""
    schema = _reply_object(
        document, chance, lambda schema: set(schema.get("required", [])) & schema["properties"].keys()
    )
    name = chance.choice([name for name in schema["required"] if name in schema["properties"]])
    schema["required"] = [other for other in schema["required"] if other != name]


def request_property_required(document: Document, chance: random.Random) -> None:
    """Callers must send a property more."""
    found = [
        resolved(document, media.get("schema", {}))
        for _, operation in _operations(document)
        for media in resolved(document, operation.get("requestBody", {})).get("content", {}).values()
    ]
    found = [schema for schema in found if "properties" in schema]
    if not found:
        raise NoPlaceError
    schema = chance.choice(found)
    schema["properties"] = {**schema["properties"], "brandNew": {"type": "string"}}
    schema["required"] = [*schema.get("required", []), "brandNew"]


def parameter_of_another_type(document: Document, chance: random.Random) -> None:
    """A parameter's text is a boolean from now on."""
    found = [
        parameter
        for item in document["paths"].values()
        for holder in (item, *(item[method] for method in METHODS if method in item))
        for parameter in (resolved(document, parameter) for parameter in holder.get("parameters", []))
        if resolved(document, parameter.get("schema", {})).get("type") in ("string", ["string"])
    ]
    if not found:
        raise NoPlaceError
    chance.choice(found)["schema"] = {"type": "boolean"}


def another_key(document: Document, chance: random.Random) -> None:
    """The key that calls are signed with goes elsewhere."""
    schemes = [
        scheme
        for name, scheme in document.get("components", {}).get("securitySchemes", {}).items()
        if scheme.get("type") == "apiKey" and any(name in asked for asked in document.get("security", []))
    ]
    if not schemes:
        raise NoPlaceError
    chance.choice(schemes)["name"] = "another"


def media_type_exchanged(document: Document, chance: random.Random) -> None:
    """A body is accepted in another form only."""
    found = [resolved(document, operation.get("requestBody", {})) for _, operation in _operations(document)]
    found = [body for body in found if body.get("content")]
    if not found:
        raise NoPlaceError
    body = chance.choice(found)
    body["content"] = {"application/new": next(iter(body["content"].values()))}


def sent_property_of_another_type(document: Document, chance: random.Random) -> None:
    """A property of what a callback or webhook sends is a list where it was a text or a number."""
    items = [*document.get("webhooks", {}).values()]
    for _, operation in _operations(document):
        items += [item for callback in operation.get("callbacks", {}).values() for item in callback.values()]
    found = [
        resolved(document, media.get("schema", {}))
        for item in items
        for operation in (item[method] for method in METHODS if method in item)
        for media in resolved(document, operation.get("requestBody", {})).get("content", {}).values()
    ]
    found = [schema for schema in found if "properties" in schema and _plain_properties(schema)]
    if not found:
        raise NoPlaceError
    schema = chance.choice(found)
    schema["properties"][chance.choice(_plain_properties(schema))] = {"type": "array", "items": {"type": "boolean"}}


CHANGES = (
    media_type_exchanged,
    sent_property_of_another_type,
    required_parameter_added,
    success_status_exchanged,
    operation_removed,
    reply_property_of_another_type,
    reply_property_not_required,
    request_property_required,
    parameter_of_another_type,
    another_key,
)


def _operations(document: Document) -> list[tuple[str, Operation]]:
    return [(path, item[method]) for path, item in document["paths"].items() for method in METHODS if method in item]


def _operation(document: Document, chance: random.Random, suits: Any = lambda _: True) -> Operation:
    found = [operation for _, operation in _operations(document) if suits(operation)]
    if not found:
        raise NoPlaceError
    return chance.choice(found)


def _success(operation: Operation) -> bool:
    return any(status.startswith("2") for status in operation.get("responses", {}))


def _reply_object(document: Document, chance: random.Random, suits: Any) -> dict[str, Any]:
    found = [
        resolved(document, media.get("schema", {}))
        for _, operation in _operations(document)
        for status, response in operation.get("responses", {}).items()
        if status.startswith("2")
        for media in resolved(document, response).get("content", {}).values()
    ]
    found = [schema for schema in found if "properties" in schema and suits(schema)]
    if not found:
        raise NoPlaceError
    return chance.choice(found)


def _plain_properties(schema: dict[str, Any]) -> list[str]:
    return [name for name, prop in schema["properties"].items() if prop.get("type") in ("string", "integer", "number")]


def changed(document: Document, change: RealChange, chance: random.Random) -> Document | None:
    """Return a copy with a change, or None if the document has no place for it."""
    new = copy.deepcopy(document)
    try:
        change(new, chance)
    except NoPlaceError:
        return None
    return new
