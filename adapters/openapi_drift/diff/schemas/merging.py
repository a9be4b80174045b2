"""Several schemas that must all hold, as one: each keyword is the intersection of theirs, where it can be one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.document import DocumentNode
from openapi_drift.diff.schemas.keywords import LOWER_LIMITS, MAPS, UPPER_LIMITS
from openapi_drift.diff.schemas.normal_form import type_names
from openapi_drift.diff.schemas.values import ABSENT, frozen
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_TOGETHER = (
    *(
        (key,)
        for key in ("oneOf", "anyOf", "not", "pattern", "format", "multipleOf", "propertyNames", "contentEncoding")
    ),
    ("contentMediaType", "contentSchema"),
    ("if", "then", "else"),
    ("contains", "minContains", "maxContains"),
)
"""Keywords that cannot be made one where two schemas have different ones: each stays a schema that must hold."""

CONDITIONS = tuple(map(frozenset, _TOGETHER))
GROUPS = frozenset(key for group in _TOGETHER for key in group)
_DEFAULT = "default"
"""The first counts: what stands beside a reference is said of this place. The others stay schemas that must hold."""

_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """``value`` is the merged keywords; ``further`` are the schemas that could not be merged into it."""

    value: dict[str, Any]
    further: tuple[DocumentNode, ...]


def merge(parts: tuple[DocumentNode, ...], *, written_first: bool) -> Merged:
    """Merge the keywords of some schemas; what stands under keywords that hold schemas is the first one's.

    ``written_first``: the first is what the schema says itself, beside those that it combines.
    """
    plain = [plain_limits(part.value) for part in parts]
    conflicts = [group for group in _TOGETHER if _conflict(plain, group)]
    apart = {key for group in conflicts for key in group}
    value: dict[str, Any] = {}
    for own in plain:
        for key, item in own.items():
            if key not in apart:
                value[key] = _COMBINED.get(key, _first)(value[key], item) if key in value else item
    _merge_types(value, plain)
    _merge_values(value, plain)
    if not (written_first and _DEFAULT in plain[0]):
        _choose_default(value, plain)
    further = [_only(part, group) for group in conflicts for part in parts if any(key in part.value for key in group)]
    further += [_only(part, (_DEFAULT,)) for part in parts if _is_hidden(part.value, value)]
    distinct = {frozen(node.value): node for node in reversed(further)}
    return Merged(value, tuple(reversed(distinct.values())))


def _choose_default(value: dict[str, Any], schemas: list[dict[str, Any]]) -> None:
    """Set one of the defaults of combined schemas, whose order says nothing."""
    defaults = {frozen(schema[_DEFAULT]): schema[_DEFAULT] for schema in schemas if _DEFAULT in schema}
    if len(defaults) > 1:
        value[_DEFAULT] = min(defaults.values(), key=lambda default: json.dumps(default, sort_keys=True))


def _is_hidden(part: dict[str, Any], merged: dict[str, Any]) -> bool:
    """Whether a part has a default that is not the merged one."""
    return _DEFAULT in part and bool(frozen(part[_DEFAULT]) != frozen(merged[_DEFAULT]))


def _conflict(schemas: list[dict[str, Any]], group: tuple[str, ...]) -> bool:
    """Whether the schemas say different things with the keywords of a group."""
    holding = [schema for schema in schemas if any(key in schema for key in group)]
    return len(holding) > 1 and len({frozen({key: own.get(key) for key in group}) for own in holding}) > 1


def plain_limits(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose exclusive limits are numbers, as in 3.1; 3.0 writes them as `exclusiveMinimum: true`."""
    if not any(isinstance(schema.get(key), bool) for key in _EXCLUSIVE.values()):
        return schema
    result = dict(schema)
    for plain, exclusive in _EXCLUSIVE.items():
        if isinstance(result.get(exclusive), bool) and result.pop(exclusive) and plain in result:
            result[exclusive] = result.pop(plain)
    return result


def _only(part: DocumentNode, group: tuple[str, ...]) -> DocumentNode:
    """Return a schema with a group of a part's keywords, always the same for the same part."""
    place = id(part.value), group
    kept = part.document.memo.setdefault(place, {key: part.value[key] for key in group if key in part.value})
    return DocumentNode(part.document, kept, join(part.pointer, group[0]) if group[0] in kept else part.pointer)


def _first(first: Any, second: Any) -> Any:
    return first


def _numbers(choose: Callable[[Iterable[Any]], Any]) -> Callable[[Any, Any], Any]:
    def chosen(first: Any, second: Any) -> Any:
        numbers = [item for item in (first, second) if isinstance(item, int | float) and not isinstance(item, bool)]
        return choose(numbers) if numbers else first

    return chosen


def _either(first: Any, second: Any) -> Any:
    return True if True in (first, second) else first


def _all_items(first: Any, second: Any) -> Any:
    return [*first, *second] if isinstance(first, list) and isinstance(second, list) else first


def _all_entries(first: Any, second: Any) -> Any:
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return first
    return {**second, **{key: _all_items(item, second.get(key)) for key, item in first.items()}}


def _names(first: Any, second: Any) -> Any:
    return {**second, **first} if isinstance(first, dict) and isinstance(second, dict) else first


_COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(LOWER_LIMITS, _numbers(max)),
    **dict.fromkeys(UPPER_LIMITS, _numbers(min)),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), _either),
    **dict.fromkeys(MAPS, _names),
    "required": _all_items,
    "dependentRequired": _all_entries,
}


def _merge_types(value: dict[str, Any], schemas: list[dict[str, Any]]) -> None:
    """Set the types that all parts allow; where they contradict each other, all of them, so that no change is lost."""
    lists = [_but_null(names) for schema in schemas if (names := frozenset(type_names(schema)))]
    common = {name for names in lists for name in names if all(_allows(other, name) for other in lists)}
    if lists:
        value["type"] = sorted(common or frozenset().union(*lists))


def _but_null(types: frozenset[str]) -> frozenset[str]:
    return types - {"null"} or types


def _allows(types: frozenset[str], name: str) -> bool:
    return name in types or (name == "integer" and "number" in types)


def _merge_values(value: dict[str, Any], schemas: list[dict[str, Any]]) -> None:
    """Set the values that all parts list; where they contradict each other, all of them."""
    lists = [found for schema in schemas if (found := listed_values(schema)) is not None]
    if len(lists) < 2:
        return
    value.pop("const", None)
    known = [{frozen(item) for item in items} for items in lists]
    common = [item for item in lists[0] if all(frozen(item) in others for others in known)]
    value["enum"] = common or [item for items in lists for item in items]


def listed_values(schema: dict[str, Any]) -> list[Any] | None:
    """Return the values that a schema allows, if it lists them as `enum` or `const`."""
    if schema.get("const", ABSENT) is not ABSENT:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else None
