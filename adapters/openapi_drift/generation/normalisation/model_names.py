"""Names that the models cannot have: a dot in a schema's name, and property names that msgspec cannot read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openapi_drift.documents.pointers import escape, join
from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import COMPONENT, component, named, slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

_NO_STRUCT_FIELD = re.compile(r'["\\\x00-\x1f]')  # msgspec's rule


def leave_out_unreadable_properties(document: Document) -> Iterator[Note]:
    """Drop properties in place that no Struct can have; a Struct reads past what it does not have."""
    for slot in slots(document):
        schema = slot.schema
        properties = schema.get("properties")
        for name in list(properties) if isinstance(properties, dict) else ():
            if not _NO_STRUCT_FIELD.search(name):
                continue
            del schema["properties"][name]
            reason = "models cannot have a property with a quote, a backslash or a control character in its name"
            yield Note(join(slot.place, "properties", name), f"{reason}: left out of them", lost=True)
        if isinstance(schema.get("required"), list):
            schema["required"] = [item for item in schema["required"] if not _NO_STRUCT_FIELD.search(str(item))]


def rename_dotted_schemas(document: Document) -> Iterator[Note]:
    """Rename schemas in place, and the references to them; says nothing, since a schema's name does not travel."""
    schemas = named(document)
    renamed: dict[str, str] = {}
    for name in schemas:
        if "." in name:
            base = found = re.sub(r"\.+", "_", name).strip("_") or "Schema"
            number = 2
            while found in schemas or found in renamed.values():
                found, number = f"{base}_{number}", number + 1
            renamed[name] = found
    if not renamed:
        return
    document["components"]["schemas"] = {renamed.get(name, name): value for name, value in schemas.items()}
    for slot in slots(document):
        target = component(slot.schema.get("$ref"))
        if target in renamed:
            slot.schema["$ref"] = COMPONENT + escape(renamed[target])
        discriminator = slot.schema.get("discriminator")
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if not isinstance(mapping, dict):
            continue
        for value, written in mapping.items():
            name = component(written) or written
            if name in renamed:
                mapping[value] = COMPONENT + escape(renamed[name])
    yield from ()
