"""Schemas in the words of OpenAPI 3.0, of a newer document, said as JSON Schema 2020-12 does, which checks by them."""

from typing import Any

_LIMITS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


def as_json_schema(value: Any) -> Any:
    """`value` with null as a type in place of `nullable`, and exclusive limits as numbers, on all levels."""
    if isinstance(value, list):
        return [as_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    schema = {name: as_json_schema(item) for name, item in value.items()}
    for exclusive, limit in _LIMITS:
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    return _or_null(schema) if schema.get("nullable") is True else schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {name: item for name, item in schema.items() if name != "nullable"}
    if kept.keys() & {"$ref", "allOf", "anyOf", "oneOf"}:
        return {"anyOf": [kept, {"type": "null"}]}
    if isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
    if "enum" in kept and None not in kept["enum"]:
        kept["enum"] = [*kept["enum"], None]
    return kept
