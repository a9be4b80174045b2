"""Walking the schemas of a document, each with its place, so that a step can read, change or replace them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.pointers import join, tokens
from openapi_drift.documents.references import DATA, NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
COMPONENT = "#/components/schemas/"
ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs"}
)
"""Keywords that no value has to obey."""


@dataclass(slots=True)
class Slot:
    """Where a schema stands: its container, its key there, and its JSON pointer."""

    container: Any
    key: Any
    place: str

    @property
    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = self.container[self.key]
        return found

    def replace(self, schema: dict[str, Any]) -> None:
        self.container[self.key] = schema


def slots(document: Document) -> Iterator[Slot]:
    """Yield each schema that is an object, before those inside of it; what is replaced meanwhile is walked as it is."""
    for slot in roots(document):
        yield from inside(slot)


def roots(document: Document) -> Iterator[Slot]:
    """Yield the schemas that stand in no other one: the named ones, then those of parameters, headers and bodies."""
    work: list[tuple[Any, str, bool]] = [(document, "", False)]
    while work:
        value, place, names = work.pop()
        if isinstance(value, list):
            work += [(item, join(place, number), False) for number, item in reversed(list(enumerate(value)))]
            continue
        if not isinstance(value, dict):
            continue
        further = []
        for key, item in value.items():
            below = join(place, key)
            if place == "/components/schemas" or (key == "schema" and not names):
                if isinstance(item, dict):
                    yield Slot(value, key, below)
            elif isinstance(item, dict | list) and (names or not (key in DATA or key.startswith("x-"))):
                further.append((item, below, key in NAMED and not names and isinstance(item, dict)))
        work += reversed(further)


def inside(slot: Slot) -> Iterator[Slot]:
    """Yield a schema and all inside of it."""
    work = [slot]
    while work:
        slot = work.pop()
        yield slot
        if isinstance(slot.container[slot.key], dict):
            work += reversed(list(children(slot.schema, slot.place)))


def children(schema: dict[str, Any], place: str) -> Iterator[Slot]:
    """Yield the schemas directly inside of a schema."""
    for key, value in schema.items():
        below = join(place, key)
        if key in MAPS and isinstance(value, dict):
            yield from (Slot(value, name, join(below, name)) for name, item in value.items() if isinstance(item, dict))
        elif key in LISTS and isinstance(value, list):
            yield from (Slot(value, n, join(below, n)) for n, item in enumerate(value) if isinstance(item, dict))
        elif key in SINGLE and isinstance(value, dict):
            yield Slot(schema, key, below)


def component(reference: Any) -> str | None:
    """Return the name of the schema that a ``$ref`` names, or None for anything else."""
    if not isinstance(reference, str) or not reference.startswith(COMPONENT):
        return None
    path = tokens("/" + reference.removeprefix(COMPONENT))
    return path[0] if len(path) == 1 else None


def named(document: Document) -> dict[str, Any]:
    """Return the schemas under components, an empty dict if there are none."""
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}


def resolved(document: Document, schema: Any) -> dict[str, Any]:
    """Return what a schema is after its references to named ones; {} where that is no schema, or a circle."""
    seen: set[str] = set()
    while isinstance(schema, dict) and "$ref" in schema:
        name = component(schema["$ref"])
        if name is None or name in seen:
            return {}
        seen.add(name)
        schema = named(document).get(name)
    return schema if isinstance(schema, dict) else {}


def types(schema: dict[str, Any]) -> list[str]:
    """Return the types that a schema names, none if it names none."""
    found = schema.get("type")
    if isinstance(found, str):
        return [found]
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
