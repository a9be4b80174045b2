"""The normal form of a schema: the parts that must all hold, whatever way the document writes them.

`allOf`, references, and a `oneOf` or `anyOf` with one alternative lead to further parts. Null beside a schema is a
flag, and alternatives that only list values are one list. Schemas of the same normal form accept the same values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.document import DocumentNode
from openapi_drift.diff.schemas.values import ANNOTATIONS, frozen
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import follow, follow_once, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.documents.document import LoadedDocument

ANYTHING: dict[str, Any] = {}
NOTHING: dict[str, Any] = {"not": {}}
"""What the schemas `true` and `false` mean."""

CHOICES = ("oneOf", "anyOf")
_LEADING = frozenset({"$ref", "allOf", *CHOICES})
"""Keywords that may lead to further parts."""

_SILENT = ANNOTATIONS - {"default", "deprecated", "xml"} | {"nullable"}
_ABOUT_NULL = frozenset({"$ref", "allOf", *CHOICES, "not", "if"})
_VALUES = ANNOTATIONS | {"type", "enum", "const"}

Place = tuple[Any, str]
"""A value of a document and its pointer."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalForm:
    """The parts of a schema and whether it allows null. ``written`` is the schema as the document has it.

    ``beside`` are schemas that must hold, too, and are not made one with the parts: see `separate`.
    """

    written: DocumentNode
    parts: tuple[DocumentNode, ...]
    null: bool
    beside: tuple[Place, ...] = ()

    def separate(self, places: list[Place]) -> NormalForm:
        """Return this form with more schemas that must hold beside it.

        In circles schemas combine with each other in more ways than there are atoms. So what combines again and again
        is left apart, and compared piece by piece.
        """
        return replace(self, beside=tuple(places))


def normal_form(document: LoadedDocument, places: list[Place], keep: str = "") -> NormalForm | None:
    """Return the normal form of the schemas at some places, all of which must hold; None if the first is no schema.

    ``keep`` is "oneOf" or "anyOf" where its alternatives are to stay, however few.
    """
    written, place = places[0]
    if len(places) == 1 and isinstance(written, dict) and _LEADING.isdisjoint(written):
        node = DocumentNode(document, written, place)
        return NormalForm(node, (node,), allows_null(written))
    key = (keep, *(_name(document, item) for item, _ in places))
    form: NormalForm | None = document.memo.get(key)
    if form is None:
        value, pointer = follow(document, written, place)
        if not isinstance(value, dict | bool):
            return None
        form = document.memo[key] = _Expansion(document, keep).of(places, DocumentNode(document, value, pointer))
    return form


def _name(document: LoadedDocument, written: Any) -> object:
    """Return something that is the same for what stands in the same place: all references to a place are one."""
    if not isinstance(written, dict):
        return str(written)
    target = reference(written)
    return target if target and (len(written) == 1 or document.version == "3.0") else id(written)


def allows_null(schema: dict[str, Any]) -> bool:
    """Return whether a schema names null as a value, in 3.0's or 3.1's way."""
    written = schema.get("type")
    if schema.get("nullable") is True or written == "null" or (isinstance(written, list) and "null" in written):
        return True
    return written is None and None in _values(schema)


def _forbids_null(schema: dict[str, Any]) -> bool:
    return bool("type" in schema or _values(schema)) and not allows_null(schema)


def _values(schema: dict[str, Any]) -> list[Any]:
    """Return the values that a schema lists."""
    values = schema.get("enum")
    return [schema["const"]] if "const" in schema else values if isinstance(values, list) else []


class _Expansion:
    """The search for all parts of a schema, without recursion: documents nest deeply, and in circles."""

    def __init__(self, document: LoadedDocument, keep: str) -> None:
        self._document = document
        self._keep = keep
        self._parts: dict[int, DocumentNode] = {}
        self._allowed = self._forbidden = False

    def of(self, places: list[Place], written: DocumentNode) -> NormalForm:
        seen: set[int] = set()
        work = [(value, place, False) for value, place in reversed(places)]
        while work:
            value, place, beside_null = work.pop()
            if isinstance(value, bool):
                self._parts |= {} if value else {id(NOTHING): DocumentNode(self._document, NOTHING, place)}
            elif isinstance(value, dict) and id(value) not in seen:
                seen.add(id(value))
                own, further, null = self._split(value, place)
                null = null or allows_null(own)
                self._allowed |= null
                self._forbidden |= not null and not beside_null and _forbids_null(own)
                if any(key not in _SILENT for key in own):
                    self._parts[id(own)] = DocumentNode(self._document, own, place)
                work += [(inner, inside, beside_null or null) for inner, inside in reversed(further)]
        return NormalForm(written, self._found(written.pointer), self._allowed and not self._forbidden)

    def _found(self, pointer: str) -> tuple[DocumentNode, ...]:
        if id(NOTHING) in self._parts:
            return (self._parts[id(NOTHING)],)
        return tuple(self._parts.values()) or (DocumentNode(self._document, ANYTHING, pointer),)

    def _split(self, value: dict[str, Any], pointer: str) -> tuple[dict[str, Any], list[Place], bool]:
        """Return a schema's own keywords, the schemas that must hold with it, and whether null is an alternative."""
        if _LEADING.isdisjoint(value):
            return value, [], False
        if reference(value) is not None:
            target = follow_once(self._document, value, pointer)
            # 3.1 heeds what stands beside a reference, 3.0 does not.
            beside = {} if self._document.version == "3.0" else {key: value[key] for key in value if key != "$ref"}
            own, further, null = self._split(beside, pointer)
            return own, [target, *further], null
        own, further, null = dict(value), list[Place](), False
        members = value.get("allOf")
        if isinstance(members, list):
            del own["allOf"]
            further += _listed(members, join(pointer, "allOf"))
        for key in CHOICES:
            alternatives = value.get(key)
            if isinstance(alternatives, list) and alternatives:
                places = list(_listed(alternatives, join(pointer, key)))
                nulls = [self._is_null(*place) for place in places]
                real = [place for place, empty in zip(places, nulls, strict=True) if not empty]
                null |= any(nulls)
                further += [self._default_of(*place) for place, empty in zip(places, nulls, strict=True) if empty]
                one = real if len(real) == 1 else self._one_of_values(key, real, join(pointer, key))
                if one and key != self._keep:
                    del own[key]
                    further += one
        return own, further, null

    def _default_of(self, value: Any, pointer: str) -> Place:
        """Return the default of an alternative that is null, which is a default of the whole."""
        value, pointer = follow(self._document, value, pointer)
        own = {key: value[key] for key in ("default",) if key in value}
        return self._document.memo.setdefault(("default", id(value)), own), pointer

    def _is_null(self, value: Any, pointer: str, levels: int = 4) -> bool:
        """Return whether a schema allows null and nothing else, by itself or by the only member of a list."""
        schema, place = follow(self._document, value, pointer)
        words = [word for word in schema if word not in ANNOTATIONS] if isinstance(schema, dict) else []
        members = schema[words[0]] if len(words) == 1 and words[0] in ("allOf", *CHOICES) else None
        if isinstance(members, list) and len(members) == 1 and levels:
            return self._is_null(members[0], join(place, words[0], 0), levels - 1)
        return is_null(schema)

    def _one_of_values(self, key: str, places: list[Place], pointer: str) -> list[Place]:
        """Return one schema that lists the values of all alternatives, if that is all they do; else none."""
        schema = self._listing(key, places, levels=4)
        return [(schema, pointer)] if schema else []

    def _listing(self, key: str, places: list[Place], levels: int) -> dict[str, Any] | None:
        members = [self._values_only(*place, levels) for place in places]
        known = [member for member in members if member]
        if not known or len(known) < len(members):
            return None
        values = [value for member in known for value in _values(member)]
        if key == "oneOf" and len({frozen(value) for value in values}) < len(values):
            return None
        types = sorted({name for member in known for name in type_names(member)})
        return {"enum": values, "type": types} if all("type" in member for member in known) else {"enum": values}

    def _values_only(self, value: Any, pointer: str, levels: int) -> dict[str, Any] | None:
        """Return the schema if it lists values and says nothing else, by itself or by its alternatives."""
        schema, place = follow(self._document, value, pointer)
        words = [word for word in schema if word not in ANNOTATIONS] if isinstance(schema, dict) else []
        if words and _VALUES.issuperset(words) and _values(schema):
            found: dict[str, Any] = schema
            return found
        if len(words) == 1 and words[0] in CHOICES and isinstance(schema[words[0]], list) and levels:
            key = words[0]
            return self._listing(key, list(_listed(schema[key], join(place, key))), levels - 1)
        return None


def _listed(values: Iterable[Any], pointer: str) -> Iterator[Place]:
    for index, value in enumerate(values):
        yield value, join(pointer, index)


def type_names(schema: dict[str, Any]) -> list[str]:
    """Return the types that a schema writes, as a list."""
    written = schema.get("type")
    return [name for name in (written if isinstance(written, list) else [written]) if isinstance(name, str)]


def is_null(value: Any) -> bool:
    """Return whether a schema allows null and nothing else; most keywords say nothing about null."""
    if not isinstance(value, dict) or not _ABOUT_NULL.isdisjoint(value):
        return False
    values = _values(value)
    return (type_names(value) == ["null"] or bool(values)) and all(item is None for item in values)
