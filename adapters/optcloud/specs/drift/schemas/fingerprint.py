"""Telling whether two schemas say the same: alternatives belong together by what they mean, not where they stand.

A fingerprint looks a few references deep and no further (schemas may be cyclic). That is enough: it only proposes which
alternatives belong together, and what belongs together is compared in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optcloud.specs.drift.schemas.model import ABSENT, ANNOTATIONS, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
MAPS = ("properties", "patternProperties", "dependentSchemas")
SINGLE = (
    "items",
    "additionalProperties",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "if",
    "then",
    "else",
    "not",
    "contentSchema",
)
LIMITS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
)
_WORDS = ("format", "pattern", "contentMediaType", "contentEncoding")
_DEPTH = 6


class Fingerprints:
    """Fingerprints, each found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, bool, int], int] = {}

    def of(self, schema: Schema, depth: int = _DEPTH) -> int:
        """Return a number that is the same for schemas that say the same (as deep as it looks)."""
        key = (id(schema.value), schema.nullable, depth)
        if key not in self._known:
            self._known[key] = hash(frozenset(self._facts(schema, depth)))
        return self._known[key]

    def _facts(self, schema: Schema, depth: int) -> Iterator[tuple[Any, ...]]:
        yield "types", schema.types, schema.nullable
        for word in _WORDS:
            if schema.text(word):
                yield word, schema.text(word)
        for limit in LIMITS:
            value = schema.limit(limit)
            if value:
                yield limit, value
        values = schema.enum if schema.const is ABSENT else [schema.const]
        if values is not None:
            yield "enum", frozenset(frozen(value) for value in values)
        yield "required", schema.required
        for flag in ("uniqueItems", "readOnly", "writeOnly"):
            if schema.flag(flag):
                yield (flag,)
        if depth:
            yield from self._below(schema, depth - 1)

    def _below(self, schema: Schema, depth: int) -> Iterator[tuple[Any, ...]]:
        for key in LISTS:
            found = [self.of(child, depth) for child in schema.alternatives(key)]
            if found:
                yield key, frozenset(found)
        for key in MAPS:
            for name, child in schema.schemas(key).items():
                yield key, name, self.of(child, depth)
        for key in SINGLE:
            below = schema.schema(key)
            if below is not None and schema.value[key] is not True:
                yield key, self.of(below, depth)


def frozen(value: Any) -> Any:
    """Return a JSON value as something hashable; 1 and true stay apart."""
    if isinstance(value, dict):
        return "{}", frozenset((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return "[]", tuple(frozen(item) for item in value)
    return ("?", value) if isinstance(value, bool) else value


def says_nothing(schema: Schema) -> bool:
    """Return whether a schema only annotates: every value is valid."""
    return all(key in ANNOTATIONS or key.startswith("x-") for key in schema.value)
