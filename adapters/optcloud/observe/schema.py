"""Schemas of a document, compiled once into nodes that a walk needs no look-ups for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import Factory, define

TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", dict: "object"}
TYPES[list] = "array"
_NULL = frozenset(["null"])
Json = Mapping[str, Any]


def escape(token: str) -> str:
    """Write one token of an RFC 6901 pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def follow(document: Json, part: Any, pointer: str) -> tuple[Any, str]:
    """Follow ``$ref`` until something else is there; return it and its pointer. What cannot be followed is empty."""
    seen = set()
    while isinstance(part, Mapping) and isinstance(reference := part.get("$ref"), str):
        if reference in seen or not reference.startswith("#/"):
            return {}, pointer
        seen.add(reference)
        pointer, part = reference[1:], document
        for token in pointer[1:].split("/"):
            key = token.replace("~1", "/").replace("~0", "~")
            part = part.get(key, {}) if isinstance(part, Mapping) else {}
    return part, pointer


@define(eq=False)
class Node:
    """A schema. ``types`` None: any. ``fields`` None: names are not described. ``loose`` …: what was found already.

    ``at`` is the schema where it is used, ``pointer`` where it is defined (behind ``$ref``). ``required`` and ``words``
    may be said by a part of it (``allOf``): by which one is kept, since a mend goes there.
    """

    at: str
    pointer: str
    types: frozenset[str] | None = None
    fields: dict[str, Node] | None = None
    required: dict[str, str] = Factory(dict)
    rest: Node | None = None
    more_allowed: bool = False
    items: Node | None = None
    words: frozenset[Any] | None = None
    words_at: str = ""
    fold: bool = False
    alternatives: tuple[Node, ...] = ()
    noted: set[str] = Factory(set)  # unknown names that were shown; after many they are taken for data
    # What replies have had besides: the quick check lets it pass, so that a known shape costs no walk.
    loose_types: set[str] = Factory(set)
    loose_names: set[str] = Factory(set)
    loose_missing: set[str] = Factory(set)
    loose_words: bool = False
    loose_keys: bool = False


class Compiler:
    """Makes nodes of one document's schemas. ``words``: vocabularies that adapters know, by pointer of the schema."""

    def __init__(self, document: Json, words: Mapping[str, Iterable[str]]) -> None:
        self._document = document
        self._words = words
        self._known: dict[tuple[str, str], Node] = {}

    def node(self, schema: Any, at: str) -> Node:
        """Return the node of a schema; the same one for the same place, so cycles end."""
        schema, pointer = follow(self._document, schema, at)
        node = self._known.get((at, pointer))
        if node is None:
            # A cycle comes back to the definition: its uses inside share one node for each place of use.
            node = self._known[at, pointer] = Node(at, pointer)
            if isinstance(schema, Mapping):
                self._fill(node, schema)
        return node

    def _fill(self, node: Node, schema: Json) -> None:
        node.types = _types(schema)
        self._fill_object(node, schema)
        if "items" in schema:
            node.items = self.node(schema["items"], f"{node.pointer}/items")
        node.words, node.fold = self._vocabulary(node.pointer, schema)
        node.words_at = node.pointer
        for number, part in enumerate(schema.get("allOf") or ()):
            _narrow(node, self.node(part, f"{node.pointer}/allOf/{number}"))
        for keyword in ("oneOf", "anyOf"):
            places = ((part, f"{node.pointer}/{keyword}/{n}") for n, part in enumerate(schema.get(keyword) or ()))
            self._choose(node, [self.node(part, place) for part, place in places])

    def _fill_object(self, node: Node, schema: Json) -> None:
        properties = schema.get("properties")
        if isinstance(properties, Mapping) and properties:
            place = f"{node.pointer}/properties/"
            node.fields = {name: self.node(part, place + escape(name)) for name, part in properties.items()}
        node.required = dict.fromkeys(schema.get("required") or (), node.pointer)
        rest = schema.get("additionalProperties")
        node.more_allowed = rest is not None and rest is not False
        if isinstance(rest, Mapping) and rest:
            node.rest = self.node(rest, f"{node.pointer}/additionalProperties")

    def _vocabulary(self, pointer: str, schema: Json) -> tuple[frozenset[Any] | None, bool]:
        """Return the known words and whether capitals matter: an open list, or the adapters', is read without."""
        if "const" in schema:
            return frozenset([schema["const"]]), False
        if isinstance(schema.get("enum"), list):
            return frozenset(one for one in schema["enum"] if not isinstance(one, dict | list)), False
        known = {*self._words.get(pointer, ()), *(schema.get("x-extensible-enum") or ())}
        return (frozenset(str(one).lower() for one in known), True) if known else (None, False)

    @staticmethod
    def _choose(node: Node, options: list[Node]) -> None:
        """Take alternatives; those that only repeat what is required say nothing of shapes."""
        said = [one for one in options if one.types or one.fields or one.items or one.words or one.alternatives]
        nullable = any(one.types == _NULL for one in said)
        real = [one for one in said if one.types != _NULL]
        if len(real) == 1:
            _narrow(node, real[0])
            if nullable and node.types is not None:
                node.types |= {"null"}
        elif real and len(said) == len(options):
            node.alternatives = tuple(said)


def _types(schema: Json) -> frozenset[str] | None:
    """Return the JSON types; None for any. 3.0's ``nullable`` and 3.1's lists mean the same."""
    declared = schema.get("type")
    if declared is None:
        return None
    names = frozenset([declared] if isinstance(declared, str) else declared)
    return names | {"null"} if schema.get("nullable") is True else names


def _narrow(node: Node, part: Node) -> None:
    """Add what a part of ``allOf``, or the only alternative, says."""
    if part.types is not None:
        node.types = part.types if node.types is None else node.types & part.types
    if part.fields is not None:
        node.fields = {**(node.fields or {}), **part.fields}
    node.required = part.required | node.required
    node.rest = node.rest or part.rest
    node.more_allowed = node.more_allowed or part.more_allowed
    node.items = node.items or part.items
    if node.words is None:
        node.words, node.words_at, node.fold = part.words, part.words_at, part.fold
    node.alternatives = node.alternatives or part.alternatives
