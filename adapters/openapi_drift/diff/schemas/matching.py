"""Which alternatives of a oneOf, anyOf or allOf belong together: sets, whose order means nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.documents.references import exists

if TYPE_CHECKING:
    from openapi_drift.diff.schemas.fingerprint import Fingerprints
    from openapi_drift.diff.schemas.model import Schema

Key = Callable[["Schema"], Hashable | None]


@dataclass(frozen=True, slots=True)
class Matched:
    """``both`` belong together, ``removed`` only the base has, ``added`` only the revision."""

    both: list[tuple[Schema, Schema]]
    removed: list[Schema]
    added: list[Schema]


def match(base: list[Schema], revision: list[Schema], fingerprints: Fingerprints) -> Matched:
    """Match by the component referred to, then by what they say, then by title, then the only two that are left.

    Those two must have no names, or names that only one side knows and most of their properties in common.
    """
    both: list[tuple[Schema, Schema]] = []
    left, right = _match_by(_reference, _reference, base, revision, both)
    if not _are_last_two(left, right):  # what they say costs most to find, and those two belong together in any case
        left, right = _match_by_meaning(left, right, fingerprints, both)
        left, right = _match_by(_title, _title, left, right, both)
    if _are_last_two(left, right) or _got_another_name(left, right):
        both.append((left[0], right[0]))
        left, right = [], []
    return Matched(both, left, right)


def _are_last_two(base: list[Schema], revision: list[Schema]) -> bool:
    return len(base) == len(revision) == 1 and not any(each.reference or _title(each) for each in (*base, *revision))


def _got_another_name(base: list[Schema], revision: list[Schema]) -> bool:
    """Whether the last two are one schema whose name changed together with some of what it says."""
    if not len(base) == len(revision) == 1:
        return False
    sides = base[0], revision[0]
    if any(side.reference and _both_know(side, sides) for side in sides):
        return False
    old, new = (side.schemas("properties").keys() for side in sides)
    return 2 * len(old & new) > max(len(old), len(new))


def _both_know(schema: Schema, sides: tuple[Schema, Schema]) -> bool:
    """Whether the documents of both sides have the component that a schema refers to."""
    return all(exists(side.document, schema.reference) for side in sides if schema.reference)


def _match_by_meaning(
    base: list[Schema], revision: list[Schema], fingerprints: Fingerprints, both: list[tuple[Schema, Schema]]
) -> tuple[list[Schema], list[Schema]]:
    """Match what says the same: inline or not, and a component that got another name.

    A component that both documents have is another alternative than any other component, even one that says the same.
    """
    if not base or not revision:
        return base, revision
    documents = [schemas[0].document for schemas in (base, revision)]

    def is_inline(schema: Schema) -> bool:
        return schema.reference is None

    def may_be_renamed(schema: Schema) -> bool:
        return schema.reference is None or not all(exists(document, schema.reference) for document in documents)

    for meaning in (fingerprints.with_notes, fingerprints.of):
        inline, renamed = _only(is_inline, meaning), _only(may_be_renamed, meaning)
        for keys in ((inline, meaning), (meaning, inline), (renamed, renamed)):
            base, revision = _match_by(*keys, base, revision, both)
    return base, revision


def _only(condition: Callable[[Schema], bool], key: Key) -> Key:
    """Return the key, for schemas of that condition only."""
    return lambda schema: key(schema) if condition(schema) else None


def _reference(schema: Schema) -> str | None:
    return schema.component


def _title(schema: Schema) -> str | None:
    return schema.title or None if schema.reference is None else None


def _match_by(
    base_key: Key, revision_key: Key, base: list[Schema], revision: list[Schema], both: list[tuple[Schema, Schema]]
) -> tuple[list[Schema], list[Schema]]:
    """Move what has the same key (None: none) to ``both``; return what is left."""
    waiting: defaultdict[Hashable, list[Schema]] = defaultdict(list)
    for schema in reversed(revision):
        waiting[revision_key(schema)].append(schema)
    waiting.pop(None, None)
    left = []
    taken: set[int] = set()
    for schema in base:
        partners = waiting.get(base_key(schema))
        if not partners:
            left.append(schema)
            continue
        partner = partners.pop()
        taken.add(id(partner))
        both.append((schema, partner))
    return left, [schema for schema in revision if id(schema) not in taken]
