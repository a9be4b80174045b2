"""Comparing two objects of OpenAPI field by field, and telling what no change has told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import UNEXPLAINED, Change, Direction, Level, Side
from openapi_drift.diff.document import ANY_SCHEMA
from openapi_drift.diff.levels import level_of
from openapi_drift.diff.meaningless import is_meaningless
from openapi_drift.diff.object_kinds import KINDS, SCHEMA, Child, said, same_name
from openapi_drift.diff.values import ABSENT, difference, equal
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair

_NO_DIRECTIONS: Mapping[str, Direction] = {}
_LEVEL_BY_FIELD = dict.fromkeys(("x-sunset", "x-stability-level", "deprecated"), Level.INFO)
"""Fields that tell of the future: today's calls stay as they are."""

_TOLD_WITH = {"x-sunset": "deprecated", "deprecated": "x-sunset"}
"""Two fields of which one change tells."""


@dataclass(frozen=True, slots=True)
class WalkPlace:
    """Where the walk is, and what is to be said of a difference there."""

    pair: OperationPair | None = None
    direction: Direction = Direction.BOTH
    level: Level | None = None
    meaning: str = "no rule says what that means for callers"

    def below(self, direction: Direction | None) -> WalkPlace:
        """Return the place in a direction, if one is named."""
        return replace(self, direction=direction) if direction else self


class ObjectWalk:
    """What changes have told, by place, and the pairs of objects looked at so far.

    A difference is explained if a change names its place on one of the sides.
    """

    def __init__(self, changes: Iterable[Change]) -> None:
        self._base: set[str] = set()
        self._revision: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        self.schemas: list[tuple[DocumentNode, DocumentNode]] = []
        """The schemas that the walk met where no operation is: in what is overridden, or nothing reaches."""
        for change in changes:
            if change.base:
                self._base.add(change.base.pointer)
            if change.revision:
                self._revision.add(change.revision.pointer)

    def has_seen(self, base: DocumentNode, revision: DocumentNode) -> bool:
        """Return whether this pair of objects was compared."""
        return (base.pointer, revision.pointer) in self._seen

    def objects(
        self,
        kind: str,
        base: DocumentNode,
        revision: DocumentNode,
        place: WalkPlace,
        directions: Mapping[str, Direction] = _NO_DIRECTIONS,
    ) -> Iterator[Change]:
        """Yield what differs in two objects of a kind and below; ``directions`` are those of single fields."""
        self._seen.add((base.pointer, revision.pointer))
        if not isinstance(base.value, dict) or not isinstance(revision.value, dict):
            yield from self.values(base, revision, kind, place)
            return
        known = KINDS[kind]
        fields = dict.fromkeys([*base.value, *revision.value])
        if kind == "security scheme" and base.plain("type") != revision.plain("type"):
            fields = dict.fromkeys(["type"])  # the other fields are those of the type
        for field in fields:
            if field in known.apart or is_meaningless(field):
                continue
            if field in known.children:
                child = known.children[field]
                yield from self._children(child, base, revision, field, place.below(directions.get(field)))
            else:
                yield from self.field(kind, base, revision, field, place)

    def field(
        self, kind: str, base: DocumentNode, revision: DocumentNode, field: str, place: WalkPlace
    ) -> Iterator[Change]:
        """Yield the difference of a plain field."""
        old, new = said(kind, base, field), said(kind, revision, field)
        if not _equal(old, new):
            level = place.level or _LEVEL_BY_FIELD.get(field)
            yield from self._field(base, revision, field, replace(place, level=level))

    def mistyped(
        self, base: DocumentNode, revision: DocumentNode, forms: Mapping[str, Callable[[Any], bool]], place: WalkPlace
    ) -> Iterator[Change]:
        """Yield the difference of fields that on a side have not the form that they must have, if they are there."""
        for field, has_form in forms.items():
            values = [node.value[field] for node in (base, revision) if _has(node, field)]
            if not all(map(has_form, values)) and not (len(values) > 1 and _equal(*values)):
                yield from self._field(base, revision, field, place)

    def values(self, base: DocumentNode, revision: DocumentNode, name: str, place: WalkPlace) -> Iterator[Change]:
        """Yield the difference of two objects as plain values."""
        if not _equal(base.value, revision.value):
            yield from self._tell(base, revision, name, (base.value, revision.value), place)

    def only(
        self, base: DocumentNode | None, revision: DocumentNode | None, name: str, place: WalkPlace
    ) -> Iterator[Change]:
        """Yield what only one side has."""
        values = base.value if base else ABSENT, revision.value if revision else ABSENT
        yield from self._tell(base, revision, name, values, place)

    def _children(
        self, child: Child, base: DocumentNode, revision: DocumentNode, field: str, place: WalkPlace
    ) -> Iterator[Change]:
        if child.kind != SCHEMA:
            yield from self.mistyped(base, revision, {field: is_map}, place)
        pairs = child.pairs(base, revision, field)
        for old, new in pairs.both:
            if not same_name(child.kind, old.name, new.name):
                yield from self._tell(old.node, new.node, field, (old.name, new.name), replace(place, level=Level.INFO))
            if child.kind != SCHEMA:
                yield from self.objects(child.kind, old.node, new.node, place)
            elif not (is_schema(old.node.value) and is_schema(new.node.value)):
                yield from self.values(old.node, new.node, field, place)
            elif place.pair is None and (before := base.schema()) and (after := revision.schema()):
                self.schemas.append((before, after))
        lone: list[tuple[DocumentNode | None, DocumentNode | None, str]]
        lone = [(old.node, None, old.name) for old in pairs.removed]
        lone += [(None, new.node, new.name) for new in pairs.added]
        for before, after, name in lone:
            only = before or after
            if child.kind != SCHEMA or only is None or only.value not in ANY_SCHEMA:
                yield from self.only(before, after, name, place)

    def _field(self, base: DocumentNode, revision: DocumentNode, field: str, place: WalkPlace) -> Iterator[Change]:
        if not any(self._told(base, revision, one) for one in (field, _TOLD_WITH.get(field, field))):
            both = (base, revision)
            sides = [node.side(field) if _has(node, field) else node.side() for node in both]
            old, new = (node.value[field] if _has(node, field) else ABSENT for node in both)
            yield _change(sides[0], sides[1], field, (old, new), place)

    def _told(self, base: DocumentNode, revision: DocumentNode, field: str) -> bool:
        sides = (base, self._base), (revision, self._revision)
        return any(_has(node, field) and join(node.pointer, field) in told for node, told in sides)

    def _tell(
        self,
        base: DocumentNode | None,
        revision: DocumentNode | None,
        name: str,
        values: tuple[Any, Any],
        place: WalkPlace,
    ) -> Iterator[Change]:
        told = (base and base.pointer in self._base) or (revision and revision.pointer in self._revision)
        if not told:
            yield _change(base.side() if base else None, revision.side() if revision else None, name, values, place)


def is_map(value: Any) -> bool:
    """Return whether a value is an object of JSON."""
    return isinstance(value, dict)


def is_list(value: Any) -> bool:
    """Return whether a value is a list."""
    return isinstance(value, list)


def is_objects(value: Any) -> bool:
    """Return whether a value is a list of objects."""
    return is_list(value) and all(map(is_map, value))


def is_schema(value: Any) -> bool:
    """Return whether a value can be a schema."""
    return isinstance(value, dict | bool)


def is_requirements(value: Any) -> bool:
    """Return whether a value is a list of security requirements: of objects that name lists of scopes."""
    return is_list(value) and all(is_map(item) and all(map(is_list, item.values())) for item in value)


def _has(node: DocumentNode, field: str) -> bool:
    return isinstance(node.value, dict) and field in node.value


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, set) or isinstance(new, set):
        return bool(old == new) or (not old and not new)
    return equal(old, new)


def _change(base: Side | None, revision: Side | None, name: str, values: tuple[Any, Any], place: WalkPlace) -> Change:
    operation = place.pair.revision if place.pair else None
    named = (operation.method, operation.path, operation.operation_id) if operation else ("", "", "")
    text = f"{difference(name, *values)}; {place.meaning}"
    return Change(UNEXPLAINED, place.level or level_of(UNEXPLAINED), text, *named, place.direction, base, revision)
