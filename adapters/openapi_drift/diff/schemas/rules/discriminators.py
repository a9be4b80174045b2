"""Rules: discriminators, the property that tells alternatives apart, and its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.diff.schemas.pair import listed
from openapi_drift.documents.references import exists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair


def discriminator(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the property that tells alternatives apart, and its words."""
    old, new = (schema.value.get("discriminator") for schema in (pair.base, pair.revision))
    old, new = old if isinstance(old, dict) else None, new if isinstance(new, dict) else None
    if old is None and new is not None:
        yield from pair.report("discriminator-added", "now tells its alternatives apart by a property", "discriminator")
    elif old is not None and new is None:
        yield from pair.report(
            "discriminator-removed", "no longer tells its alternatives apart by a property", "discriminator"
        )
    elif old is not None and new is not None:
        yield from _discriminators(pair, old, new)


def _discriminators(pair: SchemaPair, old: dict[str, Any], new: dict[str, Any]) -> Iterator[SchemaChange]:
    before, after = old.get("propertyName"), new.get("propertyName")
    if before != after:
        says = f"tells its alternatives apart by `{after}` instead of `{before}`"
        yield from pair.report("discriminator-property-name-changed", says, "discriminator")
    if {**old, "mapping": None} == {**new, "mapping": None}:
        pair.explained.add("discriminator")  # the words tell it, or mean the same
    words, others = _words(pair.base, old, pair.policy), _words(pair.revision, new, pair.policy)
    more, fewer = others.keys() - words.keys(), words.keys() - others.keys()
    changed = {name for name in words.keys() & others.keys() if not _same_target(pair, words[name], others[name])}
    if not _mapping(old) and not _mapping(new) and more and fewer:  # the word of a schema is its name
        changed, more, fewer = changed | fewer, set(), set()
    elif bool(_mapping(old)) != bool(_mapping(new)):  # words that nobody wrote are not told
        more, fewer = more & _mapping(new).keys(), fewer & _mapping(old).keys()
    for event, names in (("added", more), ("deleted", fewer), ("changed", changed)):
        if names:
            says = f"has the discriminator's words {listed(frozenset(map(str, names)))} {event}"
            yield from pair.report(f"discriminator-mapping-{event}", says, "discriminator")


def _words(schema: Schema, discriminator: dict[str, Any], policy: LevelPolicy) -> dict[str, Any]:
    """The words of a discriminator, each with its schema: an alternative without one is meant by its own name."""
    words = {word: _pointer(target) for word, target in _mapping(discriminator).items()}
    if policy is LevelPolicy.OASDIFF:
        return words
    for member in (*schema.alternatives("oneOf"), *schema.alternatives("anyOf")):
        own = member.schemas("properties").get(str(discriminator.get("propertyName")))
        if member.reference and member.reference not in words.values() and not (own and own.values):
            words.setdefault(member.reference.rsplit("/", 1)[-1], member.reference)
    return words


def _pointer(target: Any) -> Any:
    """The reference that a mapping's target is: a plain name is a component's."""
    is_name = isinstance(target, str) and re.fullmatch(r"[\w-]+", target)
    return f"#/components/schemas/{target}" if is_name else target


def _same_target(pair: SchemaPair, old: Any, new: Any) -> bool:
    """Whether a word means the same schema, or one that got another name: each name is in its own document only."""
    if old == new or not (isinstance(old, str) and isinstance(new, str)):
        return bool(old == new)
    base, revision = pair.base.document, pair.revision.document
    own, other = exists(base, old) and exists(revision, new), exists(base, new) or exists(revision, old)
    return own and not other


def _mapping(discriminator: dict[str, Any]) -> dict[str, Any]:
    mapping = discriminator.get("mapping")
    return mapping if isinstance(mapping, dict) else {}


RULES = (discriminator,)
