"""Rules: allOf, anyOf and oneOf as sets of alternatives, and wrapping in a oneOf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.diff.schemas.matching import Matched, match
from openapi_drift.diff.schemas.openness import says_nothing
from openapi_drift.diff.schemas.pair import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair


def all_of(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report schemas that joined or left `allOf`, as the field's checker does."""
    if pair.policy is not LevelPolicy.OASDIFF:  # what it changes is told by the merged keywords
        return
    old, new = pair.base.written_all_of(), pair.revision.written_all_of()
    if sorted((len(old), len(new))) == [0, 1] and not says_nothing(
        (old or new)[0]
    ):  # a reference in `allOf`, so that something can stand beside it
        return
    matched = match(old, new, pair.fingerprints)
    for event, schemas in (("added", matched.added), ("removed", matched.removed)):
        silent = [schema for schema in schemas if says_nothing(schema)]
        weighty = [schema for schema in schemas if not says_nothing(schema)]
        if weighty:
            says = (
                f"must now also satisfy {_names(weighty)}"
                if event == "added"
                else f"need not satisfy {_names(weighty)}"
            )
            yield from pair.report(f"all-of-{event}", says, "allOf", explains=())
        if silent:
            yield from pair.report(
                f"all-of-{event}-annotation-only", f"{event} notes in allOf: no value is affected", "allOf", explains=()
            )


def further_condition(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report schemas that must hold in addition, or need not any more, and cannot be merged: a second pattern."""
    matched = pair.matched("allOf")
    for event, schemas in (("added", matched.added), ("removed", matched.removed)):
        if schemas:
            keys = {key for schema in schemas for key in schema.value}
            words = listed([f"`{key}`" for key in keys])
            says = f"must now also satisfy another {words}" if event == "added" else f"need not satisfy another {words}"
            level = None
            if keys == {"default"}:
                says, level = f"has a second default {event}, which does not count", Level.INFO
            yield from pair.report(f"condition-{event}", says, "allOf", level)


def any_of(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report alternatives of anyOf that came or went."""
    yield from _alternatives(pair, "anyOf", "any-of")


def one_of(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report alternatives of oneOf that came or went."""
    if not (pair.wrapped and not pair.scope.nested):
        yield from _alternatives(pair, "oneOf", "one-of")


def _alternatives(pair: SchemaPair, key: str, word: str) -> Iterator[SchemaChange]:
    if pair.type_lists:
        return
    matched = pair.matched(key)
    if not (key in pair.base.value and key in pair.revision.value):
        yield from _whole_choice(pair, key, word, matched)
        return
    if matched.added:
        meaning = "" if pair.scope.request else ": readers must expect it"
        yield from pair.report(f"{word}-added", f"may now also be {_names(matched.added)}{meaning}", key)
    if matched.removed:
        meaning = ": requests with it are refused" if pair.scope.request else ""
        yield from pair.report(f"{word}-removed", f"can no longer be {_names(matched.removed)}{meaning}", key)


def _whole_choice(pair: SchemaPair, key: str, word: str, matched: Matched) -> Iterator[SchemaChange]:
    """Report alternatives where there were none, or where there are none any more."""
    if matched.added:
        meaning = ": what is none of them is refused" if pair.scope.request else ""
        yield from pair.report(f"{word}-set", f"must now be {_names(matched.added)}{meaning}", key)
    if matched.removed:
        anything = says_nothing(pair.revision)
        meaning = "" if pair.scope.request else ": readers must expect anything" if anything else ": others may come"
        level = None if anything or pair.scope.request else Level.WARNING
        yield from pair.report(f"{word}-unset", f"need not be {_names(matched.removed)}{meaning}", key, level)


def _names(schemas: list[Schema]) -> str:
    return listed([_name(schema) for schema in schemas])


def _name(schema: Schema) -> str:
    if schema.reference is not None:
        return f"`{schema.reference.rsplit('/', 1)[-1]}`"
    title = schema.title
    return f'"{title}"' if title else f"an unnamed schema ({listed(schema.types) or 'any type'})"


def wrapped_in_one_of(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a plain object that became one of several: a body that fits two of them is refused."""
    if pair.wrapped:
        says = "was one schema and is now one of several alternatives"
        yield from pair.report("wrapped-in-one-of", says, "oneOf", explains=("oneOf", "type", "properties", "required"))


RULES = (all_of, further_condition, any_of, one_of, wrapped_in_one_of)
