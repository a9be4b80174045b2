"""The quick check: a msgspec decoder that takes nothing of which the thorough walk would find anything to say.

It reads about three times as fast as JSON can be read into dicts. It may be stricter than the schema, never laxer: what
it refuses is walked over, which alone decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from optcloud.json_schema.nodes import SchemaNode

Type: TypeAlias = Any
_SCALARS: dict[str, Type] = {"string": str, "integer": int, "number": float, "boolean": bool, "null": None}
_INT64 = (-(2**63), 2**63 - 1)  # msgspec takes no wider bounds; beyond them the walk looks
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
KEYS = "*"
"""In place of a field's name: any name."""


class Tolerated(NamedTuple):
    """Something found at a schema (``at``) that is not to be looked for again, such as a field of some ``name``.

    ``kind``: ``value`` (anything may stand there), ``type``, ``field`` (`KEYS`: of any name), ``missing``, ``word``,
    ``deprecated``, or one that only the walk knows.
    """

    at: str
    kind: str
    name: str = ""


class AnyObject(msgspec.Struct, gc=False):
    """Any object: msgspec skips its values, where a dict would be filled with them."""


# Cheaper than Raw where there are thousands: a Raw keeps the garbage collector busy.
SKIPPED: Type = AnyObject | list[Raw] | str | int | float | bool | None


class TooRichError(Exception):
    """A schema says what types cannot: alternatives, cycles, both named and typed further fields."""


class QuickCheck:
    """Reads JSON of one schema. ``checks`` is False when only a walk can tell. Made anew when more is tolerated."""

    _unknown: Type = SKIPPED  # the type of a field that the schema does not name, and that is tolerated

    def __init__(self, root: SchemaNode, tolerated: Collection[Tolerated] = ()) -> None:
        self._tolerated = frozenset(tolerated)
        self._names: dict[tuple[str, str], list[str]] = {}
        for at, kind, name in tolerated:
            self._names.setdefault((at, kind), []).append(name)
        self._decoder: msgspec.json.Decoder[Any] | None = None
        with suppress(TooRichError, TypeError, ValueError):  # msgspec: unions and names that it cannot take
            self._decoder = msgspec.json.Decoder(self._root_type(root))
        self.checks = self._decoder is not None

    def decode(self, body: bytes) -> Any:
        """Read JSON to its end; None where it has to be walked over."""
        if self._decoder is None:
            return None
        try:
            return self._decoder.decode(body)
        except _UNREADABLE:
            return None

    def passes(self, body: bytes) -> bool:
        """Say whether there is nothing to find in this JSON."""
        if self._decoder is None:
            return False
        try:
            self._decoder.decode(body)
        except _UNREADABLE:
            return False
        return True

    def _root_type(self, root: SchemaNode) -> Type:
        return self._type(root, ())

    def _type(self, node: SchemaNode, above: tuple[SchemaNode, ...]) -> Type:
        if node.is_anything or self._tolerates(node, "value"):
            return Raw
        if node.types is None or node.alternatives or node in above:
            raise TooRichError
        above = (*above, node)
        loose = set(self._names.get((node.at, "type"), ())) - node.types
        members = [self._member(kind, node, above) for kind in sorted(node.types)]
        members += [_loose(kind, node.types) for kind in sorted(loose)]
        return Union[tuple(members)]  # noqa: UP007 - made of a list

    def _member(self, kind: str, node: SchemaNode, above: tuple[SchemaNode, ...]) -> Type:
        if kind == "object":
            return self._object(node, above)
        if kind == "array":
            return list[Raw if node.items is None else self._type(node.items, above)]  # type: ignore[misc]
        if node.words is not None and kind != "null" and not self._tolerates(node, "word"):
            return _words(kind, node.words, ignores_case=node.ignores_case)
        if kind == "string" and node.pattern is not None:
            return Annotated[str, Meta(pattern=node.pattern.pattern)]
        return _number(kind, node) if kind in ("number", "integer") else _scalar(kind)

    def _object(self, node: SchemaNode, above: tuple[SchemaNode, ...]) -> Type:
        if node.properties or node.closed or node.required:
            return self._struct(node, self._fields(node, above))
        return AnyObject if node.extra is None else dict[str, self._type(node.extra, above)]  # type: ignore[misc]

    def _fields(self, node: SchemaNode, above: tuple[SchemaNode, ...]) -> dict[str, Type]:
        """Return the types of fields that need not be named, by the name of the field."""
        loose_types = self._names.get((node.at, "type"), ())
        if node.extra is not None or "object" in loose_types or not node.properties.keys() >= node.required.keys():
            raise TooRichError
        fields = {
            name: self._type(below, above)
            for name, below in node.properties.items()
            if not below.deprecated or self._tolerates(below, "deprecated")
        }
        unknown = self._names.get((node.at, "field"), ())
        return fields | {name: self._unknown for name in unknown if name != KEYS and name not in node.properties}

    def _struct(self, node: SchemaNode, types: Mapping[str, Type]) -> Type:
        """Make a type that refuses every field that would have to be named."""
        sure = node.required.keys() - set(self._names.get((node.at, "missing"), ()))
        fields = [_field(number, name, kind, sure) for number, (name, kind) in enumerate(types.items())]
        named = (bool(node.properties) or node.closed) and not self._lets_pass(node)
        return msgspec.defstruct("Object", fields, forbid_unknown_fields=named, kw_only=True, gc=False)

    def _lets_pass(self, node: SchemaNode) -> bool:
        """Say whether fields that the schema does not name are of no interest."""
        return self._tolerates(node, "field", KEYS)

    def _tolerates(self, node: SchemaNode, kind: str, name: str = "") -> bool:
        return Tolerated(node.at, kind, name) in self._tolerated


def _field(number: int, name: str, kind: Type, sure: Iterable[str]) -> tuple[Any, ...]:
    attribute = f"f{number}"
    if name in sure:
        return attribute, kind, msgspec.field(name=name)
    if kind is Raw:
        return attribute, Raw, msgspec.field(default=Raw(), name=name)
    return attribute, kind | UnsetType, msgspec.field(default=UNSET, name=name)


def _words(kind: str, words: frozenset[Any], *, ignores_case: bool) -> Type:
    texts = {word for word in words if isinstance(word, str)}
    if kind != "string" or not texts:
        raise TooRichError
    if ignores_case:  # the spellings that are met; others are walked over
        texts |= {text.upper() for text in texts} | {text.capitalize() for text in texts}
    return Literal[tuple(sorted(texts))]


def _number(kind: str, node: SchemaNode) -> Type:
    if kind == "number":
        return Annotated[float, Meta(ge=node.minimum, le=node.maximum)]
    if node.minimum is None and node.maximum is None and node.by_name == (None, None):
        return int
    low = max(bound for bound in (node.minimum, node.by_name[0], _INT64[0]) if bound is not None)
    high = min(bound for bound in (node.maximum, node.by_name[1], _INT64[1]) if bound is not None)
    if low != int(low) or high != int(high):
        raise TooRichError
    return Annotated[int, Meta(ge=int(low), le=int(high))]


def _loose(kind: str, types: frozenset[str]) -> Type:
    if kind == "object":
        return AnyObject
    if kind == "array":
        return list[Raw]
    if kind == "number" and "integer" in types:
        return float
    return _scalar(kind)


def _scalar(kind: str) -> Type:
    if kind not in _SCALARS:
        raise TooRichError
    return _SCALARS[kind]
