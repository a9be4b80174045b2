"""Walking two documents side by side, from their paired operations: which schemas stand at the same places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from openapi_drift.documents.pointers import join, tokens
from openapi_drift.documents.references import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openapi_drift.documents.document import Document

_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE = ("items", "additionalProperties", "not")
_COMPONENT = "#/components/schemas/"
_DEPTH = 40


def properties(schema: Any) -> set[str]:
    """The names of a schema's properties, those of its parts among them."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema.get("properties") or {})
    for part in schema.get("allOf") or []:
        found |= properties(part)
    return found


def components(document: Document) -> dict[str, Any]:
    """The schemas of a document's components."""
    found = (document.get("components") or {}).get("schemas")
    return found if isinstance(found, dict) else {}


def name_of(schema: Any) -> str | None:
    """The component that a schema refers to, if it is only that."""
    target = reference(schema)
    rest = target.removeprefix(_COMPONENT) if target and target.startswith(_COMPONENT) else ""
    return tokens(unquote(f"/{rest}"))[0] if rest and "/" not in rest else None


class SchemaVotes:
    """Each place at which paired operations use two schemas is a vote that they are one.

    ``votes`` count for pairs of components. ``out`` maps ours to the places where the vendor's stands without a name,
    ``inline`` places of the vendor's references to the components there, ``titles`` places to the title ours has.
    """

    def __init__(self, old: Document, new: Document) -> None:
        self.votes: Counter[tuple[str, str]] = Counter()
        self.out: dict[str, list[str]] = {}
        self.inline: dict[str, str] = {}
        self.titles: dict[str, str | None] = {}
        self._old, self._new = old, new
        self._first_out: dict[str, Any] = {}
        self._walked: set[tuple[str, str]] = set()

    def operation(self, method: str, old: str, new: str) -> None:
        """Count the places of one operation, given by its path on both sides."""
        left, right = self._old["paths"][old], self._new["paths"][new]
        pointer = join("/paths", new)
        self._parameters([left, left[method]], [right, right[method]], [pointer, join(pointer, method)])
        pointer = join(pointer, method)
        self._content(left[method].get("requestBody"), right[method].get("requestBody"), join(pointer, "requestBody"))
        answers = left[method].get("responses") or {}, right[method].get("responses") or {}
        for status, other in _by_status(*answers):
            self._content(answers[0][status], answers[1][other], join(pointer, "responses", other))

    def components(self, paired: Mapping[str, str]) -> None:
        """Walk components that are paired, also where no operation uses them."""
        for name, other in paired.items():
            self._component(name, other)

    def _parameters(self, ours: list[Any], theirs: list[Any], pointers: list[str]) -> None:
        known = {
            (parameter.get("in"), parameter.get("name")): parameter
            for part in ours
            for parameter, _ in self._listed(self._old, part, "")
        }
        for part, pointer in zip(theirs, pointers, strict=True):
            for parameter, place in self._listed(self._new, part, pointer):
                mine = known.get((parameter.get("in"), parameter.get("name")))
                if mine is not None and "schema" in mine and "schema" in parameter:
                    self._schema(mine["schema"], parameter["schema"], join(place, "schema"))

    def _listed(self, document: Document, part: Any, pointer: str) -> Iterator[tuple[Any, str]]:
        for number, parameter in enumerate(part.get("parameters") or []):
            found, place = _followed(document, parameter, join(pointer, "parameters", number))
            if isinstance(found, dict):
                yield found, place

    def _content(self, left: Any, right: Any, pointer: str) -> None:
        left, _ = _followed(self._old, left, "")
        right, pointer = _followed(self._new, right, pointer)
        if not isinstance(left, dict) or not isinstance(right, dict):
            return
        contents = left.get("content") or {}, right.get("content") or {}
        for media, other in _same_or_only(*contents):
            one, two = contents[0][media], contents[1][other]
            if isinstance(one, dict) and isinstance(two, dict) and "schema" in one and "schema" in two:
                self._schema(one["schema"], two["schema"], join(pointer, "content", other, "schema"))

    def _schema(self, left: Any, right: Any, pointer: str, depth: int = 0) -> None:
        """Look at two schemas at one place; ``pointer`` is the vendor's."""
        if not isinstance(left, dict) or not isinstance(right, dict) or depth > _DEPTH:
            return
        ours, theirs = name_of(left), name_of(right)
        if ours is not None and theirs is not None:
            self.votes[ours, theirs] += 1
            self._component(ours, theirs)
        elif ours is not None:
            if _is_class(right):
                self._out(ours, right, pointer)
            self._parts(components(self._old).get(ours, {}), right, pointer, depth)
        elif theirs is not None:
            there = components(self._new).get(theirs, {})
            if _is_class(left) and _is_class(there):
                self.inline[pointer] = theirs
            self._parts(left, there, join("/components/schemas", theirs), depth)
        else:
            self._title(left, right, pointer)
            self._parts(left, right, pointer, depth)

    def _out(self, ours: str, schema: Any, pointer: str) -> None:
        """Note one more place at which the vendor's schema stands; those that say something else have another name."""
        there = self.out.setdefault(ours, [])
        bare = {key: value for key, value in schema.items() if key != "title"}
        if self._first_out.setdefault(ours, bare) == bare and pointer not in there:
            there.append(pointer)

    def _component(self, ours: str, theirs: str) -> None:
        if (ours, theirs) not in self._walked:
            self._walked.add((ours, theirs))
            left, right = components(self._old).get(ours, {}), components(self._new).get(theirs, {})
            pointer = join("/components/schemas", theirs)
            self._title(left, right, pointer)
            if name_of(left) or name_of(right):
                self._schema(left, right, pointer)
            else:
                self._parts(left, right, pointer, 0)

    def _title(self, left: Any, right: Any, pointer: str) -> None:
        mine, other = left.get("title"), right.get("title")
        if mine != other and (_is_class(right) or _is_class(left)):
            self.titles[pointer] = mine

    def _parts(self, left: Any, right: Any, pointer: str, depth: int) -> None:
        if not isinstance(left, dict) or not isinstance(right, dict):
            return
        named = left.get("properties") or {}, right.get("properties") or {}
        for name in named[0]:
            if name in named[1]:
                self._schema(named[0][name], named[1][name], join(pointer, "properties", name), depth + 1)
        for key in _ONE:
            self._schema(left.get(key), right.get(key), join(pointer, key), depth + 1)
        for key in _LISTS:
            both = left.get(key) or [], right.get(key) or []
            for number, (one, two) in enumerate(zip(*both, strict=False)):
                self._schema(one, two, join(pointer, key, number), depth + 1)


def _is_class(schema: Any) -> bool:
    """Whether a generator makes a class, or a type with a name, of it."""
    return isinstance(schema, dict) and bool(schema.keys() & {"properties", "enum", "oneOf", "anyOf", "allOf"})


def _followed(document: Document, value: Any, pointer: str) -> tuple[Any, str]:
    for _ in range(_DEPTH):
        target = reference(value)
        if target is None or not target.startswith("#/"):
            break
        pointer = unquote(target[1:])
        value = document
        for token in tokens(pointer):
            value = value[int(token)] if isinstance(value, list) else value[token]
    return value, pointer


def _same_or_only(left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that both have; a key that only one has goes with the only such key of the other."""
    yield from ((key, key) for key in left if key in right)
    alone = [key for key in left if key not in right], [key for key in right if key not in left]
    if len(alone[0]) == len(alone[1]) == 1:
        yield alone[0][0], alone[1][0]


def _by_status(left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same statuses; further ones of the vendor's with our range (404 with 4XX), or the reverse."""
    yield from _same_or_only(left, right)
    for mine in left:
        for other in right:
            if mine != other and mine[:1] == other[:1] and mine.isascii() and ("XX" in mine.upper() + other.upper()):
                yield mine, other
