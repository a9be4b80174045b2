"""Schemas of a document, compiled once into nodes that a check needs no look-ups for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import Factory, define, field

INFERRED = "x-optcloud-inferred"
_NULL = frozenset(["null"])
Json: TypeAlias = Mapping[str, Any]


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
class SchemaNode:
    """A schema. ``types`` None: any. ``additional`` as the document has it; None: not said.

    ``at`` is the schema where it is used, ``pointer`` where it is defined (behind ``$ref``). ``required`` and ``words``
    may be said by a part of it (``allOf``): by which one is kept, since an overlay goes there. ``extra`` is what
    properties without a name of their own must satisfy. ``inferred``: not in the vendor's document.

    ``by_name`` are bounds that a type's name tells. They, and all from ``minimum`` on, are read by `Compiler` only
    where it reads limits.
    """

    at: str
    pointer: str
    inferred: bool = False
    types: frozenset[str] | None = None
    properties: dict[str, SchemaNode] = field(factory=dict, repr=False)
    required: dict[str, str] = Factory(dict)
    additional: Any = field(default=None, repr=False)
    extra: SchemaNode | None = field(default=None, repr=False)
    items: SchemaNode | None = field(default=None, repr=False)
    words: frozenset[Any] | None = None
    words_at: str = ""
    ignores_case: bool = False
    alternatives: tuple[SchemaNode, ...] = field(default=(), repr=False)
    closed: bool = False
    minimum: float | None = None
    maximum: float | None = None
    by_name: tuple[int | None, int | None] = (None, None)
    pattern: re.Pattern[str] | None = None
    examples: tuple[Any, ...] = ()
    deprecated: bool = False

    @property
    def is_anything(self) -> bool:
        """Say whether every value is right here, as far as the node tells."""
        limits = (self.types, self.extra, self.items, self.words, self.minimum, self.maximum, self.pattern)
        more = (self.properties, self.required, self.closed, self.alternatives)
        return not any(more) and limits == (None,) * len(limits)

    @property
    def is_open(self) -> bool:
        """Say whether properties have names here, and nothing is said of others."""
        return bool(self.properties) and (self.additional is None or self.additional is True)


ANYTHING = SchemaNode("", "")


class Compiler:
    """Makes nodes of one document's schemas. ``words``: vocabularies that adapters know, by pointer of the schema.

    ``limits``: what is sent is held to bounds, patterns and closed objects as well, and keywords beside a ``$ref``
    count. Replies are not held to these.
    """

    def __init__(
        self, document: Json, words: Mapping[str, Iterable[str]] | None = None, *, limits: bool = False
    ) -> None:
        self._document = document
        self._words = words or {}
        self._limits = limits
        self._known: dict[tuple[str, str, bool], SchemaNode] = {}

    def node(self, schema: Any, at: str, *, inferred: bool = False) -> SchemaNode:
        """Return the node of a schema; the same one for the same place, so cycles end."""
        found, pointer = follow(self._document, schema, at)
        if self._limits and found is not schema:
            found = {**found, **{keyword: value for keyword, value in schema.items() if keyword != "$ref"}}
        inferred = inferred or (isinstance(found, Mapping) and bool(found.get(INFERRED)))
        node = self._known.get((at, pointer, inferred))
        if node is None:
            # A cycle comes back to the definition: its uses inside share one node for each place of use.
            node = self._known[at, pointer, inferred] = SchemaNode(at, pointer, inferred)
            if isinstance(found, Mapping):
                self._fill(node, found)
        return node

    def _below(self, node: SchemaNode, schema: Any, step: str) -> SchemaNode:
        return self.node(schema, f"{node.pointer}/{step}", inferred=node.inferred)

    def _fill(self, node: SchemaNode, schema: Json) -> None:
        node.types = _types(schema)
        self._fill_object(node, schema)
        if schema.get("items"):
            node.items = self._below(node, schema["items"], "items")
        node.words, node.ignores_case = self._vocabulary(node.pointer, schema)
        node.words_at = node.pointer
        if self._limits:
            _fill_limits(node, schema)
        for number, part in enumerate(schema.get("allOf") or ()):
            _narrow(node, self._below(node, part, f"allOf/{number}"))
        for keyword in ("oneOf", "anyOf"):
            parts = enumerate(schema.get(keyword) or ())
            _choose(node, [self._below(node, part, f"{keyword}/{number}") for number, part in parts])

    def _fill_object(self, node: SchemaNode, schema: Json) -> None:
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            node.properties = {
                name: self._below(node, part, f"properties/{escape(name)}") for name, part in properties.items()
            }
        node.required = dict.fromkeys(schema.get("required") or (), node.pointer)
        node.additional = schema.get("additionalProperties")
        if isinstance(node.additional, Mapping) and node.additional:
            node.extra = self._below(node, node.additional, "additionalProperties")

    def _vocabulary(self, pointer: str, schema: Json) -> tuple[frozenset[Any] | None, bool]:
        """Return the known words, and whether case is ignored: it is for an open list, and for the adapters' words."""
        if "const" in schema:
            return frozenset([schema["const"]]), False
        if isinstance(schema.get("enum"), list):
            return frozenset(word for word in schema["enum"] if not isinstance(word, dict | list)), False
        known = {*self._words.get(pointer, ()), *(schema.get("x-extensible-enum") or ())}
        return (frozenset(str(word).lower() for word in known), True) if known else (None, False)


def nodes(node: SchemaNode) -> Iterator[SchemaNode]:
    """Walk over a tree, which has no cycles."""
    yield node
    for below in (*node.properties.values(), node.extra, node.items):
        if below is not None:
            yield from nodes(below)


def _types(schema: Json) -> frozenset[str] | None:
    """Return the JSON types; None for any. 3.0's ``nullable`` and 3.1's lists mean the same."""
    declared = schema.get("type")
    if declared is None:
        return None
    names = frozenset([declared] if isinstance(declared, str) else declared)
    return names | {"null"} if schema.get("nullable") is True else names


def _fill_limits(node: SchemaNode, schema: Json) -> None:
    node.closed = node.additional is False
    node.minimum, node.maximum = schema.get("minimum"), schema.get("maximum")
    node.by_name = schema.get("x-minimum-by-name"), schema.get("x-maximum-by-name")
    node.pattern = _pattern(schema["pattern"]) if "pattern" in schema else None
    node.examples = tuple(schema.get("examples", ()))
    node.deprecated = bool(schema.get("deprecated"))


def _pattern(text: str) -> re.Pattern[str]:
    r"""Compile a pattern of JSON Schema: its ``$`` is the very end, Python's is also before a last line feed."""
    return re.compile(text[:-1] + r"\Z" if text.endswith("$") and not text.endswith(r"\$") else text)


def _choose(node: SchemaNode, options: list[SchemaNode]) -> None:
    """Take alternatives; those that only repeat what is required say nothing of shapes."""
    telling = [
        option
        for option in options
        if option.types or option.properties or option.items or option.words or option.alternatives
    ]
    nullable = any(option.types == _NULL for option in telling)
    real = [option for option in telling if option.types != _NULL]
    if len(real) == 1:
        _narrow(node, real[0])
        if nullable and node.types is not None:
            node.types |= {"null"}
    elif real and len(telling) == len(options):
        node.alternatives = tuple(telling)


def _narrow(node: SchemaNode, part: SchemaNode) -> None:
    """Add what a part of ``allOf``, or the only alternative, says."""
    if part.types is not None:
        node.types = part.types if node.types is None else node.types & part.types
    node.properties = {**node.properties, **part.properties}
    node.required = part.required | node.required
    node.extra = node.extra or part.extra
    if node.additional in (None, False):
        node.additional = part.additional
    node.items = node.items or part.items
    if node.words is None:
        node.words, node.words_at, node.ignores_case = part.words, part.words_at, part.ignores_case
    node.alternatives = node.alternatives or part.alternatives
