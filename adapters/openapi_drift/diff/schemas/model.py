"""A schema of OpenAPI 3.0 or 3.1 in one form: what is only written differently looks the same here."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.document import DocumentNode
from openapi_drift.diff.schemas.keywords import CHOICES, FROM_ZERO
from openapi_drift.diff.schemas.merging import GROUPS, Merged, merge, plain_limits
from openapi_drift.diff.schemas.normal_form import (
    ANYTHING,
    NOTHING,
    NormalForm,
    is_null,
    listed_values,
    normal_form,
    type_names,
)
from openapi_drift.diff.values import ABSENT
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import follow_once, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from openapi_drift.documents.document import LoadedDocument


_MAX_DEPTH = 2
"""How often schemas below each other are made one of several."""
_MAX_COMBINED = 1_000
"""How many schemas of a document are made one of several; those that are components have four more each."""
_COMBINED, _MERGED = "combined", "merged"


class Schema:
    """A schema in its normal form. ``reference`` is the `$ref` that stood here, if any.

    ``value`` holds its keywords, of all parts together; the schemas in it are reached by `schema`, `schemas` and
    `alternatives`, which put the parts' together, too.
    """

    def __init__(
        self, form: NormalForm, reference: str | None = None, types: frozenset[str] | None = None, depth: int = 0
    ) -> None:
        self.form = form
        self.reference = reference
        self._types = types
        self._depth = depth

    @property
    def parts(self) -> tuple[DocumentNode, ...]:
        return self.form.parts

    @property
    def document(self) -> LoadedDocument:
        return self.form.written.document

    @property
    def pointer(self) -> str:
        """The place where the schema stands: behind a `$ref`, the place referred to."""
        return self.form.written.pointer

    @cached_property
    def identity(self) -> object:
        """The same for what has the same parts (or is the same boolean in the same place)."""
        first = self.parts[0].value
        if first is ANYTHING or first is NOTHING:
            return self.pointer, self.nullable
        written = self.form.written.value if self.writes("allOf") else None
        beside = [id(value) for value, _ in self.form.beside]
        return (*(id(part.value) for part in self.parts), self.nullable, id(written), *beside)

    @cached_property
    def component(self) -> str | None:
        """The reference to the component that stands here; one that only refers to another is that other one."""
        found, seen = self.reference, set[str]()
        while found is not None and found not in seen:
            seen.add(found)
            target, _ = follow_once(self.document, {"$ref": found}, self.pointer)
            members = target.get("allOf") if isinstance(target, dict) else None
            lone = members[0] if isinstance(members, list) and len(members) == 1 and len(target) == 1 else target
            inner = reference(lone) if isinstance(lone, dict) and len(lone) == 1 else None
            found = inner or found
        return found

    @cached_property
    def _merged(self) -> Merged:
        if len(self.parts) == 1:
            return Merged(plain_limits(self.parts[0].value), ())
        own = self.parts[0].pointer == self.pointer
        key = _MERGED, own, *(id(part.value) for part in self.parts)
        if key not in self.document.memo:
            self.document.memo[key] = merge(self.parts, written_first=own)
        merged: Merged = self.document.memo[key]
        return merged

    @property
    def value(self) -> dict[str, Any]:
        return self._merged.value

    @cached_property
    def node(self) -> DocumentNode:
        """The schema's keywords as a node of the document."""
        return DocumentNode(self.document, self.value, self.pointer)

    def place(self, key: str) -> str:
        """Return the pointer of a keyword; of the whole schema if it is not written."""
        for part in self.parts:
            if key in part.value:
                return join(part.pointer, key)
        return self.pointer

    def place_of_property(self, name: str) -> str:
        """Return the pointer of a property."""
        for part in self.parts:
            if isinstance(part.value.get("properties"), dict) and name in part.value["properties"]:
                return join(part.pointer, "properties", name)
        return join(self.pointer, "properties", name)

    @property
    def nullable(self) -> bool:
        """Whether null is allowed, in 3.0's or 3.1's way."""
        return self.form.null

    @property
    def types(self) -> frozenset[str]:
        """The types but null, written or implied; empty: any type."""
        return self.written_types if self._types is None else self._types

    @cached_property
    def written_types(self) -> frozenset[str]:
        """The types that the schema writes, but null."""
        written = frozenset(type_names(self.value))
        return written - {"null"} or written

    @cached_property
    def enum(self) -> list[Any] | None:
        """The values allowed (null is `nullable`'s); None: any; []: no value but null."""
        values = self.value.get("enum")
        if not isinstance(values, list):
            return None
        return [value for value in values if value is not None]

    @property
    def values(self) -> list[Any] | None:
        """The values that `enum` or `const` lists; None: neither does."""
        return listed_values(self.value)

    @property
    def const(self) -> Any:
        return self.value.get("const", ABSENT)

    @property
    def default(self) -> Any:
        return self.value.get("default", ABSENT)

    @property
    def title(self) -> str:
        return self.form.written.text("title")

    def text(self, key: str) -> str:
        return self.node.text(key)

    def flag(self, key: str) -> bool:
        return self.node.flag(key)

    def limit(self, key: str) -> float | int | None:
        """A numeric keyword, exclusive limits as 3.1 writes them; None if there is none, or zero says as much."""
        value = self.value.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        return value or (None if key in FROM_ZERO else value)

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(self.node.texts("required"))

    def schema(self, key: str) -> Schema | None:
        """The schema under a keyword; None if there is none. A boolean one is `{}` or `{"not": {}}`."""
        return self._child([(part.value[key], join(part.pointer, key)) for part in self._holding(key)])

    def schemas(self, key: str, wanted: Callable[[Any], bool] | None = None) -> dict[str, Schema]:
        """The schemas of a keyword that maps names to schemas; all, or those of which something is ``wanted``."""
        places: dict[str, list[tuple[Any, str]]] = {}
        maps = [(part, found) for part in self.parts if isinstance(found := part.value.get(key), dict)]
        names = {name for _, found in maps for name, value in found.items() if wanted is None or wanted(value)}
        for part, found in maps:
            for name in found:
                if name in names:
                    places.setdefault(name, []).append((found[name], join(part.pointer, key, name)))
        return {name: child for name, found in places.items() if (child := self._child(found)) is not None}

    def alternatives(self, key: str) -> list[Schema]:
        """The schemas of a keyword that lists schemas, but null; for `allOf` those that could not be merged."""
        if key == "allOf":
            further = [(part.value, part.pointer) for part in self._merged.further]
            return [schema for place in (*further, *self.form.beside) if (schema := self._child([place]))]
        listed = next((part for part in self._holding(key) if isinstance(part.value[key], list)), None)
        found = [self._child([place]) for place in _listed(listed, key)] if listed else []
        return [child for child in found if child and not (key in CHOICES and is_null(child.value))]

    def written_all_of(self) -> list[Schema]:
        """The members of `allOf` as they are written."""
        node = self.form.written
        listed = node.value.get("allOf") if isinstance(node.value, dict) else None
        found = [self._child([place]) for place in _listed(node, "allOf")] if isinstance(listed, list) else []
        return [child for child in found if child]

    def writes(self, key: str) -> bool:
        """Return whether a keyword stands where the schema is written; `true` and `false` have none."""
        return isinstance(self.form.written.value, dict) and key in self.form.written.value

    def keeping(self, key: str) -> Schema:
        """The same schema with a lone alternative, or alternatives that list values, left under `oneOf` or `anyOf`."""
        form = normal_form(self.document, [(self.form.written.value, self.pointer)], keep=key)
        return Schema(form, self.reference, depth=self._depth) if form else self

    def as_alternative(self, key: str) -> Schema:
        """The same schema as the only alternative under `oneOf` or `anyOf`."""
        written = {"$ref": self.reference} if self.reference else self.form.written.value
        place = key, id(self.form.written.value), self.reference
        value = self.document.memo.setdefault(place, {key: [written]})
        part = DocumentNode(self.document, value, self.pointer)
        return Schema(NormalForm(part, (part,), self.nullable))

    def as_one(self, key: str, types: frozenset[str]) -> Schema:
        """The same schema with its alternatives under a keyword made one: each is of its own of these types."""
        place = _COMBINED, key, *(id(part.value) for part in self.parts)
        if place not in self.document.memo:
            members = [part for member in self.alternatives(key) for part in member.parts]
            typed = DocumentNode(self.document, {"type": sorted(types)}, members[0].pointer)
            parts = (
                *(_without(part, {key}) for part in self.parts),
                *(_without(part, {"type"}) for part in members),
                typed,
            )
            self.document.memo[place] = tuple(part for part in parts if part.value)
        return Schema(replace(self.form, parts=self.document.memo[place]), self.reference)

    def with_condition(self, keys: frozenset[str]) -> Schema:
        """The same schema with some keywords as a condition of its own, under `allOf`."""
        place = _COMBINED, keys, *(id(part.value) for part in self.parts)
        if place not in self.document.memo:
            rest = tuple(_without(part, keys) for part in self.parts)
            own = {key: self.value[key] for key in sorted(keys & self.value.keys())}
            at = next(part.pointer for part in self.parts if keys & part.value.keys())
            self.document.memo[place] = rest, (own, at)
        parts, condition = self.document.memo[place]
        form = replace(self.form, parts=parts, beside=(*self.form.beside, condition))
        return Schema(form, self.reference, self._types, self._depth)

    def with_types(self, types: frozenset[str]) -> Schema:
        """The same schema with the types that it implies."""
        return Schema(self.form, self.reference, types, self._depth)

    def _holding(self, key: str) -> list[DocumentNode]:
        """The parts that say something under a keyword, or the first one that has it."""
        holding = [part for part in self.parts if key in part.value]
        if key in GROUPS:  # those that contradict each other are in `alternatives("allOf")`
            return holding[: key in self.value]
        return [part for part in holding if part.value[key] is not True and part.value[key] != {}] or holding[:1]

    def _child(self, places: list[tuple[Any, str]]) -> Schema | None:
        """The schema below, of all parts together; of each apart, where such schemas were made one above already."""
        places = [place for index, place in enumerate(places) if all(place[0] != other for other, _ in places[:index])]
        if len(places) < 2:
            return schema_at(self.document, places, self._depth) if places else None
        combined = self.document.memo.setdefault(_COMBINED, set[tuple[int, ...]]())
        if self._depth < _MAX_DEPTH and len(combined) < _most_combined(self.document):
            combined.add(tuple(id(value) for value, _ in places))
            return schema_at(self.document, places, self._depth + 1)
        first = schema_at(self.document, places[:1], self._depth)
        return Schema(first.form.separate(places[1:]), first.reference, depth=self._depth) if first else None


def _most_combined(document: LoadedDocument) -> int:
    components = document.content.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return _MAX_COMBINED + 4 * (len(schemas) if isinstance(schemas, dict) else 0)


def _without(part: DocumentNode, keys: Collection[str]) -> DocumentNode:
    kept = {word: value for word, value in part.value.items() if word not in keys}
    return DocumentNode(part.document, kept, part.pointer)


def _listed(part: DocumentNode, key: str) -> Iterator[tuple[Any, str]]:
    for index, value in enumerate(part.value[key]):
        yield value, join(part.pointer, key, index)


def schema_at(document: LoadedDocument, places: list[tuple[Any, str]], depth: int = 0) -> Schema | None:
    """Return the schema that the values of a document at some places are together; None if they are none."""
    form = normal_form(document, places)
    return Schema(form, reference(places[0][0]), depth=depth) if form else None
