"""Shapes that say one thing in several ways: types that values imply, a list of types, one schema in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.meaningless import is_meaningless
from openapi_drift.diff.schemas.keywords import CHOICES, applies_only_to, covers
from openapi_drift.diff.schemas.merging import CONDITIONS
from openapi_drift.diff.schemas.openness import says_nothing
from openapi_drift.diff.values import type_of

if TYPE_CHECKING:
    from openapi_drift.diff.schemas.fingerprint import Fingerprints
    from openapi_drift.diff.schemas.model import Schema


def align(base: Schema, revision: Schema, fingerprints: Fingerprints) -> tuple[Schema, Schema]:
    """Return the two schemas in forms that can be compared.

    Where one side has several alternatives, a lone one of the other side, or the other side as a whole if it says what
    one of them says, is compared with them. Alternatives of one type each are one schema of several types where the
    other side is such a schema. A pattern is compared with each of several that the other side has.
    Where only one side writes types, those that the other implies are its.
    """
    for _ in range(2):
        base, revision = revision, _with_conditions(base, revision)  # each side in its turn
    for _ in range(2):
        base, revision = revision, _without_choices(base, revision)
    for _ in range(2):
        base, revision = revision, _with_choices(base, revision, fingerprints)
    for _ in range(2):
        base, revision = revision, _with_types(base, revision)
    return base, revision


def _with_conditions(schema: Schema, other: Schema) -> Schema:
    conditions = other.alternatives("allOf")
    for group in CONDITIONS if conditions else ():
        if group & schema.value.keys() and any(group.issuperset(each.value) for each in conditions):
            schema = schema.with_condition(group)
    return schema


def _without_choices(schema: Schema, other: Schema) -> Schema:
    for key in CHOICES:
        if key in schema.value and key not in other.value:
            types = _types_apart(schema, key)
            if types and types in (other.types, *(_types_apart(other, each) for each in CHOICES)):
                return schema.as_one(key, types)
    return schema


def _types_apart(schema: Schema, key: str) -> frozenset[str]:
    """Return the types of alternatives of which each has a type of its own and says nothing of others; none else."""
    members = schema.alternatives(key) if key in schema.value else []
    types = [name for member in members for name in member.types]
    with_format = sum("format" in member.value for member in members)
    if len(types) != len(set(types)) or {"integer", "number"} <= set(types) or with_format > 1:
        return frozenset()
    return frozenset(types) if all(_says_of_its_type_only(member) for member in members) else frozenset()


def _says_of_its_type_only(schema: Schema) -> bool:
    if not schema.types or schema.nullable or schema.alternatives("allOf"):
        return False
    return all(
        key in ("type", "format") or is_meaningless(key) or applies_only_to(key, schema.types) for key in schema.value
    )


def _with_choices(schema: Schema, other: Schema, fingerprints: Fingerprints) -> Schema:
    for key in CHOICES:
        if key in other.value and key not in schema.value:
            if schema.writes(key):
                return schema.keeping(key)
            if says_nothing(other, but={key}) and _is_one_of(schema, other.alternatives(key), fingerprints):
                return schema.as_alternative(key)
    return schema


def _is_one_of(schema: Schema, alternatives: list[Schema], fingerprints: Fingerprints) -> bool:
    if says_nothing(schema):
        return False
    if schema.reference and any(schema.reference == other.reference for other in alternatives):
        return True
    return any(fingerprints.of(schema) == fingerprints.of(other) for other in alternatives)


def _with_types(schema: Schema, other: Schema) -> Schema:
    if schema.types or not other.types:
        return schema
    if schema.values and other.values:
        implied = frozenset(type_of(value) for value in schema.values if value is not None)
        covered = all(covers(other.types, name) for name in implied)
        return schema.with_types(other.types) if covered else schema
    return schema.with_types(_implied(schema))


def _implied(schema: Schema, levels: int = 8) -> frozenset[str]:
    """Return the types that the alternatives of a schema have, if all of them have some."""
    for key in CHOICES:
        members = schema.alternatives(key) if levels else []
        found = [member.types or _implied(member, levels - 1) for member in members]
        if found and all(found):
            return frozenset().union(*found)
    return frozenset()


def type_lists(base: Schema, revision: Schema) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the types of both sides if at least one lists them as simple alternatives, and they differ."""
    left, right = _types(base), _types(revision)
    if not left or not right or left == right:
        return None
    return (left, right) if _choices(base) or _choices(revision) else None


def _types(schema: Schema) -> frozenset[str] | None:
    if any(key in schema.value for key in ("not", "properties")) or schema.alternatives("allOf"):
        return None
    return schema.written_types or _choices(schema)


def _choices(schema: Schema) -> frozenset[str] | None:
    """Return the types of a oneOf or anyOf whose members are simple types."""
    for key in CHOICES:
        members = schema.alternatives(key)
        if members and not schema.written_types and all(_is_simple(member) for member in members):
            return frozenset().union(*(member.types for member in members))
    return None


def _is_simple(schema: Schema) -> bool:
    return len(schema.types) == 1 and not any(key in schema.value for key in ("properties", *CHOICES))


def wrapped(base: Schema, revision: Schema) -> frozenset[str]:
    """Return the properties of a plain object that moved into the alternatives of a new oneOf."""
    if "oneOf" in base.value or revision.written_types or "properties" in revision.value:
        return frozenset()
    own = base.schemas("properties")
    return frozenset(
        name for member in revision.alternatives("oneOf") for name in member.schemas("properties") if name in own
    )
