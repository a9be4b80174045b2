"""OpenAPI's defaults for how a value is written on the wire: what `style`, `explode` and `contentType` mean unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openapi_drift.diff.document import DocumentNode

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_SINGLE = frozenset({"string", "integer", "number", "boolean", "null"})
_LISTS_DEEP = 20
"""Lists of lists are looked into so deep; a list may be said to hold itself."""


def style(node: DocumentNode, place: str) -> str:
    """Return how a parameter, header or part of a body is written; ``place``: "query", "path", "header", "cookie"."""
    return node.text("style") or _STYLES.get(place, "form")


def explode(node: DocumentNode, place: str) -> bool:
    """Return whether the items of a list, or the properties of an object, are written each by itself."""
    written, how = node.plain("explode"), style(node, place)
    return written if isinstance(written, bool) else how in ("form", "deepObject")


def explode_matters(node: DocumentNode, how: str) -> bool:
    """Return whether what a parameter or header may hold is written otherwise by `explode`, in a style."""
    schema = node.get("schema")
    types = schema.plain("type") if schema else None
    named = {types} if isinstance(types, str) else set(map(str, types)) if isinstance(types, list) else set()
    # A single value is never taken apart, and a list in the style `simple` is written with commas either way.
    return not named or not named <= _SINGLE | ({"array"} if how == "simple" else set())


def part_type(encoding: DocumentNode | None, part: DocumentNode | None) -> str:
    """Return the media types of a part of a multipart body, in small letters, as its encoding or its schema says."""
    written = encoding.text("contentType") if encoding else ""
    return written.lower().replace(" ", "") or _type_by_schema(part)


def _type_by_schema(part: DocumentNode | None) -> str:
    for _ in range(_LISTS_DEEP):
        if part is None or part.plain("type") != "array":
            break
        part = part.get("items")
    if part is None:
        return "application/octet-stream"
    if part.plain("type") == "object" or part.plain("properties"):
        return "application/json"
    binary = part.text("format") in ("binary", "base64") or part.plain("contentEncoding") or not part.plain("type")
    return "application/octet-stream" if binary else "text/plain"
