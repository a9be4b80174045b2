"""The effective OpenAPI documents that the generated packages ship: their operations and schemas."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Schema = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")


@cache
def document(package: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document that the generated package was made from."""
    loaded: dict[str, Any] = json.loads(files(package).joinpath("openapi.json").read_bytes())
    return loaded


@dataclass(frozen=True)
class DocumentedOperation:
    """One operation. `path` is relative to where the service is.

    `parameters` are those of the path and of the query, by their names in Python. `body` is the name of the schema of
    the JSON body, or of a form's JSON part `metadata`; it is empty where there is neither.
    """

    package: str
    id: str
    method: str
    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    body: str

    @property
    def handler(self) -> str:
        """The operationId as a name in Python: `getAppInfo` is `get_app_info`."""
        return snake_case(self.id)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def operations(package: str) -> list[DocumentedOperation]:
    """All operations of a document, literal paths before the templates that would match them, too."""
    loaded = document(package)
    found = [
        _operation(package, method, path, item)
        for path, item in loaded["paths"].items()
        for method in METHODS
        if method in item
    ]
    return sorted(found, key=lambda operation: ["{" in segment for segment in operation.path.split("/")])


def schema_of(operation: DocumentedOperation) -> Schema:
    """The document's schema of the body."""
    schema: Schema = document(operation.package)["components"]["schemas"][operation.body]
    return schema


def _operation(package: str, method: str, path: str, item: Mapping[str, Any]) -> DocumentedOperation:
    data = item[method]
    listed = [_resolved(package, entry) for entry in (*item.get("parameters", []), *data.get("parameters", []))]
    parameters = {snake_case(entry["name"]): entry for entry in listed if entry["in"] in ("path", "query")}
    body = _body_name(data.get("requestBody", {}).get("content", {}))
    return DocumentedOperation(package, data["operationId"], method.upper(), path, parameters, body)


def _body_name(content: Mapping[str, Any]) -> str:
    form = content.get("multipart/form-data", {}).get("schema", {}).get("properties", {})
    body = form.get("metadata") or content.get("application/json", {}).get("schema", {})
    return str(body.get("$ref", "")).rpartition("/")[2]


def _resolved(package: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in entry:
        return entry
    resolved: Mapping[str, Any] = document(package)["components"]["parameters"][entry["$ref"].rpartition("/")[2]]
    return resolved


def inlined(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """`schema` with those of `schemas` that it refers to in place of the references, which are slow to follow.

    RecursionError for a schema that contains itself; the documents have none.
    """
    if isinstance(schema, list):
        return [inlined(item, schemas) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: inlined(value, schemas) for name, value in schema.items() if name != "$ref"}
    if "$ref" not in schema:
        return kept
    referred = inlined(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    return {**kept, "allOf": [*kept.get("allOf", []), referred]} if kept else referred
