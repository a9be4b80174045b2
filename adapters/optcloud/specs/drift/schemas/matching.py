"""Which alternatives of a oneOf, anyOf or allOf belong together: sets, whose order means nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optcloud.specs.drift.schemas.fingerprint import Fingerprints
    from optcloud.specs.drift.schemas.model import Schema

Key = Callable[["Schema"], Hashable | None]


@dataclass(frozen=True, slots=True)
class Matched:
    """``both`` belong together, ``removed`` only the base has, ``added`` only the revision."""

    both: list[tuple[Schema, Schema]]
    removed: list[Schema]
    added: list[Schema]


def match(base: list[Schema], revision: list[Schema], fingerprints: Fingerprints) -> Matched:
    """Match by the component referred to, then by what they say, then by title, then the only two that are left."""
    both: list[tuple[Schema, Schema]] = []
    for key in (lambda schema: schema.reference, fingerprints.of, _title):
        base, revision = _match_by(key, base, revision, both)
    inline = [*base, *revision]
    if len(base) == len(revision) == 1 and not any(schema.reference or _title(schema) for schema in inline):
        both.append((base[0], revision[0]))
        base, revision = [], []
    return Matched(both, base, revision)


def _title(schema: Schema) -> str | None:
    return schema.text("title") or None if schema.reference is None else None


def _match_by(
    key: Key, base: list[Schema], revision: list[Schema], both: list[tuple[Schema, Schema]]
) -> tuple[list[Schema], list[Schema]]:
    """Move what has the same key to ``both``; return what is left."""
    waiting: defaultdict[Hashable, list[Schema]] = defaultdict(list)
    for schema in reversed(revision):
        waiting[key(schema)].append(schema)
    waiting.pop(None, None)
    left = []
    taken: set[int] = set()
    for schema in base:
        partners = waiting.get(key(schema))
        if not partners:
            left.append(schema)
            continue
        partner = partners.pop()
        taken.add(id(partner))
        both.append((schema, partner))
    return left, [schema for schema in revision if id(schema) not in taken]
