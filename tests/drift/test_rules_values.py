"""What parameters and the headers of responses may hold: the ids are their own, the rules those of schemas."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, found, operation, path_item
from openapi_drift.documents.document import LoadedDocument

PARAMETER = [
    Case("enum", "type: string", "{type: string, enum: [a]}", ["breaking became-enum"], ["info became-not-enum"]),
    Case(
        "value of an enum",
        "{type: string, enum: [a, b]}",
        "{type: string, enum: [b]}",
        ["breaking enum-value-removed"],
        ["info enum-value-added"],
    ),
    Case(
        "value of an enum that may grow",
        "{type: string, x-extensible-enum: [a, b]}",
        "{type: string, x-extensible-enum: [b]}",
        ["breaking x-extensible-enum-value-removed"],
        ["info x-extensible-enum-value-added"],
    ),
    Case("wider type", "type: integer", "type: number", ["info type-generalized"], ["breaking type-changed"]),
    Case("text on the wire", "type: integer", "type: string", ["info type-generalized"], ["breaking type-changed"]),
    Case(
        "one value is a list of one",
        "type: string",
        "{type: array, items: {type: string}}",
        ["info type-generalized"],
        ["breaking type-generalized"],
    ),
    Case(
        "one value is a list of one, but must be short",
        "type: string",
        "{type: array, items: {type: string, maxLength: 3}}",
        ["breaking type-changed"],
        ["breaking type-generalized"],
    ),
    Case(
        "null",
        "type: string",
        "type: [string, 'null']",
        ["info became-nullable"],
        ["breaking became-not-nullable"],
    ),
    Case(
        "one of several types",
        "type: string",
        "oneOf: [{type: string}, {type: integer}]",
        ["info list-of-types-widened"],
        ["info list-of-types-narrowed"],
    ),
    Case(
        "default",
        "type: string",
        "{type: string, default: a}",
        ["breaking default-value-added"],
        ["breaking default-value-removed"],
    ),
    Case(
        "another default",
        "{type: string, default: a}",
        "{type: string, default: b}",
        ["breaking default-value-changed"],
        ["breaking default-value-changed"],
    ),
    Case("pattern", "type: string", "{type: string, pattern: a}", ["breaking pattern-added"], ["info pattern-removed"]),
    Case(
        "another pattern",
        "{type: string, pattern: a}",
        "{type: string, pattern: b}",
        ["warning pattern-changed"],
        ["warning pattern-changed"],
    ),
    Case(
        "a pattern that fits all",
        "{type: string, pattern: a}",
        "{type: string, pattern: .*}",
        ["info pattern-generalized"],
        ["warning pattern-changed"],
    ),
    *(
        Case(
            keyword,
            f"{{type: {kind}, {keyword}: 3}}",
            f"{{type: {kind}, {keyword}: 2}}",
            [f"{'info' if name.startswith(('min', 'exclusive-min')) else 'breaking'} {name}-decreased"],
            [f"{'breaking' if name.startswith(('min', 'exclusive-min')) else 'info'} {name}-increased"],
        )
        for kind, keyword, name in [
            ("integer", "maximum", "max"),
            ("integer", "minimum", "min"),
            ("integer", "exclusiveMaximum", "exclusive-max"),
            ("integer", "exclusiveMinimum", "exclusive-min"),
            ("string", "maxLength", "max-length"),
            ("string", "minLength", "min-length"),
            ("array", "maxItems", "max-items"),
            ("array", "minItems", "min-items"),
        ]
    ),
]

PROPERTY = [
    Case(
        "value of an enum",
        "{type: string, enum: [a, b]}",
        "{type: string, enum: [b]}",
        ["breaking property-enum-value-removed"],
        ["info property-enum-value-added"],
    ),
    Case(
        "null",
        "type: string",
        "type: [string, 'null']",
        ["info property-became-nullable"],
        ["breaking property-became-not-nullable"],
    ),
    Case(
        "wider type",
        "type: integer",
        "type: number",
        ["info property-type-generalized"],
        ["breaking property-type-specialized"],
    ),
    Case(
        "text, which is the same only if it is not sent as JSON",
        "type: integer",
        "type: string",
        ["warning property-type-changed"],
        ["breaking property-type-specialized"],
    ),
]

REQUEST_HEADER = [
    Case(
        "property of a header",
        "type: object",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        ["breaking new-required-request-header-property"],
    ),
    Case(
        "property of a header becomes required",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        ["breaking request-header-property-became-required"],
    ),
    Case(
        "property of a header gets an enum",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string, enum: [a]}}}",
        ["breaking request-header-property-became-enum"],
    ),
]

RESPONSE_HEADER = [
    Case(
        "wider type",
        "type: integer",
        "type: number",
        ["breaking response-header-type-generalized"],
        ["info response-header-type-specialized"],
    ),
    Case(
        "text on the wire",
        "type: string",
        "type: integer",
        ["info response-header-type-compatible"],
        ["breaking response-header-type-changed"],
    ),
    Case(
        "null",
        "type: string",
        "type: [string, 'null']",
        ["breaking response-header-became-nullable"],
        ["info response-header-became-not-nullable"],
    ),
]


def both(case: Case, where: str) -> tuple[LoadedDocument, LoadedDocument]:
    """Return the documents of a case, its two schemas put where "SCHEMA" stands."""
    braced = [text if text.startswith("{") else f"{{{text}}}" for text in (case.base, case.revision)]
    base, revision = (operation(where.replace("SCHEMA", text)) for text in braced)
    return base, revision


def prefixed(items: list[str]) -> list[str]:
    return [item.replace(" ", " request-parameter-", 1) for item in items]


@pytest.mark.parametrize("case", PARAMETER, ids=str)
def test_values_of_a_parameter(case: Case) -> None:
    base, revision = both(case, "parameters: [{in: query, name: a, schema: SCHEMA}]")
    assert found(base, revision) == prefixed(case.forth)
    assert found(revision, base) == prefixed(case.back)


@pytest.mark.parametrize("case", PROPERTY, ids=str)
def test_values_of_a_parameters_property(case: Case) -> None:
    where = "{in: query, name: a, style: deepObject, schema: {type: object, properties: {b: SCHEMA}}}"
    base, revision = both(case, f"parameters: [{where}]")
    assert found(base, revision) == prefixed(case.forth)
    assert found(revision, base) == prefixed(case.back)


@pytest.mark.parametrize("case", REQUEST_HEADER, ids=str)
def test_values_of_a_request_header(case: Case) -> None:
    base, revision = both(case, "parameters: [{in: header, name: a, schema: SCHEMA}]")
    assert found(base, revision) == case.forth
    query = both(case, "parameters: [{in: query, name: a, schema: SCHEMA}]")
    assert not [item for item in found(*query) if "header" in item]


@pytest.mark.parametrize("case", RESPONSE_HEADER, ids=str)
def test_values_of_a_response_header(case: Case) -> None:
    base, revision = both(case, "responses: {200: {headers: {Age: {schema: SCHEMA}}}}")
    assert found(base, revision) == case.forth
    assert found(revision, base) == case.back


def test_a_parameter_of_all_operations_and_one_described_by_a_media_type() -> None:
    base, revision = (
        path_item(f"{{parameters: [{{in: query, name: a, schema: {{type: {kind}}}}}], get: {{}}, put: {{}}}}")
        for kind in ("number", "integer")
    )
    assert found(base, revision) == ["breaking request-parameter-type-changed"] * 2
    base, revision = (
        operation(f"parameters: [{{in: query, name: a, content: {{application/json: {{schema: {{type: {kind}}}}}}}}}]")
        for kind in ("number", "integer")
    )
    assert found(base, revision) == ["breaking request-parameter-type-changed"]


def test_a_default_does_not_matter_where_the_parameter_is_required() -> None:
    base, revision = (
        operation(f"parameters: [{{in: query, name: a, required: true, schema: {{type: string, default: {value}}}}}]")
        for value in "ab"
    )
    assert found(base, revision) == ["info request-parameter-default-value-changed"]


def test_a_default_does_not_matter_where_the_parameter_becomes_required() -> None:
    base = operation("parameters: [{in: query, name: a, schema: {type: string, default: a}}]")
    revision = operation("parameters: [{in: query, name: a, required: true, schema: {type: string, default: b}}]")
    default = "info request-parameter-default-value-changed"
    assert found(base, revision) == ["breaking request-parameter-became-required", default]
    assert found(revision, base) == ["info request-parameter-became-optional", default]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("schema: {type: string}", ["breaking request-parameter-content-changed"]),
        ("content: {text/csv: {}}", []),
        ("content: {text/csv: {schema: {}}}", []),
        ("content: {text/csv: {schema: {type: string}}}", ["warning unexplained-change"]),
    ],
)
def test_a_parameter_described_on_one_side_only(said: str, expected: list[str]) -> None:
    """A schema on one side only is told, unless it allows anything."""
    base = operation("parameters: [{in: query, name: a, content: {text/csv: {}}}]")
    revision = operation(f"parameters: [{{in: query, name: a, {said}}}]")
    assert found(base, revision) == expected
    assert found(revision, base) == expected
