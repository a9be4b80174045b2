"""Which object of OpenAPI stands at each place of a document, as the specification names them (3.0 and 3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
SCHEMA_SINGLE = (
    *("items", "additionalProperties", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"),
    *("if", "then", "else", "not", "contentSchema"),
)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# What a field holds: the name of an object, "[object]" for a list of it, "{object}" for a map by free names.
FIELDS: dict[str, dict[str, str]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "paths": "{path item}",
        "webhooks": "{path item}",
        "components": "components",
        "security": "[requirement]",
        "tags": "[tag]",
    },
    "info": {"contact": "contact", "license": "license"},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "requestBodies": "{request body}",
        "headers": "{header}",
        "securitySchemes": "{security scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path item}",
        "examples": "{example}",
    },
    "path item": {"parameters": "[parameter]", "servers": "[server]", **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request body",
        "responses": "{response}",
        "callbacks": "{callback}",
        "security": "[requirement]",
        "servers": "[server]",
    },
    "callback": {"*": "path item"},
    "parameter": {"schema": "schema", "content": "{media type}", "examples": "{example}"},
    "header": {"schema": "schema", "content": "{media type}", "examples": "{example}"},
    "request body": {"content": "{media type}"},
    "response": {"content": "{media type}", "headers": "{header}", "links": "{link}"},
    "media type": {"schema": "schema", "encoding": "{encoding}", "examples": "{example}"},
    "encoding": {"headers": "{header}"},
    "link": {"server": "server", "parameters": "{any}"},
    "server": {"variables": "{server variable}"},
    "security scheme": {"flows": "flows"},
    "flows": dict.fromkeys(("implicit", "password", "clientCredentials", "authorizationCode"), "flow"),
    "flow": {"scopes": "{text}"},
    "requirement": {"*": "scope names"},
    "schema": {
        **dict.fromkeys(SCHEMA_LISTS, "[schema]"),
        **dict.fromkeys(SCHEMA_MAPS, "{schema}"),
        **dict.fromkeys(SCHEMA_SINGLE, "schema"),
        "dependentRequired": "{names}",
        "discriminator": "discriminator",
        "xml": "xml",
    },
    "discriminator": {"mapping": "{text}"},
}

ANNOTATIONS: dict[str, tuple[str, ...]] = {
    "document": ("openapi", "info", "tags", "externalDocs", "jsonSchemaDialect"),
    "components": ("examples",),
    "path item": ("summary", "description"),
    "operation": ("summary", "description", "externalDocs", "tags"),
    "parameter": ("description", "example", "examples"),
    "header": ("description", "example", "examples"),
    "request body": ("description",),
    "response": ("description",),
    "media type": ("example", "examples"),
    "link": ("description",),
    "server": ("description", "name"),
    "server variable": ("description",),
    "security scheme": ("description", "bearerFormat"),
    "schema": ("title", "description", "example", "examples", "externalDocs", "$comment"),
}
"""Fields that no program reads when it calls an operation; so are all extensions ("x-…") that nobody knows."""


def kinds_below(kind: str, value: Any) -> Iterator[tuple[str | int, Any, str]]:
    """Yield what stands directly in a value: its key, itself, and what it is ("data" where it is no object)."""
    if isinstance(value, list):
        inner = kind[1:-1] if kind.startswith("[") else "data"
        yield from ((index, item, inner) for index, item in enumerate(value))
    elif isinstance(value, dict):
        if kind.startswith("{"):
            yield from ((key, item, kind[1:-1]) for key, item in value.items())
            return
        fields = FIELDS.get(kind, {})
        for key, item in value.items():
            yield key, item, "data" if key.startswith("x-") else fields.get(key, fields.get("*", "data"))


def walk(value: Any, kind: str = "document", path: Path = ()) -> Iterator[tuple[Path, Any, str]]:
    """Yield each value of a document with its path and what it is; whole annotations as one value."""
    yield path, value, kind
    for key, item, inner in kinds_below(kind, value):
        if is_annotation(kind, key):
            yield (*path, key), item, "data"
        else:
            yield from walk(item, inner, (*path, key))


def is_annotation(kind: str, key: str | int) -> bool:
    """Return whether a field says nothing to programs."""
    return kind in FIELDS and isinstance(key, str) and (key in ANNOTATIONS.get(kind, ()) or key.startswith("x-"))
