"""What differs between two schemas, keyword by keyword, and what of it no rule has explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Level, SchemaChange
from openapi_drift.diff.meaningless import is_meaningless
from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.keywords import LIMITS, MAPS, SINGLE
from openapi_drift.diff.schemas.normal_form import type_names
from openapi_drift.diff.schemas.openness import GRADED, Openness, forbids, openness
from openapi_drift.diff.schemas.pair import shown, side
from openapi_drift.diff.schemas.values import ABSENT, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair

UNEXPLAINED = "unexplained-change"

_CHOICES = ("oneOf", "anyOf", "allOf")
_ONE_WAY = ("readOnly", "writeOnly")
_FLAGS = ("uniqueItems", "deprecated", *_ONE_WAY)
_FROM_ZERO = ("minLength", "minItems", "minProperties")
_DEFINITIONS = "$defs"
"""Schemas that mean something only where a reference leads to them."""
_SEPARATE = frozenset(
    {"type", "nullable", "enum", "const", "required", "dependentRequired", "prefixItems", "default"}
    | {*_CHOICES, *_FLAGS, *LIMITS, *MAPS, *SINGLE}
)
_WRITTEN = {"null": "nullable", "values": "enum"}
"""By fact: the keyword that says it, if it is not named after it."""

_FORMS: dict[str, Any] = {
    **dict.fromkeys((*_FLAGS, "nullable"), bool),
    **dict.fromkeys(LIMITS, int | float),
    **dict.fromkeys((*MAPS, "dependentRequired"), dict),
    **dict.fromkeys(SINGLE, dict | bool),
    **dict.fromkeys((*_CHOICES, "prefixItems", "enum", "required"), list),
}
"""By keyword: the types of its values."""


def unexplained(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Yield a change for each keyword that differs and that no change of the rules names."""
    for fact in differing(pair):
        key = fact.partition("/")[0]
        if fact not in pair.explained and key not in pair.explained and not pair.told_by_type(key):
            yield _change(pair, fact, key)


def _change(pair: SchemaPair, fact: str, key: str) -> SchemaChange:
    key, _, name = _WRITTEN.get(fact, fact).partition("/")
    what = f"`{key}`" + (f" (`{name}`)" if name else "")
    old, new = (_said(schema, key, name) for schema in (pair.base, pair.revision))
    level = Level.INFO if pair.scope.kind is SchemaRole.MODEL or not pair.travels else Level.WARNING
    says = f"has another {what}, and no rule tells what that means: {new} instead of {old}"
    sides = (side(schema, _place(schema, key)) for schema in (pair.base, pair.revision))
    return SchemaChange(UNEXPLAINED, level, f"{pair.subject} {says}", *sides)


def _said(schema: Schema, key: str, name: str) -> str:
    """What a schema says of a keyword, or of one name in it, in words."""
    if key == "nullable":
        return shown(schema.nullable)
    value = ABSENT if schema.values is None else schema.values
    if key != "enum":
        value = schema.value.get(key, ABSENT)
    if name and isinstance(value, dict):
        value = value.get(name, ABSENT)
    return "nothing" if value is ABSENT else shown(value)


def _place(schema: Schema, key: str) -> str:
    """The keyword that says it: `enum` may be a `const`, and `nullable` a type."""
    other = {"enum": "const", "nullable": "type"}.get(key, key)
    return key if key in schema.value else other


def differing(pair: SchemaPair) -> Iterator[str]:
    """Yield the facts in which two schemas differ: a keyword, or "required/NAME" and the like for one name in it."""
    if pair.same_text or forbids(pair.base) != forbids(pair.revision):
        return
    of_property = pair.scope.is_property and pair.scope.body
    old, new = _facts(pair.base, of_property), _facts(pair.revision, of_property)
    for facts, takes_null in zip((old, new), pair.null, strict=True):
        if "values" in facts:  # null among them is a fact of its own
            facts["values"] -= {None}
        facts["null"] = takes_null
    for fact in sorted(old.keys() | new.keys()):
        before, after = old.get(fact, ABSENT), new.get(fact, ABSENT)
        if before != after:
            yield fact
    yield from _alternatives(pair)


def _alternatives(pair: SchemaPair) -> Iterator[str]:
    for key in _CHOICES:
        matched = pair.matched(key)
        if matched.removed or matched.added:
            yield key
    lengths = {len(schema.alternatives("prefixItems")) for schema in (pair.base, pair.revision)}
    if len(lengths) > 1:
        yield "prefixItems"


def _facts(schema: Schema, of_property: bool) -> dict[str, Any]:
    """What a schema says, keyword by keyword; what says nothing is left out.

    Whether a property travels in one direction only is a fact of the object that it belongs to.
    """
    facts: dict[str, Any] = {f"required/{name}": True for name in schema.required}
    if schema.types:
        facts["type"] = schema.types
    if schema.values is not None:
        facts["values"] = frozenset(frozen(value) for value in schema.values)
    if schema.default is not ABSENT:
        facts["default"] = frozen(schema.default)
    told_above = _ONE_WAY if of_property else ()
    facts |= {flag: True for flag in _FLAGS if schema.flag(flag) and flag not in told_above}
    for key in LIMITS:
        limit = schema.limit(key)
        if limit or (limit == 0 and key not in _FROM_ZERO):
            facts[key] = limit
    for name, needs in _entries(schema.value.get("dependentRequired")):
        facts[f"dependentRequired/{name}"] = frozenset(map(str, needs)) if isinstance(needs, list) else frozen(needs)
    for key in MAPS:
        facts |= {f"{key}/{name}": True for name in schema.schemas(key)}
    for key in SINGLE:
        if key in GRADED and (how := openness(schema, key)) is not Openness.OPEN:
            facts[key] = how
        elif key not in GRADED and key in schema.value:
            facts[key] = True
    facts |= {key: frozen(value) for key, value in schema.value.items() if _is_plain(key, value)}
    return facts | {key: ("?", frozen(value)) for key, value in schema.value.items() if _is_mistyped(key, value)}


def _entries(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _is_mistyped(key: str, value: Any) -> bool:
    """Return whether a value is none that the keyword can have: nobody knows what it means."""
    if key == "type":
        return not type_names({key: value})
    form = _FORMS.get(key, object)
    return not isinstance(value, form) or (isinstance(value, bool) and key in LIMITS)


def _is_plain(key: str, value: Any) -> bool:
    return key not in _SEPARATE and key != _DEFINITIONS and not is_meaningless(key) and value not in ("", None)
