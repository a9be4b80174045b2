"""From observed shapes to an OpenAPI Overlay 1.0 that makes the document true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from openapi_drift.documents.json_path import json_path
from openapi_drift.documents.pointers import tokens
from openapi_drift.observed.observed import HIDDEN, Observed

Json = dict[str, Any]
Correction = Callable[[Json, "ShapeGroup"], Iterator[Json]]


class CannotBeSaidError(Exception):
    """An overlay does not help, or no longer; the message says why."""


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """Shapes, of whichever operations, that one part of the document must learn together."""

    pointer: str
    shapes: tuple[Observed, ...]

    @property
    def names(self) -> list[str]:
        return sorted({shape.name for shape in self.shapes})

    @property
    def found(self) -> set[str]:
        return {word for shape in self.shapes for word in shape.found}

    @property
    def evidence(self) -> str:
        return "; ".join(shape.evidence for shape in self.shapes)


def overlay_for(shapes: Iterable[Observed], document: Json, title: str) -> tuple[Json, list[tuple[Observed, str]]]:
    """Return the overlay and, with the reason, the shapes that it leaves out. ``document`` is the effective one."""
    actions: list[Json] = []
    left_out: list[tuple[Observed, str]] = []
    for correction, group in _groups(shapes):
        try:
            part = _at(document, group.pointer)
            for action in correction(part, group):
                target = json_path(document, action.pop("at", group.pointer))
                actions.append({"target": target, "x-evidence": group.evidence} | action)
        except CannotBeSaidError as error:
            left_out += [(shape, str(error)) for shape in group.shapes]
    ordered = [
        {key: action[key] for key in ("target", "description", "x-evidence", "update", "remove") if key in action}
        for action in actions
    ]
    return {"overlay": "1.0.0", "info": {"title": title, "version": "1.0.0"}, "actions": ordered}, left_out


def _groups(shapes: Iterable[Observed]) -> Iterator[tuple[Correction, ShapeGroup]]:
    together: dict[tuple[Any, ...], list[Observed]] = {}
    for shape in shapes:
        family = "type" if shape.kind == "null" else shape.kind
        # What is said in one list of the document is said at once; each field has an action of its own.
        apart = {"field": shape.name, "status": shape.status, "media": shape.status}.get(family, "")
        together.setdefault((family, shape.pointer, apart), []).append(shape)
    for (family, pointer, _), same in together.items():
        yield _CORRECTIONS[family], ShapeGroup(pointer, tuple(same))


def _field(schema: Json, group: ShapeGroup) -> Iterator[Json]:
    (name,) = group.names
    if name == HIDDEN:
        if schema.get("additionalProperties") not in (None, False):
            raise CannotBeSaidError("documented by now")
        words = "Names that the document does not list; they may be data."
        yield {"description": words, "update": {"additionalProperties": True}}
        return
    if name in schema.get("properties", {}):
        raise CannotBeSaidError("documented by now")
    yield {
        "description": f"The field {name} is in replies. What it means is not known; its type is what was seen.",
        "update": {"properties": {name: _schema_of(group.found)}},
    }


def _schema_of(found: set[str]) -> Json:
    types = sorted(found - {"integer"} if "number" in found else found)
    if not types or types == ["null"]:
        return {}  # nothing is known but that it is there
    return {"type": types[0] if len(types) == 1 else types} | ({"items": {}} if "array" in types else {})


def _word(schema: Json, group: ShapeGroup) -> Iterator[Json]:
    shown = [name for name in group.names if name != HIDDEN]
    if not shown:
        raise CannotBeSaidError("the words are not shown, since they may be data: look at a reply yourself")
    keyword = "enum" if "enum" in schema else "x-extensible-enum"
    if "const" in schema:
        raise CannotBeSaidError("the document has a single word there (const): decide by hand")
    present = schema.get(keyword) or []
    fresh = [name for name in shown if name not in present]
    if not fresh:
        raise CannotBeSaidError("documented by now")
    known = {word for shape in group.shapes for word in shape.known}
    listed = fresh if present or keyword == "enum" else sorted(known) + [name for name in fresh if name not in known]
    yield {"description": f"Words that replies have: {', '.join(fresh)}.", "update": {keyword: listed}}


def _type(schema: Json, group: ShapeGroup) -> Iterator[Json]:
    fresh = sorted(group.found)
    words = f"Replies have {' and '.join(fresh)} there."
    if "$ref" in schema:
        parent, _, name = group.pointer.rpartition("/")
        joined = [{"$ref": schema["$ref"]}, *({"type": word} for word in fresh)]
        yield {"description": f"{words} Replaced by the next action.", "remove": True}
        yield {"description": words, "at": parent, "update": {tokens("/" + name)[0]: {"anyOf": joined}}}
        return
    declared = schema.get("type")
    for keyword in ("anyOf", "oneOf"):
        if declared is None and keyword in schema:
            fresh = [word for word in fresh if {"type": word} not in schema[keyword]]
            if not fresh:
                raise CannotBeSaidError("documented by now")
            yield {"description": words, "update": {keyword: [{"type": word} for word in fresh]}}
            return
    if declared is None:
        raise CannotBeSaidError("the type is said elsewhere (allOf): decide by hand")
    before = [declared] if isinstance(declared, str) else list(declared)
    fresh = [word for word in fresh if word not in before]
    if not fresh:
        raise CannotBeSaidError("documented by now")
    # An overlay appends to a list and replaces a word.
    update: Json = {"type": [*before, *fresh] if isinstance(declared, str) else fresh}
    if "enum" in schema and "null" in fresh:
        update["enum"] = [None]
    yield {"description": words, "update": update}


def _status(responses: Json, group: ShapeGroup) -> Iterator[Json]:
    status = group.shapes[0].status
    if status in responses:
        raise CannotBeSaidError("documented by now")
    yield _new_response(status, {}, group)


def _media(response: Json, group: ShapeGroup) -> Iterator[Json]:
    place, status = tokens(group.pointer), group.shapes[0].status
    fresh = {shape.media for shape in group.shapes} - set(response.get("content") or {})
    if not fresh:
        raise CannotBeSaidError("documented by now")
    if place[0] == "paths" and place[-1] != status:
        parent = group.pointer.rpartition("/")[0]
        yield {"at": parent} | _new_response(status, response.get("content") or {}, group)
        return
    content = {media: _content(media) for media in sorted(fresh)}
    words = f"Status {status} also comes as {', '.join(sorted(fresh))}."
    yield {"description": words, "update": {"content": content}}


def _new_response(status: str, content: Json, group: ShapeGroup) -> Json:
    media_types = sorted({shape.media for shape in group.shapes if shape.media})
    described: Json = {"description": "Seen in replies."}
    if content or media_types:
        described["content"] = content | {media: _content(media) for media in media_types}
    words = f"Status {status} comes{' as ' + ', '.join(media_types) if media_types else ', without a body'}."
    return {"description": words, "update": {status: described}}


def _content(media: str) -> Json:
    return {"schema": {"type": "string"}} if media.startswith("text/") else {}


def _missing(schema: Json, group: ShapeGroup) -> Iterator[Json]:
    required = schema.get("required") or []
    kept = [name for name in required if name not in group.names]
    if kept == required:
        raise CannotBeSaidError("documented by now")
    words = f"Replies are without {', '.join(group.names)}."
    yield {"at": f"{group.pointer}/required", "description": words, "remove": True}
    if kept:
        yield {"description": f"{words} The others stay required.", "update": {"required": kept}}


def _body(_response: Json, _group: ShapeGroup) -> Iterator[Json]:
    raise CannotBeSaidError("a body that is not what its media type says can only be corrected by the vendor")


_CORRECTIONS: dict[str, Correction] = {
    "field": _field,
    "word": _word,
    "type": _type,
    "status": _status,
    "media": _media,
    "missing": _missing,
    "body": _body,
}


def _at(document: Json, pointer: str) -> Json:
    part: Any = document
    for token in tokens(pointer):
        part = part[int(token)] if isinstance(part, list) else part.get(token) if isinstance(part, dict) else None
    if not isinstance(part, dict):
        raise CannotBeSaidError(f"the document no longer has {pointer}")
    return part
