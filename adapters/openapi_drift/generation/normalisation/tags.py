"""Discriminators as the models' generator takes them: beside a union of named objects, each with a tag of its own.

msgspec tells such members apart by their tag, which is no field then, so that no other Struct may build on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.documents.pointers import escape
from openapi_drift.generation.normalisation.compositions import flattened
from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import COMPONENT, component, named, resolved, slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document


def settle_discriminators(document: Document) -> Iterator[Note]:
    """Keep in place those discriminators by which msgspec can tag; the others go, with a note."""
    tags: dict[str, tuple[str, tuple[str, ...]]] = {}
    for slot in slots(document):
        discriminator = slot.schema.pop("discriminator", None)
        if discriminator is None:
            continue
        key = "oneOf" if isinstance(slot.schema.get("oneOf"), list) else "anyOf"
        members = slot.schema.get(key)
        if not isinstance(members, list):
            yield Note(slot.place, "a discriminator beside no union: read as this schema, not as one that builds on it")
            continue
        field, mapping = _mapping(discriminator, members)
        found = {name: (field, tuple(tag for tag in mapping if mapping[tag] == name)) for name in mapping.values()}
        names = {component(member.get("$ref")) for member in members if member != {"type": "null"}}
        if field and names == set(found) and all(_can_be_tagged(document, name, found[name], tags) for name in found):
            tags.update(found)
            targets = {tag: COMPONENT + escape(name) for tag, name in mapping.items()}
            slot.schema["discriminator"] = {"propertyName": field, "mapping": targets}
    for name, schema in list(named(document).items()):
        if isinstance(schema, dict) and "allOf" in schema and (name in tags or _builds_on(document, schema, set(tags))):
            named(document)[name] = flattened(document, schema)
    for name, (field, (tag,)) in tags.items():
        _fix_tag(named(document)[name], field, tag)


def say_tags_at_members(document: Document) -> Iterator[Note]:
    """Say in place, at each member of a union, its tags: the client tries the members in turn and looks no tag up."""
    tags: dict[tuple[str, str], list[str]] = {}
    for slot in slots(document):
        for key in ("oneOf", "anyOf"):
            discriminator, members = slot.schema.get("discriminator"), slot.schema.get(key)
            mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
            if isinstance(members, list) and isinstance(mapping, dict):
                field, found = _mapping(discriminator, members)
                for tag in mapping:
                    if field and tag in found and tag not in tags.setdefault((found[tag], field), []):
                        tags[found[tag], field].append(tag)
    for (name, field), words in tags.items():
        schema = named(document)[name]
        own = _property(document, schema, field)
        if not isinstance(schema, dict) or {"anyOf", "oneOf"} & set(schema) or {"enum", "const"} & set(own):
            continue
        said = {"type": "string", "enum": words}
        part = {"type": "object", "properties": {field: said}, "required": [field]}
        if "allOf" in schema:
            schema["allOf"] = [*schema["allOf"], part]
        elif "properties" in schema:
            schema["properties"][field] = {**own, **said}
            schema["required"] = sorted({*(schema.get("required") or []), field})
    yield from ()


def _property(document: Document, schema: Any, name: str) -> dict[str, Any]:
    """Return what a schema says of a property, its parts asked first to last."""
    found = resolved(document, schema)
    own = found.get("properties")
    said = own.get(name) if isinstance(own, dict) else None
    for part in found.get("allOf") or []:
        said = said or _property(document, part, name)
    return resolved(document, said or {})


def _mapping(discriminator: Any, members: list[Any]) -> tuple[str, dict[str, str]]:
    """Return the field, and the member's name by each tag: one that is not mapped is told by its own name."""
    field = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(field, str):
        return "", {}
    names = [name for member in members if (name := component(member.get("$ref")))]
    written = discriminator.get("mapping")
    found: dict[str, str] = {}
    for tag, target in written.items() if isinstance(written, dict) else ():
        name = component(target) or str(target)
        if name in names:
            found[tag] = name
    return field, found | {name: name for name in names if name not in found.values()}


def _can_be_tagged(
    document: Document, name: str, tag: tuple[str, tuple[str, ...]], tags: dict[str, tuple[str, tuple[str, ...]]]
) -> bool:
    schema = resolved(document, {"$ref": COMPONENT + escape(name)})
    is_object = schema is named(document).get(name) and not {"anyOf", "oneOf", "enum"} & set(schema)
    is_object = is_object and schema.get("type", "object") == "object" and bool({"properties", "allOf"} & set(schema))
    return is_object and len(tag[1]) == 1 and tags.get(name, tag) == tag


def _builds_on(document: Document, schema: dict[str, Any], names: set[str], depth: int = 0) -> bool:
    members = [member for member in schema.get("allOf") or [] if isinstance(member, dict) and depth < _DEPTH]
    return any(
        component(member.get("$ref")) in names or _builds_on(document, resolved(document, member), names, depth + 1)
        for member in members
    )


_DEPTH = 20  # deeper than documents go


def _fix_tag(schema: dict[str, Any], field: str, tag: str) -> None:
    """Say the tag at the member itself, which then needs no union to be told."""
    properties = schema.setdefault("properties", {})
    own = properties.get(field)
    kept = {key: own[key] for key in ("description", "title") if isinstance(own, dict) and key in own}
    properties[field] = {**kept, "type": "string", "enum": [tag]}
    required = schema.get("required")
    schema["required"] = required if isinstance(required, list) and field in required else [*(required or []), field]
