"""Examples built from a schema: the least, the fullest, and a few between, the same in each run.

Each is checked by the schema before it counts. Depth and size are bounded, so that schemas that contain themselves,
and documents with thousands of properties, end.
"""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.references import parts
from openapi_drift.generation.proof.flattening import UnbuildableError, flatten, types_of
from openapi_drift.generation.proof.scalars import number, read_as, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.generation.proof.json_schema import SchemaDocument

UNDECLARED = "undeclared"
"""How the names begin that examples give to properties which no schema names."""
_ROUNDS = 4  # full examples, each taking the next branch, word and type; as many with some of what is optional
_DEEP = 4  # levels below which only what is required is built
_DEEPEST = 30
_TRIES = 6000  # values begun for one example, those of branches that did not end included
_SIZE = 300  # values in one example; from there on only what is required


@dataclass(frozen=True)
class ExampleStyle:
    """What examples may have: names that no schema has, null, bytes, text that is more than plain words."""

    undeclared: bool = False
    null: bool = True
    binary: bool = False
    plain: bool = False


@dataclass
class ExampleBuilder:
    """Builds and keeps the examples of a document's schemas by the pointers of their places."""

    document: SchemaDocument
    _kept: dict[tuple[str, ExampleStyle], list[Any]] = field(default_factory=dict)

    @cached_property
    def declared(self) -> frozenset[str]:
        """The names that the document has for properties, anywhere."""
        return frozenset(name for properties in self._properties() for name in properties)

    @cached_property
    def defaults(self) -> dict[str, list[Any]]:
        """The defaults that the document has, by the names of properties."""
        found: dict[str, list[Any]] = {}
        for properties in self._properties():
            for name, schema in properties.items():
                with suppress(UnbuildableError):
                    flat, _ = flatten(self.document, schema, lambda branches, _: branches[0], frozenset())
                    if "default" in flat:
                        found.setdefault(name, []).extend((flat["default"], *read_as(flat["default"], types_of(flat))))
        return found

    def _properties(self) -> Iterator[dict[str, Any]]:
        yield from (value for value, _, names_of in parts(self.document.content) if names_of == "properties")

    def examples(self, pointer: str, schema: Any, style: ExampleStyle) -> list[Any]:
        """Return the valid examples of the schema that stands at ``pointer``, the least first, each once."""
        if (pointer, style) not in self._kept:
            self._kept[pointer, style] = list(self._built(pointer, schema, style).values())
        return self._kept[pointer, style]

    def _built(self, pointer: str, schema: Any, style: ExampleStyle) -> dict[str, Any]:
        found: dict[str, Any] = {}
        rounds = [(0.0, 0), *((1.0, turn) for turn in range(_ROUNDS)), *((0.5, turn) for turn in range(1, _ROUNDS))]
        for share, turn in rounds:
            drawing = _Drawing(self.document, style, share, turn, random.Random(f"{pointer} {share} {turn}"))  # noqa: S311  # nosec B311
            try:
                value = drawing.value(schema, frozenset(), 0)
            except UnbuildableError:
                continue
            if self.document.error(pointer, _readable(value)) is None:
                found.setdefault(json.dumps(_readable(value), sort_keys=True), value)
        return found


@dataclass
class _Drawing:
    """The building of one example: what is optional is taken with the chance ``share``, choices by ``turn``."""

    document: SchemaDocument
    style: ExampleStyle
    share: float
    turn: int
    random: random.Random
    size: int = 0

    def value(self, schema: Any, seen: frozenset[str], depth: int) -> Any:
        self.size += 1
        if depth > _DEEPEST or self.size > _TRIES:
            raise UnbuildableError("it contains itself without an end")
        lean = depth >= _DEEP or self.size > _SIZE
        if not lean:
            return self._of(schema, self.turn, seen, depth)
        for turn in range(4):  # below some depth, the first branch that ends
            try:
                return self._of(schema, turn, seen, depth)
            except UnbuildableError:
                if turn == 3:
                    raise
        raise UnbuildableError("no branch ends")

    def _of(self, schema: Any, turn: int, seen: frozenset[str], depth: int) -> Any:
        def pick(branches: list[Any], through: frozenset[str]) -> Any:
            fresh = [branch for branch in branches if not _leads_to(branch, through)] or branches
            usable = [branch for branch in fresh if self.style.null or not _is_null(branch)] or fresh
            return usable[turn % len(usable)]

        flat, through = flatten(self.document, schema, pick, seen if depth else frozenset())
        if "const" in flat:
            return flat["const"]
        if "enum" in flat:
            words = [word for word in flat["enum"] if word is not None or self.style.null]
            if not words:
                raise UnbuildableError("no word is allowed")
            return words[turn % len(words)]
        types = [name for name in types_of(flat) if name != "null" or self.style.null] or _free_types(self.style)
        return self._of_type(types[turn % len(types)], flat, through, depth)

    def _of_type(self, kind: str, flat: dict[str, Any], seen: frozenset[str], depth: int) -> Any:
        if kind == "object":
            return self._object(flat, seen, depth)
        if kind == "array":
            return self._array(flat, seen, depth)
        if kind in ("boolean", "null"):
            return self.turn % 2 == 0 if kind == "boolean" else None
        if kind in ("integer", "number"):
            return number(flat, self.turn, whole=kind == "integer")
        return self._text(flat)

    def _text(self, flat: dict[str, Any]) -> str | bytes:
        if flat.get("format") == "binary" or "contentMediaType" in flat:
            if not self.style.binary:
                raise UnbuildableError("bytes are no JSON")
            return b"\x00\xff bytes"
        return text(flat, self.turn, plain=self.style.plain)

    def _wanted(self, depth: int) -> bool:
        return depth < _DEEP and self.size < _SIZE and self.random.random() < self.share

    def _object(self, flat: dict[str, Any], seen: frozenset[str], depth: int) -> dict[str, Any]:
        required = flat.get("required", [])
        properties = flat.get("properties", {})
        built: dict[str, Any] = {}
        for name in [*properties, *(name for name in required if name not in properties)]:
            must = name in required
            if not must and not self._wanted(depth):
                continue
            try:
                built[name] = self.value(properties.get(name, {}), seen, depth + 1)
            except UnbuildableError:
                if must:
                    raise
        further = flat.get("additionalProperties", True)
        count = max(flat.get("minProperties", 0) - len(built), 0)
        if further is not False and "patternProperties" not in flat and (not properties or self.style.undeclared):
            count = max(count, 1 if self._wanted(depth) else 0)
        for number_ in range(count if further is not False else 0):
            built[f"{UNDECLARED}{number_}"] = self.value({} if further is True else further, seen, depth + 1)
        return built

    def _array(self, flat: dict[str, Any], seen: frozenset[str], depth: int) -> list[Any]:
        least = flat.get("minItems", 0)
        count = max(least, min(2, flat.get("maxItems", 2))) if self._wanted(depth) else least
        first = flat.get("prefixItems", [])
        items: list[Any] = []
        kept = self.turn
        try:
            for index in range(max(count, min(least, len(first)))):
                self.turn = kept + index
                item = self.value(first[index] if index < len(first) else flat.get("items", {}), seen, depth + 1)
                if not flat.get("uniqueItems") or item not in items:
                    items.append(item)
        except UnbuildableError:
            if len(items) < least:
                raise
        finally:
            self.turn = kept
        return items


def _free_types(style: ExampleStyle) -> list[str]:
    """What a schema that names no type may have: anything."""
    return ["string"] if style.plain else ["string", "object", "integer", "boolean", "array"]


def _leads_to(branch: Any, seen: frozenset[str]) -> bool:
    return isinstance(branch, dict) and branch.get("$ref") in seen


def _is_null(branch: Any) -> bool:
    return isinstance(branch, dict) and branch.get("type") == "null"


def _readable(value: Any) -> Any:
    """Return a value as JSON: bytes as the text that a schema takes them for."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {name: _readable(item) for name, item in value.items()}
    return [_readable(item) for item in value] if isinstance(value, list) else value
