"""One change at one place of a document: each way in which a value there can become another one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drift.openapi_kinds import FIELDS, METHODS, Path, walk

GONE: Any = object()

STRING: dict[str, Any] = {"type": "string"}
NEW_FIELDS: dict[str, dict[str, Any]] = {
    "document": {"servers": [{"url": "https://new.test"}], "security": [{"new": []}]},
    "path item": {"servers": [{"url": "https://new.test"}]},
    "operation": {
        "requestBody": {"content": {"text/new": {"schema": STRING}}},
        "deprecated": True,
        "security": [{"new": []}],
        "servers": [{"url": "https://new.test"}],
        "operationId": "new",
        "callbacks": {"new": {"{$request.query.url}": {"post": {"responses": {"200": {"description": "new"}}}}}},
    },
    "parameter": {
        "required": True,
        "deprecated": True,
        "allowEmptyValue": True,
        "allowReserved": True,
        "style": "pipeDelimited",
        "explode": False,
    },
    "request body": {"required": True},
    "response": {
        "headers": {"New": {"schema": STRING}},
        "content": {"text/new": {"schema": STRING}},
        "links": {"new": {"operationId": "new"}},
    },
    "header": {"required": True, "deprecated": True, "explode": True},
    "media type": {"encoding": {"new": {"contentType": "text/new"}}, "schema": STRING},
    "encoding": {"contentType": "text/new", "style": "pipeDelimited", "allowReserved": True},
    "server": {"variables": {"new": {"default": "new"}}},
    "security scheme": {"openIdConnectUrl": "https://new.test"},
    "flow": {"refreshUrl": "https://new.test"},
    "schema": {
        "type": "boolean",
        "format": "new",
        "enum": ["new"],
        "const": "new",
        "default": "new",
        "nullable": True,
        "maximum": 7,
        "exclusiveMaximum": 7,
        "minimum": 7,
        "exclusiveMinimum": 7,
        "multipleOf": 7,
        "maxLength": 7,
        "minLength": 7,
        "pattern": "^new$",
        "maxItems": 7,
        "minItems": 7,
        "uniqueItems": True,
        "contains": STRING,
        "minContains": 7,
        "maxContains": 7,
        "maxProperties": 7,
        "minProperties": 7,
        "required": ["new"],
        "properties": {"new": STRING},
        "patternProperties": {"new": STRING},
        "propertyNames": {"pattern": "new"},
        "additionalProperties": False,
        "unevaluatedProperties": False,
        "unevaluatedItems": False,
        "dependentRequired": {"new": ["newer"]},
        "dependentSchemas": {"new": {"required": ["newer"]}},
        "items": {"type": "boolean", "const": True},
        "prefixItems": [STRING],
        "allOf": [{"maxLength": 1}],
        "anyOf": [{"maxLength": 7}, {"minLength": 9}],
        "oneOf": [{"maxLength": 7}, {"minLength": 9}],
        "not": {"const": "new"},
        "if": {"const": "new"},
        "contentEncoding": "base32",
        "contentMediaType": "text/new",
        "contentSchema": STRING,
        "deprecated": True,
        "readOnly": True,
        "writeOnly": True,
        "discriminator": {"propertyName": "new"},
        "xml": {"name": "new"},
    },
}
"""Fields that a document may add to an object, with a value that is not the default."""

NEW_ENTRIES: dict[str, Any] = {
    "path item": {"get": {"responses": {"200": {"description": "new"}}}},
    "schema": STRING,
    "response": {"description": "new"},
    "parameter": {"name": "new", "in": "query", "schema": STRING},
    "header": {"schema": STRING},
    "media type": {"schema": STRING},
    "server": {"url": "https://new.test"},
    "requirement": {"new": []},
    "names": ["new"],
}
"""What a map or a list gets as a further entry, by what it holds."""

WORDS: dict[str, tuple[str, ...]] = {
    "type": ("string", "integer", "object"),
    "in": ("query", "header", "cookie"),
    "style": ("form", "simple", "pipeDelimited"),
}
"""Other words of the same field that a document may use."""


@dataclass(frozen=True)
class Edit:
    """A change of what stands at a path; ``value`` is `GONE` where it is removed."""

    path: Path
    value: Any
    how: str

    def __str__(self) -> str:
        return f"{self.how} at {'/'.join(map(str, self.path))}"

    def applied(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a copy of the document with the change."""
        new = copy.copy(document)
        target: Any = new
        for key in self.path[:-1]:
            target[key] = copy.copy(target[key])
            target = target[key]
        last: Any = self.path[-1]
        if self.value is GONE:
            del target[last]
        elif isinstance(target, list) and last == len(target):
            target.append(self.value)
        else:
            target[last] = self.value
        return new


def edits(document: dict[str, Any], paths: set[Path]) -> Iterator[Edit]:
    """Yield each change of one value at these paths."""
    heeded = str(document.get("openapi")).startswith("3.1")  # what stands beside a reference of a schema
    for path, value, kind in walk(document):
        if path in paths:
            if path:
                yield Edit(path, GONE, "removed")
                yield from _others(path, value)
            if not (isinstance(value, dict) and "$ref" in value) or (kind == "schema" and heeded):
                yield from _entries(path, value, kind)


def _others(path: Path, value: Any) -> Iterator[Edit]:
    for other in (None, 7, "text", [], {}):
        if type(other) is not type(value) and not (other == 7 and isinstance(value, bool | int | float)):
            yield Edit(path, other, f"made {other!r}")
    if isinstance(value, bool):
        yield Edit(path, not value, f"made {not value}")
    elif isinstance(value, int | float):
        yield from (Edit(path, other, f"made {other}") for other in (value + 1, value - 1, -value - 3))
    elif isinstance(value, str):
        words = WORDS.get(str(path[-1]), ())
        yield from (Edit(path, word, f"made {word}") for word in (f"{value}x", *words) if word != value)
        if value.swapcase() != value:
            yield Edit(path, value.swapcase(), "other letters")


def _entries(path: Path, value: Any, kind: str) -> Iterator[Edit]:
    if isinstance(value, list):
        inner = kind[1:-1] if kind.startswith("[") else ""
        yield Edit((*path, len(value)), NEW_ENTRIES.get(inner, "new"), "added")
        if len(value) > 1 and path[-1] == "prefixItems":
            yield Edit(path, value[::-1], "reordered")
    elif isinstance(value, dict):
        if kind.startswith("{"):
            name = "/new" if path == ("paths",) else "499" if path[-1] == "responses" and len(path) > 2 else "new"
            yield Edit((*path, name), NEW_ENTRIES.get(kind[1:-1], "new"), "added")
            return
        fields = {**NEW_FIELDS.get(kind, {}), "unheard": "of"} if kind in FIELDS else {"unheard": "of"}
        if kind == "path item":
            operation = {"responses": {"200": {"description": "new"}}}
            fields |= {method: operation for method in METHODS if method not in value}
        yield from (Edit((*path, key), added, f"added {key}") for key, added in fields.items() if key not in value)
