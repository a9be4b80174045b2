"""The keywords of schemas, by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff import meaningless

if TYPE_CHECKING:
    from collections.abc import Collection

ANNOTATIONS = meaningless.ANNOTATIONS | {"default", "xml", "deprecated"}
"""Keywords that say nothing about which values are valid."""

CHOICES = ("oneOf", "anyOf")
COMBINING = ("allOf", *CHOICES)
LISTS = (*COMBINING, "prefixItems")
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
LOWER_LIMITS = (
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "minItems",
    "minProperties",
    "minContains",
)
UPPER_LIMITS = (
    "maximum",
    "exclusiveMaximum",
    "maxLength",
    "maxItems",
    "maxProperties",
    "maxContains",
)
LIMITS = (*LOWER_LIMITS, *UPPER_LIMITS, "multipleOf")
FROM_ZERO = ("minLength", "minItems", "minProperties")
"""Limits of which zero says nothing."""

_APPLIES_TO = {
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType", "contentSchema"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": (
        "minItems", "maxItems", "uniqueItems", "items", "prefixItems", "contains", "minContains", "maxContains",
        "unevaluatedItems",
    ),
    "object": (
        "minProperties", "maxProperties", "properties", "required", "patternProperties", "additionalProperties",
        "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
    ),
}  # fmt: skip
_TYPE_OF = {key: name for name, keys in _APPLIES_TO.items() for key in keys}


def applies_to(key: str, types: Collection[str]) -> bool:
    """Return whether a keyword bears on values of some of these types (none: all types)."""
    type_ = _TYPE_OF.get(key)
    return type_ is None or not types or type_ in types or (type_ == "number" and "integer" in types)


def covers(types: Collection[str], name: str) -> bool:
    """Return whether each value of a type is of one of these types: an integer is a number."""
    return name in types or (name == "integer" and "number" in types)


def applies_only_to(key: str, types: Collection[str]) -> bool:
    """Return whether a keyword bears on values of these types, and on no others."""
    return key in _TYPE_OF and bool(types) and applies_to(key, types)
