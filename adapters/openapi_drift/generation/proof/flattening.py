"""One schema out of a schema with references, `allOf`, `oneOf` and `anyOf`, for one choice among its branches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openapi_drift.generation.proof.json_schema import SchemaDocument

_UNIONS = ("oneOf", "anyOf")
_NARROWEST = {
    "minimum": max, "minLength": max, "minItems": max, "minProperties": max, "exclusiveMinimum": max,
    "maximum": min, "maxLength": min, "maxItems": min, "maxProperties": min, "exclusiveMaximum": min,
}  # fmt: skip
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")

Pick = Callable[[list[Any], frozenset[str]], Any]


class UnbuildableError(Exception):
    """No value of a schema can be built: it allows none, or none of bounded depth was found."""


def flatten(
    document: SchemaDocument, schema: Any, pick: Pick, seen: frozenset[str]
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return a schema without references and combinators, and the references that it went through.

    ``pick(branches, seen)`` chooses one branch of a union. Raises UnbuildableError for a schema that allows nothing.
    """
    if schema is False:
        raise UnbuildableError("nothing is allowed here")
    if not isinstance(schema, dict):
        return {}, seen
    flat = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", *_UNIONS)}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target, _ = document.follow({"$ref": reference}, "")
        part, seen = flatten(document, target, pick, seen | {reference})
        flat = _both(part, flat)
    for one in schema.get("allOf", ()):
        part, seen = flatten(document, one, pick, seen)
        flat = _both(part, flat)
    for key in _UNIONS:
        if schema.get(key):
            branch = pick(schema[key], seen)
            part, seen = flatten(document, branch, pick, seen)
            flat = _both(part, flat)
            _tag(flat, schema.get("discriminator"), branch)
    return flat, seen


def types_of(flat: dict[str, Any]) -> list[str]:
    """Return the types that a flat schema's values may have; of one that names none, what its keywords speak of."""
    given = flat.get("type")
    if isinstance(given, str):
        return [given]
    if isinstance(given, list):
        return [name for name in TYPES if name in given]
    speaking = {
        "object": ("properties", "required", "additionalProperties", "patternProperties"),
        "array": ("items", "prefixItems", "minItems"),
        "string": ("pattern", "format", "minLength", "maxLength"),
        "number": ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
    }
    return [name for name, words in speaking.items() if any(word in flat for word in words)][:1]


def _tag(flat: dict[str, Any], discriminator: Any, branch: Any) -> None:
    """Say in the schema which word the discriminator has for a branch."""
    reference = branch.get("$ref") if isinstance(branch, dict) else None
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(name, str) or not isinstance(reference, str):
        return
    last = reference.rpartition("/")[2]
    words = [word for word, target in (discriminator.get("mapping") or {}).items() if target in (reference, last)]
    tag = {"const": words[0] if words else last}
    flat["properties"] = {**flat.get("properties", {}), name: tag}


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that says what two flat ones say."""
    merged = {**one, **other}
    for key in one.keys() & other.keys():
        merged[key] = _said_by_both(key, one[key], other[key])
    return merged


def _said_by_both(key: str, one: Any, other: Any) -> Any:
    if key in _NARROWEST:
        return _NARROWEST[key](one, other)
    return _COMMON.get(key, lambda _, last: last)(one, other)


def _common_properties(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    shared = {name: {"allOf": [one[name], other[name]]} for name in one.keys() & other.keys()}
    return {**one, **other, **shared}


def _common_further(one: Any, other: Any) -> Any:
    if False in (one, other):
        return False
    return one if other is True else other


def _common_types(one: Any, other: Any) -> list[str]:
    first, second = ({value} if isinstance(value, str) else set(value) for value in (one, other))
    whole = {"integer"} if {"integer", "number"} <= first | second else set()
    common = [name for name in TYPES if name in first & second | whole]
    if not common:
        raise UnbuildableError(f"no type is both {one} and {other}")
    return common


_COMMON: dict[str, Callable[[Any, Any], Any]] = {
    "additionalProperties": _common_further,
    "enum": lambda one, other: [value for value in one if value in other],
    "items": lambda one, other: {"allOf": [one, other]},
    "properties": _common_properties,
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "type": _common_types,
}
