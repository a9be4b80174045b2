"""Named arrays and unions: the client's generator must know all that they hold before it knows them.

So a class inside of one gets a name of its own, which is known from the start; and where one holds itself, without a
class between, the reference that closes the circle is generated as any value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.documents.pointers import escape
from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.references import unused
from openapi_drift.generation.normalisation.schemas import (
    ANNOTATIONS,
    COMPONENT,
    Slot,
    children,
    component,
    inside,
    named,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document


def name_classes_in_unions(document: Document) -> Iterator[Note]:
    """Move in place the objects that refer to others; says nothing, since their classes keep their names."""
    for name in list(named(document)):
        schema = named(document)[name]
        if isinstance(schema, dict) and not _is_class(schema):
            _name_classes(document, Slot(named(document), name, f"/components/schemas/{name}"), name)
    yield from ()


def _name_classes(document: Document, slot: Slot, name: str) -> None:
    _split_types(slot)
    members = [*(slot.schema.get("anyOf") or []), *(slot.schema.get("oneOf") or [])]
    for child in list(children(slot.schema, slot.place)):
        number = next((number for number, member in enumerate(members) if member is child.schema), None)
        below = f"{name}_item" if child.key == "items" else f"{name}_type_{number}"
        if child.key != "items" and number is None:
            continue
        if "$ref" not in child.schema and _is_class(child.schema):
            if any("$ref" in inner.schema for inner in inside(child)):
                found = str(child.schema.get("title") or below)
                found = found if found not in named(document) else unused("/" + below, named(document))
                named(document)[found] = child.schema
                child.replace({"$ref": COMPONENT + escape(found)})
        else:
            _name_classes(document, child, below)


def _split_types(slot: Slot) -> None:
    """Say an object or null as a union of two, since only one of them is a class."""
    schema = slot.schema
    kinds = schema.get("type")
    is_class = isinstance(kinds, list) and "object" in kinds and not {"anyOf", "oneOf", "enum"} & set(schema)
    if is_class and any("$ref" in inner.schema for inner in inside(slot)):
        outside = {key: value for key, value in schema.items() if key in ANNOTATIONS - {"title"}}
        rest = {key: value for key, value in schema.items() if key not in {*outside, "type"}}
        slot.replace(
            {**outside, "anyOf": [{"type": kind, **(rest if kind != "null" else {})} for kind in _list(kinds)]}
        )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def cut_circles(document: Document) -> Iterator[Note]:
    """Change the named schemas in place."""
    done: set[str] = set()
    for name in named(document):
        yield from _visit(document, name, (), done)


def _visit(document: Document, name: str, path: tuple[str, ...], done: set[str]) -> Iterator[Note]:
    if name in done:
        return
    schema = named(document).get(name)
    if isinstance(schema, dict) and not _is_class(schema):
        for slot in _eager(Slot(named(document), name, f"/components/schemas/{name}")):
            target = component(slot.schema.get("$ref"))
            if target is None:
                continue
            if target in (*path, name):
                slot.replace({})
                yield Note(slot.place, f"a circle of arrays and unions through {target}: here generated as any value")
            else:
                yield from _visit(document, target, (*path, name), done)
    done.add(name)


def _is_class(schema: dict[str, Any]) -> bool:
    if "anyOf" in schema or "oneOf" in schema or isinstance(schema.get("type"), list):
        return False
    members = schema.get("allOf")
    if isinstance(members, list) and len(members) == 1 and "$ref" in members[0]:
        return False
    return schema.get("type") == "object" or bool(members) or "properties" in schema


def _eager(slot: Slot) -> Iterator[Slot]:
    """Yield what the generator must know before it knows a schema."""
    yield slot
    for child in list(children(slot.schema, slot.place)):
        yield from _eager(child)
