"""References that a generator cannot follow: those into paths, into parts of components, and chains of them.

A schema that is referred to inside of something else gets a name of its own and stays one; anything else is small
and is copied to where it is referred to.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from openapi_drift.documents.pointers import escape, join, tokens
from openapi_drift.documents.references import parts, reference
from openapi_drift.generation.normalisation.schemas import COMPONENT, component, named, roots, slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document
    from openapi_drift.generation.normalisation.notes import Note

_STRUCTURE = frozenset(
    {"application", "components", "content", "items", "json", "paths", "properties", "responses", "schema", "schemas"}
)
_SIMPLE = re.compile(r"#/components/(schemas|parameters|responses|requestBodies)/[^/%~]+")


def follow_into_parts(document: Document) -> Iterator[Note]:
    """Change the document in place; says nothing, since the meaning stays."""
    places = {slot.place for slot in slots(document)}
    _name_schemas(document, places)
    _copy_the_rest(document)
    yield from ()


def _name_schemas(document: Document, places: set[str]) -> None:
    """Give each schema that is referred to inside of something else a name under components."""
    moved: dict[str, str] = {}
    for slot in list(slots(document)):
        target = reference(slot.schema)
        if target is None or component(target) is not None or not target.startswith("#/"):
            continue
        pointer = unquote(target[1:])
        if pointer not in places:
            continue
        if pointer not in moved:
            name = unused(pointer, named(document))
            _reach(document, pointer)  # raises for a place that is none, as reading has checked
            moved[pointer] = name
        slot.schema["$ref"] = COMPONENT + escape(moved[pointer])
    for pointer, name in sorted(moved.items(), key=lambda item: -item[0].count("/")):
        _move(document, pointer, name)


def _move(document: Document, pointer: str, name: str) -> None:
    parent, key = _reach(document, pointer)
    schema = parent[key]
    parent[key] = {"$ref": COMPONENT + escape(name)}
    document.setdefault("components", {}).setdefault("schemas", {})[name] = schema


def _reach(document: Document, pointer: str) -> tuple[Any, Any]:
    *path, last = tokens(pointer)
    value: Any = document
    for token in path:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value, int(last) if isinstance(value, list) else last


def unused(pointer: str, taken: dict[str, Any]) -> str:
    """Return a name for the schema at a place, made of the place's words, that no other schema has."""
    path = tokens(pointer)
    words = [word for token in path for word in re.findall("[A-Za-z0-9]+", token)]
    name = "".join(word[:1].upper() + word[1:] for word in words if word not in _STRUCTURE) or "Schema"
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}{number}", number + 1
    return found


def _copy_the_rest(document: Document) -> None:
    """Put a copy where a parameter, a response, a path item and the like is referred to inside of something else."""
    schemas = {id(slot.schema) for slot in slots(document)}
    for _ in range(_CHAIN):
        found = [part for part, _, _ in parts(document) if _is_far(document, part) and id(part) not in schemas]
        if not found:
            return
        for part in found:
            value = _look_up(document, part["$ref"])
            if value is not None and value is not part:
                part.pop("$ref")
                part.update({**copy.deepcopy(value), **part})
        schemas = {id(slot.schema) for slot in slots(document)}


_CHAIN = 20
"""Longer chains of references are left as they are: the generator says what it makes of them."""


def _is_far(document: Document, part: dict[str, Any]) -> bool:
    target = reference(part)
    if target is None or not target.startswith("#/"):
        return False
    if not _SIMPLE.fullmatch(target):
        return True
    return reference(_look_up(document, target)) is not None


def _look_up(document: Document, target: str) -> dict[str, Any] | None:
    try:
        parent, key = _reach(document, unquote(target[1:]))
        found = parent[key]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def name_inline_bodies(document: Document) -> Iterator[Note]:
    """Name the schemas of bodies where the document names none at all: models are made of named schemas."""
    if named(document):
        return
    found = [slot for slot in roots(document) if "/content/" in slot.place and reference(slot.schema) is None]
    for slot in found:
        name = unused(slot.place, named(document))
        _move(document, join("", *tokens(slot.place)), name)
    yield from ()
