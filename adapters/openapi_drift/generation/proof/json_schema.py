"""A document's schemas as JSON Schema 2020-12, whatever version of OpenAPI says them, with validators."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from openapi_drift.documents.pointers import Position
from openapi_drift.documents.references import follow, parts

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document

_URI = "urn:openapi:document"
_COMBINATORS = frozenset({"$ref", "allOf", "anyOf", "oneOf"})


@dataclass(eq=False)
class SchemaDocument:
    """A document whose schemas are JSON Schema, for `openapi_drift.documents.references.follow` too."""

    name: str
    content: Document
    followed: dict[str, tuple[Any, str]] = field(default_factory=dict, repr=False)
    _registry: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, document: Document, name: str) -> SchemaDocument:
        """Return the document with the words of OpenAPI 3.0 said in those of JSON Schema; the given one stays."""
        content = copy.deepcopy(document)
        for value, _, names_of in list(parts(content)):
            if not names_of:
                _say_in_json_schema(value)
        return cls(name, content)

    def position(self, pointer: str) -> Position:
        """Return the file; lines are not kept in what is shipped."""
        return Position(f"{self.name}{pointer}", 1)

    def follow(self, value: Any, pointer: str) -> tuple[Any, str]:
        """Return what a value is after its references, and the pointer of that place."""
        return follow(self, value, pointer)

    def error(self, pointer: str, value: Any) -> str | None:
        """Return why a value is not valid by the schema at ``pointer``, or None."""
        from jsonschema import Draft202012Validator  # noqa: PLC0415  needs the extra codegen
        from referencing import Registry, Resource  # noqa: PLC0415
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

        if self._registry is None:
            resource = Resource.from_contents(self.content, default_specification=DRAFT202012)
            self._registry = Registry().with_resource(_URI, resource)
        schema = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
        checker = Draft202012Validator(schema, registry=self._registry)
        for error in checker.iter_errors(value):
            return f"{error.json_path}: {error.message[:200]}"
        return None


def _say_in_json_schema(schema: dict[str, Any]) -> None:
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    if isinstance(schema.get("pattern"), str) and not _is_a_pattern(schema["pattern"]):
        del schema["pattern"]  # of another language's dialect: nothing can be said here
    if schema.get("nullable") is True:
        _take_null(schema)


def _take_null(schema: dict[str, Any]) -> None:
    del schema["nullable"]
    if isinstance(schema.get("type"), str) and not _COMBINATORS & schema.keys():
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    elif _COMBINATORS & schema.keys() or "enum" in schema:
        said = dict(schema)
        schema.clear()
        schema["anyOf"] = [said, {"type": "null"}]


def _is_a_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
