"""Bodies as the client's generator takes them: JSON, forms and text by their schema, anything else as bytes."""

from __future__ import annotations

from email.message import Message
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.pointers import join
from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import resolved, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

BYTES = {"type": "string", "format": "binary"}
_WIDE = ("*/*", "application/*")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def settle_media_types(document: Document) -> Iterator[Note]:
    """Change every `content` in place, of requests and replies."""
    for content, place in contents(document, ""):
        is_request = "/requestBod" in place and "/responses/" not in place
        for media_type in list(content):
            if not isinstance(content[media_type], dict):
                continue
            below = join(place, media_type)
            if media_type in _WIDE:
                yield from _settle_wide(document, content, media_type, below)
            elif not _is_taken(media_type, is_request):
                yield from _settle_unknown(document, content, media_type, below)
            elif content[media_type].get("schema") is None:
                content[media_type]["schema"] = BYTES.copy() if media_type == "application/octet-stream" else {}
        if not is_request:
            _json_first(document, content)


def contents(node: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every `content` object with its place, of requests and responses, in place or under components."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "content" and isinstance(value, dict):
                yield value, join(place, key)
            elif key not in ("schemas", "schema", "example", "examples"):
                yield from contents(value, join(place, key))
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from contents(item, join(place, number))


def _plain(media_type: str) -> str:
    message = Message()
    message.add_header("Content-Type", media_type)
    found = message.get_content_type()
    return found if media_type.startswith(found) else ""


def _is_taken(media_type: str, is_request: bool) -> bool:
    plain = _plain(media_type)
    if is_request and plain in _FORMS:
        return True
    known = plain in ("application/json", "application/octet-stream") or plain.endswith("+json")
    return known or (not is_request and plain.startswith("text/"))


def is_bytes(document: Document, schema: Any) -> bool:
    """Whether a schema, after its references, says bytes."""
    found = resolved(document, schema)
    return types(found)[:1] == ["string"] and found.get("format") == "binary"


def _settle_wide(document: Document, content: dict[str, Any], media_type: str, place: str) -> Iterator[Note]:
    """Any media type is bytes: JSON included, which an empty schema says, and of which a generator would make JSON."""
    value = content[media_type]
    schema = value.get("schema")
    is_open = schema in ({}, None) or set(types(resolved(document, schema))) == {"string"}
    if is_open or "application/json" in content:
        value["schema"] = BYTES.copy()
    else:
        renamed = {"application/json" if key == media_type else key: item for key, item in content.items()}
        content.clear()
        content.update(renamed)
        yield Note(place, "a body of any media type with a schema is taken as JSON")


def _settle_unknown(document: Document, content: dict[str, Any], media_type: str, place: str) -> Iterator[Note]:
    value = content[media_type]
    had = value.get("schema")
    value["schema"] = BYTES.copy()
    if not is_bytes(document, had) and had is not None:
        yield Note(place, "a body of this media type is generated as bytes, since no code is made to write or read it")
    if media_type.startswith("text/") or media_type in _FORMS:
        key = f"{media_type}; charset=utf-8" if "charset" not in media_type else media_type
        renamed = {key if old == media_type else old: item for old, item in content.items()}
        content.clear()
        content.update(renamed)


def _json_first(document: Document, content: dict[str, Any]) -> None:
    """The generator reads a reply by the first type that it knows: bytes of other types come as File beside it."""
    kinds = {key: is_bytes(document, value.get("schema")) for key, value in content.items() if isinstance(value, dict)}
    if any(kinds.values()) and not all(kinds.values()) and next(iter(kinds.values())):
        ordered = sorted(content.items(), key=lambda item: kinds.get(item[0], False))
        content.clear()
        content.update(ordered)
