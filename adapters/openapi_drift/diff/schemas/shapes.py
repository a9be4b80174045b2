"""Shapes that say one thing in several ways: types that values imply, a list of types, one schema in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.normal_form import CHOICES
from openapi_drift.diff.schemas.values import ANNOTATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_drift.diff.schemas.model import Schema

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def align(base: Schema, revision: Schema) -> tuple[Schema, Schema]:
    """Return the two schemas with the types that their values imply, where only one side writes types.

    Where one side has several alternatives, a lone one of the other side is compared with them.
    """
    base, revision = _with_choices(base, revision), _with_choices(revision, base)
    return _with_types(base, revision), _with_types(revision, base)


def _with_choices(schema: Schema, other: Schema) -> Schema:
    for key in CHOICES:
        if key in other.value and key not in schema.value and key in schema.form.written.value:
            return schema.keeping(key)
    return schema


def _with_types(schema: Schema, other: Schema) -> Schema:
    if schema.types or not other.types or not schema.values or not other.values:
        return schema
    implied = {_type(value) for value in schema.values if value is not None}
    covered = all(name in other.types or (name == "integer" and "number" in other.types) for name in implied)
    return schema.with_types(other.types) if covered else schema


def _type(value: Any) -> str:
    return _TYPES[type(value)]


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
    members = [member for key in CHOICES for member in schema.alternatives(key)]
    if not all(says_nothing_but(member, {"type"}) for member in members):
        return None
    return _types(schema) if says_nothing_but(schema, {"type", "nullable", *CHOICES}) else None


def _types(schema: Schema) -> frozenset[str] | None:
    if any(key in schema.value for key in ("not", "properties")) or schema.alternatives("allOf"):
        return None
    if schema.types:
        return schema.types
    return _choices(schema)


def _choices(schema: Schema) -> frozenset[str] | None:
    """Return the types of a oneOf or anyOf whose members are simple types."""
    for key in CHOICES:
        members = schema.alternatives(key)
        if members and not schema.types and all(_is_simple(member) for member in members):
            return frozenset().union(*(member.types for member in members))
    return None


def _is_simple(schema: Schema) -> bool:
    return len(schema.types) == 1 and not any(key in schema.value for key in ("properties", *CHOICES))


def wrapped(base: Schema, revision: Schema) -> frozenset[str]:
    """Return the properties of a plain object that moved into the alternatives of a new oneOf."""
    if "oneOf" in base.value or revision.types or "properties" in revision.value:
        return frozenset()
    own = base.schemas("properties")
    return frozenset(
        name for member in revision.alternatives("oneOf") for name in member.schemas("properties") if name in own
    )
