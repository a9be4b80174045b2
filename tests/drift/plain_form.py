"""A document without what says nothing: annotations, written defaults, order. Two that are alike here mean the same.

It is written for the tests alone and shares nothing with the engine: it does not merge `allOf`, so that documents
that are not alike here may still mean the same.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from drift.openapi_kinds import is_annotation, kinds_below, walk

_NOTHING: dict[str, Any] = {}
_GROUPS = ("schemas", "responses", "parameters", "requestBodies", "headers", "securitySchemes", "links", "callbacks")
_PARAMETER = {"required": False, "deprecated": False, "allowEmptyValue": False, "allowReserved": False}
DEFAULTS: dict[str, dict[str, Any]] = {
    "document": {"servers": [{"url": "/"}], "webhooks": {}, "components": {}, "security": []},
    "components": dict.fromkeys(_GROUPS, _NOTHING),
    "path item": {"parameters": []},
    "operation": {"parameters": [], "deprecated": False, "callbacks": {}},
    "parameter": _PARAMETER,
    "header": {**_PARAMETER, "style": "simple"},
    "request body": {"required": False},
    "response": {"content": {}, "headers": {}, "links": {}},
    "media type": {"schema": {}, "encoding": {}},
    "encoding": {"headers": {}},
    "server": {"variables": {}},
    "schema": {
        **dict.fromkeys(("nullable", "uniqueItems", "deprecated", "readOnly", "writeOnly"), False),
        **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), False),
        **dict.fromkeys(("minItems", "minLength", "minProperties"), 0),
        **dict.fromkeys(("items", "additionalProperties", "properties", "patternProperties"), _NOTHING),
        "required": [],
    },
}
_SETS = {
    "document": ("servers", "security"),
    "path item": ("parameters",),
    "operation": ("parameters", "security"),
    "server variable": ("enum",),
    "requirement": ("*",),
    "schema": ("required", "enum", "type", "allOf", "anyOf", "oneOf"),
}
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def plain(value: Any, kind: str = "document") -> Any:
    """Return a value of a document in plain form; ``kind`` says which object it is (see `openapi_kinds`)."""
    if kind == "document":
        value = _access_said_at_operations(value)
    if kind == "schema" and isinstance(value, bool):
        value = {} if value else {"not": {}}
    if isinstance(value, list):
        return [plain(item, inner) for _, item, inner in kinds_below(kind, value)]
    if not isinstance(value, dict):
        return value
    found = {
        str(key): plain(item, inner) for key, item, inner in kinds_below(kind, value) if not is_annotation(kind, key)
    }
    sets = _SETS.get(kind, ())
    found = {key: _set(item) if key in sets or "*" in sets else item for key, item in found.items()}
    if kind in ("parameter", "header"):
        found = _serialization(found, kind)
        if found.get("in") == "path":
            found["required"] = True  # whatever it says
        elif found.get("in") == "header":
            found["name"] = str(found.get("name")).lower()
    if kind == "encoding" and isinstance(found.get("contentType"), str):
        found["contentType"] = found["contentType"].lower()
    if kind == "security scheme" and found.get("in") == "header":
        found["name"] = str(found.get("name")).lower()
    if kind == "media type" and isinstance(found.get("encoding"), dict):  # one that says nothing has all defaults
        found["encoding"] = {name: item for name, item in found["encoding"].items() if item != {}}
    if kind == "schema":
        found = _types(found)
    defaults = DEFAULTS.get(kind, {})
    return {key: item for key, item in found.items() if key not in defaults or not _same(item, defaults[key])}


def _access_said_at_operations(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose operations say the access that the document says for them."""
    new: dict[str, Any] = copy.deepcopy(document)
    common = new.pop("security", [])
    for _, operation, kind in walk(new):
        if kind == "operation" and isinstance(operation, dict):
            operation.setdefault("security", common)
    return new


def text(value: Any) -> str:
    """Return JSON in which equal values are equal texts; in Python 1 is True."""
    return json.dumps(value, sort_keys=True)


def _same(one: Any, other: Any) -> bool:
    return text(one) == text(other)


def _set(items: Any) -> Any:
    if not isinstance(items, list):
        return items
    return [json.loads(item) for item in sorted({text(item) for item in items})]


def _types(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without what its type or its values say anyway."""
    types = schema.get("type")
    if not isinstance(types, str | list):  # no type at all
        schema, types = {key: item for key, item in schema.items() if key != "type"}, None
    listed = types if isinstance(types, list) else [types]
    listed = [*listed, *(["null"] if schema.get("nullable") is True else [])]
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list) and all(_type_of(value) in listed for value in values) and types:
        return {key: item for key, item in schema.items() if key != "type"}
    if "null" in (types if isinstance(types, list) else [types]) or (
        types is None and isinstance(values, list) and None in values
    ):
        return {key: item for key, item in schema.items() if (key, item) != ("nullable", True)}
    return {**schema, "type": types[0]} if isinstance(types, list) and len(types) == 1 else schema


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _serialization(parameter: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a parameter without `style` and `explode` where they say the default or nothing."""
    where = "header" if kind == "header" else parameter.get("in")
    style = parameter.get("style", _STYLES.get(str(where)))
    explode = parameter.get("explode", style == "form")
    left = {key: item for key, item in parameter.items() if key not in ("style", "explode")}
    return {**left, "style": style, "explode": explode} if "schema" in parameter else left
