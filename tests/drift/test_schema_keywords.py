"""Keywords of a schema that change, in the body and in a property, in requests and in responses, forth and back.

The words are the ends of the ids: "max-length-set" in the column of requests stands for request-body-max-length-set and
request-property-max-length-set, as far as there are such ids. After the slash: the way back. "-": nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from drift.schema_cases import document, found, rated
from openapi_drift.diff.levels import LevelPolicy, levels

if TYPE_CHECKING:
    from collections.abc import Iterator


class Row(NamedTuple):
    """A schema, another, and the ends of the ids: in requests from the one to the other, back, and in responses."""

    base: str
    revision: str
    request: str
    request_back: str
    response: str
    response_back: str


TABLE = r"""
# types, formats and null
{type: string} => {type: number}
    request: type-changed / type-changed
    response: type-changed / type-changed
{type: integer} => {type: number}
    request: type-generalized / type-changed
    response: type-generalized / type-specialized
{type: string} => {}
    request: type-generalized / type-changed
    response: type-generalized / type-specialized
{type: [string, integer]} => {type: [integer, string]}
    request: - / -
    response: - / -
{type: string} => {type: [string, integer]}
    request: type-generalized / type-changed
    response: type-generalized / type-specialized
{type: string} => {type: string, format: uuid}
    request: type-changed / type-generalized
    response: type-specialized / type-changed
{type: integer, format: int32} => {type: integer, format: int64}
    request: type-generalized / type-changed
    response: type-changed / type-specialized
{type: string} => {type: [string, 'null']}
    request: became-nullable / became-not-nullable
    response: became-nullable / became-not-nullable
{type: string} => {type: string, nullable: true}
    request: became-nullable / became-not-nullable
    response: became-nullable / became-not-nullable
{type: string, nullable: true} => {type: [string, 'null']}
    request: - / -
    response: - / -
{type: string} => {anyOf: [{type: string}, {type: 'null'}]}
    request: became-nullable / became-not-nullable
    response: became-nullable / became-not-nullable
{type: string} => {oneOf: [{type: string}, {type: integer}]}
    request: list-of-types-widened / list-of-types-narrowed
    response: list-of-types-widened / list-of-types-narrowed
{anyOf: [{type: string}, {type: integer}]} => {oneOf: [{type: integer}, {type: string}]}
    request: - / -
    response: - / -
# enum and const
{type: string} => {type: string, enum: [a, b]}
    request: became-enum / became-not-enum
    response: became-enum / became-not-enum
{enum: [a, b, c]} => {enum: [b, a]}
    request: enum-value-removed / enum-value-added
    response: enum-value-removed / enum-value-added
{type: string} => {type: string, const: a}
    request: const-added / const-removed
    response: const-added / const-removed
{const: a} => {const: b}
    request: const-changed / const-changed
    response: const-changed / const-changed
{enum: [a]} => {const: a}
    request: - / -
    response: - / -
{x-extensible-enum: [a, b]} => {x-extensible-enum: [a]}
    request: x-extensible-enum-value-removed / x-extensible-enum-value-added
    response: x-extensible-enum-value-removed / x-extensible-enum-value-added
{enum: [a, b]} => {const: a}
    request: enum-value-removed / enum-value-added
    response: enum-value-removed / enum-value-added
{enum: [a]} => {enum: []}
    request: enum-value-removed / enum-value-added
    response: enum-value-removed / enum-value-added
# texts and defaults
{type: string} => {type: string, pattern: '^a'}
    request: pattern-added / pattern-removed
    response: pattern-added / pattern-removed
{pattern: '^a'} => {pattern: '^b'}
    request: pattern-changed / pattern-changed
    response: pattern-changed / pattern-changed
{pattern: '^a'} => {pattern: '.*'}
    request: pattern-generalized / pattern-changed
    response: pattern-changed / pattern-changed
{type: string} => {type: string, default: a}
    request: default-value-added / default-value-removed
    response: default-value-added / default-value-removed
{default: 1} => {default: true}
    request: default-value-changed / default-value-changed
    response: default-value-changed / default-value-changed
# limits
{type: number} => {type: number, maximum: 9}
    request: max-set / max-increased
    response: max-decreased / max-increased
{maximum: 9} => {maximum: 5}
    request: max-decreased / max-increased
    response: max-decreased / max-increased
{type: number} => {type: number, minimum: 1}
    request: min-set / min-decreased
    response: min-increased / min-decreased
{minimum: 1} => {minimum: 2.5}
    request: min-increased / min-decreased
    response: min-increased / min-decreased
{type: number} => {type: number, exclusiveMaximum: 9}
    request: exclusive-max-set / exclusive-max-increased
    response: exclusive-max-decreased / exclusive-max-increased
{exclusiveMaximum: 9} => {exclusiveMaximum: 5}
    request: exclusive-max-decreased / exclusive-max-increased
    response: exclusive-max-decreased / exclusive-max-increased
{type: number} => {type: number, exclusiveMinimum: 1}
    request: exclusive-min-set / exclusive-min-decreased
    response: exclusive-min-increased / exclusive-min-decreased
{exclusiveMinimum: 1} => {exclusiveMinimum: 2}
    request: exclusive-min-increased / exclusive-min-decreased
    response: exclusive-min-increased / exclusive-min-decreased
{minimum: 1, exclusiveMinimum: true} => {exclusiveMinimum: 1}
    request: - / -
    response: - / -
{type: string} => {type: string, maxLength: 9}
    request: max-length-set / max-length-increased
    response: max-length-decreased / max-length-unset
{maxLength: 9} => {maxLength: 5}
    request: max-length-decreased / max-length-increased
    response: max-length-decreased / max-length-increased
{type: string} => {type: string, minLength: 1}
    request: min-length-increased / min-length-decreased
    response: min-length-increased / min-length-decreased
{type: string} => {type: string, minLength: 0}
    request: - / -
    response: - / -
{type: array} => {type: array, minItems: 1}
    request: min-items-set / min-items-decreased
    response: min-items-increased / min-items-unset
{minItems: 1} => {minItems: 2}
    request: min-items-increased / min-items-decreased
    response: min-items-increased / min-items-decreased
{contains: {}, minContains: 1} => {contains: {}, minContains: 2}
    request: min-contains-increased / min-contains-decreased
    response: min-contains-increased / min-contains-decreased
{contains: {}, maxContains: 9} => {contains: {}, maxContains: 5}
    request: max-contains-decreased / max-contains-increased
    response: max-contains-decreased / max-contains-increased
{} => {maxItems: 9}
    request: max-items-set / max-items-increased
    response: max-items-decreased / max-items-unset
{maxItems: 9} => {maxItems: 5}
    request: max-items-decreased / max-items-increased
    response: max-items-decreased / max-items-increased
{} => {minProperties: 1}
    request: min-properties-set / min-properties-decreased
    response: min-properties-increased / min-properties-unset
{minProperties: 1} => {minProperties: 2}
    request: min-properties-increased / min-properties-decreased
    response: min-properties-increased / min-properties-decreased
{minProperties: 0} => {}
    request: - / -
    response: - / -
{} => {maxProperties: 9}
    request: max-properties-set / max-properties-increased
    response: max-properties-decreased / max-properties-unset
{maxProperties: 9} => {maxProperties: 5}
    request: max-properties-decreased / max-properties-increased
    response: max-properties-decreased / max-properties-increased
{type: array} => {type: array, uniqueItems: true}
    request: unique-items-added / unique-items-removed
    response: unique-items-added / unique-items-removed
{uniqueItems: false} => {}
    request: - / -
    response: - / -
{} => {multipleOf: 2}
    request: multiple-of-added / multiple-of-removed
    response: multiple-of-added / multiple-of-removed
{multipleOf: 0.6} => {multipleOf: 0.3}
    request: multiple-of-generalized / multiple-of-specialized
    response: multiple-of-generalized / multiple-of-specialized
{multipleOf: 6} => {multipleOf: 4}
    request: multiple-of-changed / multiple-of-changed
    response: multiple-of-changed / multiple-of-changed
# what is left open
{type: object} => {type: object, additionalProperties: false}
    request: additional-properties-closed / additional-properties-opened
    response: additional-properties-closed / additional-properties-opened
{additionalProperties: {type: string}} => {additionalProperties: false}
    request: additional-properties-closed / additional-properties-opened
    response: additional-properties-closed / additional-properties-opened
{additionalProperties: true} => {additionalProperties: {type: string}}
    request: additional-properties-added / additional-properties-removed
    response: additional-properties-added / additional-properties-removed
{additionalProperties: true} => {}
    request: - / -
    response: - / -
{unevaluatedProperties: {type: string}} => {unevaluatedProperties: false}
    request: unevaluated-properties-closed / unevaluated-properties-opened
    response: unevaluated-properties-closed / unevaluated-properties-opened
{unevaluatedItems: {type: string}} => {unevaluatedItems: false}
    request: unevaluated-items-closed / unevaluated-items-opened
    response: unevaluated-items-closed / unevaluated-items-opened
{type: array} => {type: array, items: {type: string}}
    request: items-added / items-removed
    response: items-added / items-removed
{prefixItems: [{}]} => {prefixItems: [{}], items: false}
    request: items-closed / items-opened
    response: items-closed / items-opened
{type: string} => false
    request: became-forbidden / became-allowed
    response: became-forbidden / became-allowed
{} => {not: {type: string}}
    request: not-added / not-removed
    response: not-added / not-removed
{} => {xml: {name: a}}
    request: xml-changed / xml-changed
    response: xml-changed / xml-changed
# what 3.1 brought
{} => {if: {minimum: 1}}
    request: if-added / if-removed
    response: if-added / if-removed
{} => {then: {minimum: 1}}
    request: then-added / then-removed
    response: then-added / then-removed
{} => {else: {minimum: 1}}
    request: else-added / else-removed
    response: else-added / else-removed
{} => {contains: {type: string}}
    request: contains-added / contains-removed
    response: contains-added / contains-removed
{} => {propertyNames: {pattern: a}}
    request: property-names-added / property-names-removed
    response: property-names-added / property-names-removed
{} => {unevaluatedItems: false}
    request: unevaluated-items-added / unevaluated-items-removed
    response: unevaluated-items-added / unevaluated-items-removed
{} => {unevaluatedProperties: false}
    request: unevaluated-properties-added / unevaluated-properties-removed
    response: unevaluated-properties-added / unevaluated-properties-removed
{} => {unevaluatedProperties: true}
    request: - / -
    response: - / -
{} => {contentSchema: {type: object}}
    request: content-schema-added / content-schema-removed
    response: content-schema-added / content-schema-removed
{contentMediaType: text/csv} => {contentMediaType: text/html}
    request: content-media-type-changed / content-media-type-changed
    response: content-media-type-changed / content-media-type-changed
{contentEncoding: base64} => {contentEncoding: base32}
    request: content-encoding-changed / content-encoding-changed
    response: content-encoding-changed / content-encoding-changed
{} => {patternProperties: {'^x-': {}}}
    request: pattern-property-added / pattern-property-removed
    response: pattern-property-added / pattern-property-removed
{} => {dependentSchemas: {a: {}}}
    request: dependent-schema-added / dependent-schema-removed
    response: dependent-schema-added / dependent-schema-removed
{prefixItems: [{}]} => {prefixItems: [{}, {}]}
    request: prefix-items-added / prefix-items-removed
    response: prefix-items-added / prefix-items-removed
{} => {dependentRequired: {a: [b]}}
    request: dependent-required-added / dependent-required-removed
    response: dependent-required-added / dependent-required-removed
{dependentRequired: {a: [b]}} => {dependentRequired: {a: [c]}}
    request: dependent-required-changed / dependent-required-changed
    response: dependent-required-changed / dependent-required-changed
# alternatives
{allOf: [{minimum: 1}]} => {allOf: [{minimum: 1}, {maximum: 9}]}
    request: max-set / max-increased
    response: max-decreased / max-increased
{allOf: [{minimum: 1}]} => {allOf: [{minimum: 1}, {title: A}]}
    request: - / -
    response: - / -
{allOf: [{pattern: a}, {pattern: b}]} => {allOf: [{pattern: a}, {pattern: b}, {pattern: c}]}
    request: condition-added / condition-removed
    response: condition-added / condition-removed
{} => {anyOf: [{type: string, minLength: 1}, {type: object}]}
    request: any-of-set / any-of-unset
    response: any-of-set / any-of-unset
{} => {oneOf: [{type: string, minLength: 1}, {type: object}]}
    request: one-of-set / one-of-unset
    response: one-of-set / one-of-unset
{anyOf: [{minimum: 1}]} => {anyOf: [{maximum: 9}, {minimum: 1}]}
    request: any-of-added / any-of-removed
    response: any-of-added / any-of-removed
{oneOf: [{minimum: 1}]} => {oneOf: [{maximum: 9}, {minimum: 1}]}
    request: one-of-added / one-of-removed
    response: one-of-added / one-of-removed
{oneOf: [{minimum: 1}, {maximum: 9}]} => {oneOf: [{maximum: 9}, {minimum: 1}]}
    request: - / -
    response: - / -
{} => {discriminator: {propertyName: a}}
    request: discriminator-added / discriminator-removed
    response: discriminator-added / discriminator-removed
{discriminator: {propertyName: a}} => {discriminator: {propertyName: b}}
    request: discriminator-property-name-changed / discriminator-property-name-changed
    response: discriminator-property-name-changed / discriminator-property-name-changed
{discriminator: {propertyName: a}} => {discriminator: {propertyName: a, mapping: {x: X}}}
    request: discriminator-mapping-added / discriminator-mapping-deleted
    response: discriminator-mapping-added / discriminator-mapping-deleted
{discriminator: {mapping: {x: X}}} => {discriminator: {mapping: {x: Y}}}
    request: discriminator-mapping-changed / discriminator-mapping-changed
    response: discriminator-mapping-changed / discriminator-mapping-changed
# lifecycle
{} => {deprecated: true}
    request: deprecated / reactivated
    response: deprecated / reactivated
{} => {deprecated: true, x-sunset: '2999-01-01'}
    request: deprecated-with-sunset / reactivated
    response: deprecated-with-sunset / reactivated
{} => {deprecated: true, x-sunset: soon}
    request: deprecated-sunset-invalid / reactivated
    response: deprecated-sunset-invalid / reactivated
{} => {deprecated: true, x-sunset: '2001-01-01'}
    request: sunset-date-too-small / reactivated
    response: sunset-date-too-small / reactivated
{} => {x-stability-level: beta}
    request: stability-decreased / stability-increased
    response: stability-decreased / stability-increased
# what says nothing
{type: string} => {type: string, title: T, description: D, example: a, examples: [b], externalDocs: {url: u}}
    request: - / -
    response: - / -
"""


def rows() -> Iterator[Row]:
    """Read the table."""
    lines = [line for line in TABLE.splitlines() if line and not line.startswith("#")]
    for schemas, request, response in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        ends = ["" if end == "-" else end for line in (request, response) for end in _ends(line)]
        base, revision = schemas.split(" => ")
        yield Row(base, revision, *ends)


def _ends(line: str) -> list[str]:
    return line.split(": ")[1].split(" / ")


ROWS = list(rows())


ELSEWHERE = {"response-body-enum-value-removed": "response-mediatype-enum-value-removed"}
"""One id is called otherwise than its like."""


def expected(place: str, end: str) -> list[str]:
    id_ = f"{place}-{end}"
    id_ = ELSEWHERE.get(id_, id_)
    if id_ in levels():
        return [id_]
    return []


@pytest.mark.parametrize("at", ["body", "property"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.base} -> {row.revision}")
def test_a_keyword_changes(row: Row, at: str) -> None:
    for side, forth, back in (
        ("request", row.request, row.request_back),
        ("response", row.response, row.response_back),
    ):
        place = f"{side}-{at}"
        old, new = document(place, row.base), document(place, row.revision)
        assert found(old, new) == expected(place, forth)
        assert found(new, old) == expected(place, back)


NOT_HERE = {
    "request-property-deprecated-sunset-missing": "only by a policy of days, which nobody can set yet",
    "response-property-deprecated-sunset-missing": "the same",
}
OTHER_TESTS = (
    "property-removed",
    "property-added",
    "property-became",
    "read-only",
    "write-only",
    "wrapped",
    "media-type-",
    "type-compatible",
    "encoding-",
    "all-of-",
)


ALL_OF = {
    "all-of-{}": ("{allOf: [{minimum: 1}]}", "{allOf: [{minimum: 1}, {maximum: 9}]}"),
    "all-of-{}-annotation-only": ("{allOf: [{minimum: 1}]}", "{allOf: [{minimum: 1}, {title: A}]}"),
}


@pytest.mark.parametrize("place", ["request-body", "request-property", "response-body", "response-property"])
@pytest.mark.parametrize("end", ALL_OF)
def test_the_policy_of_oasdiff_names_the_members_of_all_of(end: str, place: str) -> None:
    """Members of allOf that came or went have ids there, beside those of what they say."""
    old, new = (document(place, schema) for schema in ALL_OF[end])
    for base, revision, event in ((old, new, "added"), (new, old, "removed")):
        ids = {item.split()[1] for item in rated(base, revision, LevelPolicy.OASDIFF)}
        assert f"{place}-{end.format(event)}" in ids
        assert not any("all-of" in id_ for id_ in found(base, revision))


def test_each_id_of_a_keyword_is_in_the_table() -> None:
    covered = {
        id_
        for row in ROWS
        for at in ("body", "property")
        for side, ends in (("request", row[2:4]), ("response", row[4:6]))
        for end in ends
        for id_ in expected(f"{side}-{at}", end)
    }
    prefixes = ("request-body-", "request-property-", "response-body-", "response-property-")
    ours = {
        id_
        for id_ in levels()
        if id_.startswith(prefixes) and not any(words in id_ for words in OTHER_TESTS) and id_ not in NOT_HERE
    }
    bodies = {"request-body-added-required", "request-body-added-optional", "request-body-removed"}
    assert ours - covered - bodies == {"request-body-became-required", "request-body-became-optional"}
