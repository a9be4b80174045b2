"""What parts of documents say to callers: whether two say the same, and whether one says all that another says.

Annotations and extensions say nothing, the order of sets neither, nor does a default that is written out. Null is the
same in the forms of OpenAPI 3.0 and 3.1. What is below `default`, `enum` and `const` is data and counts as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.meaningless import is_meaningless
from openapi_drift.documents.references import DATA, NAMED, find_reference, reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_drift.documents.document import Document

_SETS = frozenset({"parameters", "tags", "required", "enum", "security", "allOf", "anyOf", "oneOf"})
_FALSE_IS_DEFAULT = frozenset({"required", "deprecated", "nullable", "readOnly", "writeOnly", "uniqueItems", "explode"})
_DEEPEST = 64
"""References that are followed into each other before two parts count as different."""


def named_at(tokens: Iterable[str | int]) -> bool:
    """Tell whether the keys at a place are names that the document gives, not words of OpenAPI."""
    named = False
    for token in tokens:
        named = token in NAMED and not named
    return named


def meaning(value: Any, *, named: bool = False) -> Any:
    """Return what a part of a document says, in one form. ``named``: its keys are names."""
    if isinstance(value, list):
        return [meaning(item) for item in value]
    if not isinstance(value, dict):
        return value
    said: dict[str, Any] = {}
    for key, item in value.items():
        if named:
            said[key] = meaning(item)
        elif key in DATA and not is_meaningless(key):
            said[key] = sorted(item, key=_text) if key in _SETS and isinstance(item, list) else item
        elif not is_meaningless(key) and not (item is False and key in _FALSE_IS_DEFAULT):
            below = meaning(item, named=key in NAMED)
            said[key] = sorted(below, key=_text) if key in _SETS and isinstance(below, list) else below
    return said if named else _with_null_in_type(said)


def _with_null_in_type(said: dict[str, Any]) -> dict[str, Any]:
    types = said.get("type")
    if isinstance(types, list) and types and all(isinstance(word, str) for word in types):
        words = sorted(set(types))
        said["type"] = words if len(words) > 1 else words[0]
    elif isinstance(types, str) and said.get("nullable") is True:
        said = {key: item for key, item in said.items() if key != "nullable"}
        said["type"] = sorted({types, "null"})
    return said


def same(one: Any, other: Any) -> bool:
    """Tell whether two meanings are the same; true is not 1."""
    return _text(one) == _text(other)


def says(document: Document, whole: Any, part: Any, depth: int = 0) -> bool:
    """Tell whether a meaning has all that another one has: merging the other into it would change nothing.

    References are followed in the document where only one of the two is a reference.
    """
    if depth > _DEEPEST:
        return False
    if isinstance(whole, dict) and isinstance(part, dict):
        if reference(whole) is not None and reference(part) is None:
            behind = find_reference(document, whole["$ref"])
            whole = {**meaning(behind), **whole} if isinstance(behind, dict) else whole
        elif reference(part) is not None and reference(whole) is None:
            behind = find_reference(document, part["$ref"])
            return isinstance(behind, dict) and says(document, whole, meaning(behind), depth + 1)
        return all(key in whole and says(document, whole[key], item, depth + 1) for key, item in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return all(any(says(document, there, item, depth + 1) for there in whole) for item in part)
    return same(whole, part)


def identity(document: Document, item: Any) -> str:
    """Return what tells an item of a list from the others: of a parameter its place and name, of all else all of it."""
    return _parameter(document, item) or _text(item)


def counterpart(other: Document, document: Document, tokens: Iterable[str | int]) -> tuple[bool, Any]:
    """Return whether another document has a place of a document, and its value there.

    Parameters belong together by place and name, other items of lists if they are equal, or else by position.
    """
    here: Any = document
    there: Any = other
    for token in tokens:
        here = here[token]
        if isinstance(token, int):
            there = _same_item(other, there, here, document, token) if isinstance(there, list) else _NONE
        else:
            holder = _behind(other, there) if isinstance(there, dict) and token not in there else there
            there = holder.get(token, _NONE) if isinstance(holder, dict) else _NONE
        if there is _NONE:
            return False, None
    return True, there


_NONE: Any = object()


def _same_item(other: Document, items: list[Any], item: Any, document: Document, index: int) -> Any:
    wanted = identity(document, item)
    for each in items:
        if identity(other, each) == wanted:
            return (
                find_reference(other, each["$ref"]) if reference(each) is not None and reference(item) is None else each
            )
    by_position = index < len(items) and not _parameter(document, item) and not _parameter(other, items[index])
    return items[index] if by_position else _NONE


def _behind(document: Document, value: Any) -> Any:
    return value if reference(value) is None else find_reference(document, value["$ref"])


def _parameter(document: Document, item: Any) -> str:
    behind = _behind(document, item)
    if isinstance(behind, dict) and isinstance(behind.get("name"), str) and isinstance(behind.get("in"), str):
        return f"{behind['in']} {behind['name'].lower() if behind['in'] == 'header' else behind['name']}"
    return ""


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
