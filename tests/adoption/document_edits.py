"""What a vendor may have done differently in a document: edits of its data, in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Document = dict[str, Any]
_TEMPLATE: dict[str, Any] = {
    "url": "{protocol}://{hostname}/pro-api/{version}",
    "variables": {
        "protocol": {"default": "http", "enum": ["http", "https"]},
        "hostname": {"default": "localhost"},
        "version": {"default": "v2"},
    },
}


def objects(value: Any) -> Iterator[Document]:
    """All objects of a document, the outermost first."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(part)


def operations(document: Document) -> Iterator[Document]:
    """All operations, in the document's order."""
    return (item[method] for item in document["paths"].values() for method in METHODS if method in item)


def call_operations(document: Document, name: Callable[[str], str]) -> None:
    """Give each operation the id that ``name`` makes of it."""
    for operation in operations(document):
        operation["operationId"] = name(operation["operationId"])


def call_tags(document: Document, name: Callable[[str], str]) -> None:
    """Give each tag the name that ``name`` makes of it."""
    for tag in document["tags"]:
        tag["name"] = name(tag["name"])
    for operation in operations(document):
        operation["tags"] = [name(tag) for tag in operation["tags"]]


def call_schemas(document: Document, name: Callable[[str], str]) -> None:
    """Give each schema of the components the name that ``name`` makes of it; references follow."""
    renamed = {old: name(old) for old in document["components"]["schemas"]}
    assert len(set(renamed.values())) == len(renamed)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {renamed[old]: schema for old, schema in schemas.items()}
    for value in objects(document):
        place, _, old = str(value.get("$ref", "")).rpartition("/")
        if place == "#/components/schemas":
            value["$ref"] = f"{place}/{renamed[old]}"


def named(names: Mapping[str, str]) -> Callable[[str], str]:
    """A naming that changes these names only."""
    return lambda old: names.get(old, old)


def call_placeholders(document: Document, name: Callable[[str, str], str]) -> None:
    """Give each path parameter the name that ``name`` makes of path and old name."""
    paths = document["paths"]
    document["paths"] = {}
    for path, item in paths.items():
        fresh = re.sub(r"\{(\w+)\}", lambda found, path=path: f"{{{name(path, found[1])}}}", path)  # type: ignore[misc]
        document["paths"][fresh] = item
        for part in [item, *(item[method] for method in METHODS if method in item)]:
            for parameter in part.get("parameters", []):
                if parameter.get("in") == "path":
                    parameter["name"] = name(path, parameter["name"])


def template_servers(document: Document) -> None:
    """Have the server's address as a template."""
    document["servers"] = [_TEMPLATE]


def base_in_paths(document: Document, base: str) -> None:
    """Have the base path in front of each path, in place of in the server."""
    document["servers"] = [{"url": "/"}]
    document["paths"] = {base + path: item for path, item in document["paths"].items()}


def add_formats(document: Document) -> None:
    """Say how large integers are."""
    for value in objects(document["components"]["schemas"]):
        if value.get("type") == "integer":
            value.setdefault("format", "int64")


def add_nullable(document: Document, names: Mapping[str, list[str]]) -> None:
    """Let properties of schemas be null, in the words of OpenAPI 3.0."""
    for schema, properties in names.items():
        for name in properties:
            document["components"]["schemas"][schema]["properties"][name]["nullable"] = True


def as_version_3_0(document: Document) -> None:
    """Say in the words of OpenAPI 3.0.3 what is said in those of 3.1."""
    document["openapi"] = "3.0.3"
    for value in objects(document["components"]):
        if "const" in value:
            value["enum"] = [value.pop("const")]
        if isinstance(value.get("examples"), list):
            value["example"] = value.pop("examples")[0]


def drop_notes(document: Document) -> None:
    """Take away all that no vendor writes: keys that begin with x-."""
    for value in list(objects(document)):
        for key in [key for key in value if isinstance(key, str) and key.startswith("x-")]:
            del value[key]


def add_fields(document: Document, fields: Mapping[str, Mapping[str, Any]]) -> None:
    """Add properties to schemas."""
    for schema, more in fields.items():
        document["components"]["schemas"][schema].setdefault("properties", {}).update(more)


def operation(id_: str, tag: str, schema: Any, *parameters: Any) -> Document:
    """A further operation, which replies with JSON."""
    return {
        "operationId": id_,
        "tags": [tag],
        "parameters": list(parameters),
        "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}},
    }


def parameter(name: str, place: str, type_: str = "string") -> Document:
    """A parameter, required where it is in the path."""
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": type_}}
