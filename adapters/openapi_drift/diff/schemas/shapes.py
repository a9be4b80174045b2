"""Shapes that say one thing in several ways: a list of types, null beside a schema, one schema wrapped in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.model import ANNOTATIONS, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHOICES = ("oneOf", "anyOf")


def align(base: Schema, revision: Schema) -> tuple[Schema, Schema]:
    """Return the two schemas without wrappers that only one side has and that change nothing.

    `oneOf: [X, {type: "null"}]` (3.1's way to say nullable) and `allOf: [X]` beside X.
    """
    return _unwrapped(base, revision), _unwrapped(revision, base)


def _unwrapped(schema: Schema, other: Schema) -> Schema:
    for key in (*_CHOICES, "allOf"):
        if key in schema.value and not any(word in other.value for word in (*_CHOICES, "allOf")):
            inner = _only(schema, key)
            if inner is not None:
                return inner
    return schema


def _only(schema: Schema, key: str) -> Schema | None:
    """Return the one schema that matters in the list, if nothing else is said beside it."""
    silent = {*ANNOTATIONS - {"default", "deprecated"}, key, "nullable"}
    if any(word not in silent for word in schema.value):
        return None
    members = schema.alternatives(key)
    real = [member for member in members if not (key != "allOf" and _is_null(member))]
    if len(real) != 1 or len(members) - len(real) > 1:
        return None
    return real[0].with_null() if schema.nullable or len(members) > 1 else real[0]


def _is_null(schema: Schema) -> bool:
    return schema.types == {"null"} and says_nothing_but(schema, {"type"})


def says_nothing_but(schema: Schema, keys: Iterable[str]) -> bool:
    """Return whether a schema has no keywords of weight but these."""
    return all(key in keys or key in ANNOTATIONS for key in schema.value)


def type_lists(base: Schema, revision: Schema) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the types of both sides if at least one lists them as simple alternatives, and they differ."""
    left, right = _types(base), _types(revision)
    if not left or not right or left == right:
        return None
    return (left, right) if _choices(base) or _choices(revision) else None


def same_types(base: Schema, revision: Schema) -> bool:
    """Return whether both name the same types, at least one as bare alternatives, and nothing else of weight."""
    left, right = _bare_types(base), _bare_types(revision)
    overlap = {"integer", "number"} <= (left or frozenset())  # 1 is both, which oneOf refuses
    return left is not None and left == right and not overlap and bool(_choices(base) or _choices(revision))


def _bare_types(schema: Schema) -> frozenset[str] | None:
    members = [member for key in _CHOICES for member in schema.alternatives(key)]
    if not all(says_nothing_but(member, {"type"}) for member in members):
        return None
    return _types(schema) if says_nothing_but(schema, {"type", "nullable", *_CHOICES}) else None


def _types(schema: Schema) -> frozenset[str] | None:
    if any(key in schema.value for key in ("not", "allOf", "properties")):
        return None
    if schema.types:
        return schema.types
    return _choices(schema)


def _choices(schema: Schema) -> frozenset[str] | None:
    """Return the types of a oneOf or anyOf whose members are simple types."""
    for key in _CHOICES:
        members = schema.alternatives(key)
        if members and not schema.types and all(_is_simple(member) for member in members):
            return frozenset().union(*(member.types for member in members))
    return None


def _is_simple(schema: Schema) -> bool:
    return len(schema.types) == 1 and not any(key in schema.value for key in ("properties", "allOf", *_CHOICES))


def wrapped(base: Schema, revision: Schema) -> frozenset[str]:
    """Return the properties of a plain object that moved into the alternatives of a new oneOf."""
    if "oneOf" in base.value or revision.types or "properties" in revision.value:
        return frozenset()
    own = base.schemas("properties")
    return frozenset(
        name for member in revision.alternatives("oneOf") for name in member.schemas("properties") if name in own
    )
