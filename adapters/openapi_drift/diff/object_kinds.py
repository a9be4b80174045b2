"""The objects of an OpenAPI document outside schemas: what each of their fields is, and how two of them are compared.

A field that is not named here is a plain value: it differs if its JSON does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi_drift.diff import stability_levels
from openapi_drift.diff.defaults import explode, style
from openapi_drift.diff.document import DocumentNode, content, entries, without_extensions
from openapi_drift.diff.meaningless import OF_DOCUMENT, OF_INFO
from openapi_drift.diff.rules import media_types, sunset
from openapi_drift.diff.rules.pairs import Named, Pairs, header_pairs, media_type_pairs, pairs_by_key, status_pairs
from openapi_drift.documents.document import METHODS

PairChildren = Callable[[DocumentNode, DocumentNode, str], Pairs[Named]]
"""What belongs together below a field of two objects."""


@dataclass(frozen=True, slots=True)
class Child:
    """A field that holds objects of a kind: one, or by name."""

    kind: str
    pairs: PairChildren


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """What is known of a kind of object.

    ``defaults`` are the values that are meant where a field is not written; ``sets`` are lists whose order means
    nothing; ``apart`` are fields that are compared elsewhere, or that mean nothing.
    """

    children: Mapping[str, Child] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    sets: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()


def _one(base: DocumentNode, revision: DocumentNode, key: str) -> Pairs[Named]:
    old, new = ({key: Named(key, found)} if (found := node.get(key)) else {} for node in (base, revision))
    return pairs_by_key(old, new)


def _by_name(base: DocumentNode, revision: DocumentNode, key: str) -> Pairs[Named]:
    old, new = ({name: Named(name, item) for name, item in entries(node, key).items()} for node in (base, revision))
    return pairs_by_key(old, new)


def _headers(base: DocumentNode, revision: DocumentNode, key: str) -> Pairs[Named]:
    return header_pairs(base, revision)


def _media_types(base: DocumentNode, revision: DocumentNode, key: str) -> Pairs[Named]:
    return media_type_pairs(content(base), content(revision))


def _encodings(base: DocumentNode, revision: DocumentNode, key: str) -> Pairs[Named]:
    """A part that has no encoding is written by the defaults, as one with an empty encoding."""
    old, new = entries(base, key), entries(revision, key)
    nothing = [DocumentNode(node.document, {}, node.pointer) for node in (base, revision)]
    names = dict.fromkeys([*old, *new])
    return Pairs([(Named(name, old.get(name, nothing[0])), Named(name, new.get(name, nothing[1]))) for name in names])


def _statuses(base: DocumentNode, revision: DocumentNode, key: str) -> Pairs[Named]:
    return status_pairs(without_extensions(base.get(key)), without_extensions(revision.get(key)))


SCHEMA = "schema"
"""The kind of what `..schemas` compares."""

_VALUE = {"schema": Child(SCHEMA, _one), "content": Child("media type", _media_types)}
_FORM = {"style", "explode", "required", "deprecated", "allowReserved", "allowEmptyValue"}
_FALSE = dict.fromkeys(_FORM - {"style", "explode"}, False)

KINDS: Mapping[str, ObjectKind] = {
    "document": ObjectKind(
        {"info": Child("info", _one)},
        apart=OF_DOCUMENT | {"paths", "webhooks", "components", "servers", "security"},
    ),
    "info": ObjectKind(apart=OF_INFO),
    "path item": ObjectKind(apart=frozenset({*METHODS, "parameters", "servers"})),
    "operation": ObjectKind(
        {"requestBody": Child("request body", _one), "responses": Child("response", _statuses)},
        {"deprecated": False},
        frozenset({"tags"}),
        frozenset({"parameters", "servers", "security", "callbacks"}),
    ),
    "parameter": ObjectKind(_VALUE, _FALSE, apart=frozenset({"name", "in"})),
    "header": ObjectKind(_VALUE, _FALSE),
    "request body": ObjectKind({"content": Child("media type", _media_types)}, {"required": False}),
    "media type": ObjectKind({"schema": Child(SCHEMA, _one), "encoding": Child("encoding", _encodings)}),
    "encoding": ObjectKind(
        {"headers": Child("header", _headers)}, {"allowReserved": False}, apart=frozenset({"contentType"})
    ),
    "response": ObjectKind(
        {
            "headers": Child("header", _headers),
            "content": Child("media type", _media_types),
            "links": Child("link", _by_name),
        }
    ),
    "link": ObjectKind({"server": Child("server", _one)}),
    "server": ObjectKind({"variables": Child("server variable", _by_name)}, apart=frozenset({"url"})),
    "server variable": ObjectKind(sets=frozenset({"enum"})),
    "security scheme": ObjectKind({"flows": Child("flows", _one)}, apart=frozenset({"name"})),
    "flows": ObjectKind(
        {
            name: Child("flow", _one)
            for name in ("implicit", "password", "clientCredentials", "authorizationCode", "deviceAuthorization")
        }
    ),
    "flow": ObjectKind(apart=frozenset({"scopes"})),
}

COMPONENTS = {
    "parameters": "parameter",
    "headers": "header",
    "requestBodies": "request body",
    "responses": "response",
    "links": "link",
    "securitySchemes": "security scheme",
}
"""The kinds of components; schemas, path items and callbacks are looked at otherwise."""


def same_name(kind: str, base: str, revision: str) -> bool:
    """Return whether a name of a response or a media type is the same, said in another way perhaps."""
    if kind == "media type":
        return media_types.parse(base) == media_types.parse(revision)
    return kind != "response" or base.upper() == revision.upper()


def said(kind: str, node: DocumentNode, key: str) -> Any:
    """Return what an object says of a field: as it is meant, so that what is only written differently is equal."""
    value = node.plain(key)
    if kind in _WRITTEN and key in ("style", "explode", "required"):
        return _form(kind, node, key)
    if key == sunset.FIELD and value is not None and not sunset.problem(node):
        return sunset.sunset(node).isoformat()
    if kind == "security scheme" and key == "scheme" and isinstance(value, str):
        return value.lower()
    if value is None and key not in node.value:
        return "stable" if key == stability_levels.FIELD else KINDS[kind].defaults.get(key, _NOT_WRITTEN)
    return {str(item) for item in value} if key in KINDS[kind].sets and isinstance(value, list) else value


_NOT_WRITTEN = ("not written",)
"""Unlike any value of a document, null among them."""
_WRITTEN = ("parameter", "header", "encoding")


def _form(kind: str, node: DocumentNode, key: str) -> Any:
    place = {"parameter": node.text("in"), "header": "header"}.get(kind, "query")
    if key == "required":
        return place == "path" or node.value.get(key, False)
    if key == "explode":
        return node.plain(key) if _is_odd(node, key, bool) else explode(node, place)
    return node.plain(key) if _is_odd(node, key, str) else style(node, place)


def _is_odd(node: DocumentNode, key: str, type_: type) -> bool:
    return key in node.value and not isinstance(node.plain(key), type_)
