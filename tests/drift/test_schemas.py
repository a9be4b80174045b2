"""Schemas: properties, parameters, headers, what is shared or cyclic, and what is only written differently."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from drift.schema_cases import document, found, written
from openapi_drift.diff.change import Change, Direction
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text


class Row(NamedTuple):
    """What differs, two schemas in a place, and the ids found from the one to the other and back."""

    what: str
    place: str
    base: str
    revision: str
    forth: list[str]
    back: list[str]

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


BODY, ANSWER = "request-body", "response-body"
FIELD = "{properties: {a: {type: string}}}"

PROPERTIES = [
    Row("new, optional", BODY, "{}", FIELD, ["new-optional-request-property"], ["request-property-removed"]),
    Row("new, required", BODY, "{}", "{required: [a], properties: {a: {}}}",
        ["new-required-request-property"], ["request-property-removed"]),
    Row("new, required, with a default", BODY, "{}", "{required: [a], properties: {a: {default: 1}}}",
        ["new-required-request-property-with-default"], ["request-property-removed"]),
    Row("new, read-only", BODY, "{}", "{required: [a], properties: {a: {readOnly: true}}}",
        ["new-required-request-property"], ["request-property-removed"]),
    Row("becomes required", BODY, "{properties: {a: {}}}", "{properties: {a: {}}, required: [a]}",
        ["request-property-became-required"], ["request-property-became-optional"]),
    Row("becomes required, with a default", BODY,
        "{properties: {a: {default: 1}}}", "{properties: {a: {default: 1}}, required: [a]}",
        ["request-property-became-required-with-default"], ["request-property-became-optional"]),
    Row("read-only becomes required", BODY,
        "{properties: {a: {readOnly: true}}}", "{properties: {a: {readOnly: true}}, required: [a]}",
        ["request-property-became-required"], ["request-property-became-optional"]),
    Row("required without being described", BODY, FIELD, "{properties: {a: {type: string}}, required: [b]}",
        ["request-property-became-required"], ["request-property-became-optional"]),
    Row("required, and described only now", BODY, "{required: [a]}", "{required: [a], properties: {a: {}}}",
        ["new-optional-request-property"], ["request-property-removed"]),
    Row("becomes read-only", BODY, "{properties: {a: {}}}", "{properties: {a: {readOnly: true}}}",
        ["request-optional-property-became-read-only"], ["request-optional-property-became-not-read-only"]),
    Row("becomes write-only", BODY, "{properties: {a: {}}}", "{properties: {a: {writeOnly: true}}}",
        ["request-optional-property-became-write-only"], ["request-optional-property-became-not-write-only"]),
    Row("required becomes read-only", BODY,
        "{required: [a], properties: {a: {}}}", "{required: [a], properties: {a: {readOnly: true}}}",
        ["request-required-property-became-read-only"], ["request-required-property-became-not-read-only"]),
    Row("required becomes write-only", BODY,
        "{required: [a], properties: {a: {}}}", "{required: [a], properties: {a: {writeOnly: true}}}",
        ["request-required-property-became-write-only"], ["request-required-property-became-not-write-only"]),
    Row("read-only, narrower", BODY,
        "{properties: {a: {readOnly: true, maximum: 9, maxLength: 9, enum: [1, 2]}}}",
        "{properties: {a: {readOnly: true, maximum: 5, maxLength: 5, enum: [1]}}}",
        ["request-read-only-property-enum-value-removed", "request-read-only-property-max-decreased",
         "request-read-only-property-max-length-decreased"],
        ["request-property-enum-value-added", "request-property-max-increased",
         "request-property-max-length-increased"]),
    Row("read-only, higher", BODY,
        "{properties: {a: {readOnly: true, minimum: 1, exclusiveMinimum: 1, exclusiveMaximum: 9}}}",
        "{properties: {a: {readOnly: true, minimum: 2, exclusiveMinimum: 2, exclusiveMaximum: 8}}}",
        ["request-read-only-property-exclusive-max-decreased", "request-read-only-property-exclusive-min-increased",
         "request-read-only-property-min-increased"],
        ["request-property-exclusive-max-increased", "request-property-exclusive-min-decreased",
         "request-property-min-decreased"]),
    Row("new, optional", ANSWER, "{}", FIELD,
        ["response-optional-property-added"], ["response-optional-property-removed"]),
    Row("new, required", ANSWER, "{}", "{required: [a], properties: {a: {}}}",
        ["response-required-property-added"], ["response-required-property-removed"]),
    Row("new, write-only", ANSWER, "{}", "{properties: {a: {writeOnly: true}}}",
        ["response-optional-write-only-property-added"], ["response-optional-write-only-property-removed"]),
    Row("new, required, write-only", ANSWER, "{}", "{required: [a], properties: {a: {writeOnly: true}}}",
        ["response-required-write-only-property-added"], ["response-required-write-only-property-removed"]),
    Row("becomes required", ANSWER, "{properties: {a: {}}}", "{properties: {a: {}}, required: [a]}",
        ["response-property-became-required"], ["response-property-became-optional"]),
    Row("write-only becomes required", ANSWER,
        "{properties: {a: {writeOnly: true}}}", "{properties: {a: {writeOnly: true}}, required: [a]}",
        ["response-write-only-property-became-required"], ["response-write-only-property-became-optional"]),
    Row("write-only with a new word", ANSWER,
        "{properties: {a: {writeOnly: true, enum: [1]}}}", "{properties: {a: {writeOnly: true, enum: [1, 2]}}}",
        ["response-write-only-property-enum-value-added"], ["response-property-enum-value-removed"]),
    Row("write-only of another type", ANSWER,
        "{properties: {a: {writeOnly: true, type: string}}}", "{properties: {a: {writeOnly: true, type: number}}}",
        *[["response-property-type-changed"]] * 2),
    Row("becomes read-only", ANSWER, "{properties: {a: {}}}", "{properties: {a: {readOnly: true}}}",
        ["response-optional-property-became-read-only"], ["response-optional-property-became-not-read-only"]),
    Row("becomes write-only", ANSWER, "{properties: {a: {}}}", "{properties: {a: {writeOnly: true}}}",
        ["response-optional-property-became-write-only"], ["response-optional-property-became-not-write-only"]),
    Row("required becomes read-only", ANSWER,
        "{required: [a], properties: {a: {}}}", "{required: [a], properties: {a: {readOnly: true}}}",
        ["response-required-property-became-read-only"], ["response-required-property-became-not-read-only"]),
    Row("required becomes write-only", ANSWER,
        "{required: [a], properties: {a: {}}}", "{required: [a], properties: {a: {writeOnly: true}}}",
        ["response-required-property-became-write-only"], ["response-required-property-became-not-write-only"]),
    Row("one object becomes one of several", BODY,
        "{type: object, properties: {a: {}}}", "{oneOf: [{properties: {a: {}}}, {properties: {a: {}, b: {}}}]}",
        ["request-body-wrapped-in-one-of"], ["new-optional-request-property", "request-body-one-of-unset",
                                             "request-body-type-changed"]),
    Row("one object becomes one of several", ANSWER,
        "{type: object, properties: {a: {}}}", "{oneOf: [{properties: {a: {}}}, {properties: {a: {}, b: {}}}]}",
        ["response-body-wrapped-in-one-of"], ["response-body-one-of-unset", "response-body-type-specialized",
                                              "response-optional-property-added"]),
    Row("an object that is one of the alternatives", ANSWER,
        "{properties: {a: {}}}", "{oneOf: [{properties: {a: {}}}, {properties: {a: {}, b: {}}}]}",
        ["response-body-one-of-added"], ["response-body-one-of-removed"]),
]  # fmt: skip

QUERY, HEADER = "request-parameter", "request-header-property"
PARAMETERS = [
    Row("enum", QUERY, "{type: string}", "{enum: [a, b], type: string}",
        ["request-parameter-became-enum"], ["request-parameter-became-not-enum"]),
    Row("words", QUERY, "{enum: [a]}", "{enum: [a, b]}",
        ["request-parameter-enum-value-added"], ["request-parameter-enum-value-removed"]),
    Row("open words", QUERY, "{x-extensible-enum: [a, b]}", "{x-extensible-enum: [a]}",
        ["request-parameter-x-extensible-enum-value-removed"], ["request-parameter-x-extensible-enum-value-added"]),
    Row("number to text", QUERY, "{type: number}", "{type: string}",
        ["request-parameter-type-generalized"], ["request-parameter-type-changed"]),
    Row("one to many of fewer", QUERY, "{type: number}", "{type: array, items: {type: number, maximum: 9}}",
        ["request-parameter-type-changed"], ["request-parameter-type-changed"]),
    Row("null", QUERY, "{type: string}", "{type: [string, 'null']}",
        ["request-parameter-became-nullable"], ["request-parameter-became-not-nullable"]),
    Row("default", QUERY, "{}", "{default: 1}",
        ["request-parameter-default-value-added"], ["request-parameter-default-value-removed"]),
    Row("default", QUERY, "{default: 2}", "{default: 1}", *[["request-parameter-default-value-changed"]] * 2),
    Row("maximum", QUERY, "{maximum: 9, exclusiveMaximum: 9}", "{maximum: 5, exclusiveMaximum: 5}",
        ["request-parameter-exclusive-max-decreased", "request-parameter-max-decreased"],
        ["request-parameter-exclusive-max-increased", "request-parameter-max-increased"]),
    Row("minimum", QUERY, "{minimum: 1, exclusiveMinimum: 1}", "{minimum: 2, exclusiveMinimum: 2}",
        ["request-parameter-exclusive-min-increased", "request-parameter-min-increased"],
        ["request-parameter-exclusive-min-decreased", "request-parameter-min-decreased"]),
    Row("new limits", QUERY, "{}", "{maximum: 9, minimum: 1, exclusiveMaximum: 9, exclusiveMinimum: 1, maxLength: 3}",
        ["request-parameter-exclusive-max-set", "request-parameter-exclusive-min-set",
         "request-parameter-max-length-set", "request-parameter-max-set", "request-parameter-min-set"],
        ["request-parameter-exclusive-max-increased", "request-parameter-exclusive-min-decreased",
         "request-parameter-max-increased", "request-parameter-max-length-increased",
         "request-parameter-min-decreased"]),
    Row("lengths", QUERY, "{minLength: 1, maxLength: 9}", "{minLength: 2, maxLength: 8}",
        ["request-parameter-max-length-decreased", "request-parameter-min-length-increased"],
        ["request-parameter-max-length-increased", "request-parameter-min-length-decreased"]),
    Row("items", QUERY, "{minItems: 1, maxItems: 9}", "{minItems: 2, maxItems: 8}",
        ["request-parameter-max-items-decreased", "request-parameter-min-items-increased"],
        ["request-parameter-max-items-increased", "request-parameter-min-items-decreased"]),
    Row("items, first", QUERY, "{}", "{minItems: 2}",
        ["request-parameter-min-items-set"], ["request-parameter-min-items-decreased"]),
    Row("what a list's items are", QUERY, "{items: {maxLength: 9}}", "{items: {maxLength: 5}}",
        ["request-parameter-max-length-decreased"], ["request-parameter-max-length-increased"]),
    Row("pattern", QUERY, "{}", "{pattern: a}",
        ["request-parameter-pattern-added"], ["request-parameter-pattern-removed"]),
    Row("pattern for all", QUERY, "{pattern: a}", "{pattern: '.*'}",
        ["request-parameter-pattern-generalized"], ["request-parameter-pattern-changed"]),
    Row("types", QUERY, "{type: string}", "{oneOf: [{type: string}, {type: integer}]}",
        ["request-parameter-list-of-types-widened"], ["request-parameter-list-of-types-narrowed"]),
    Row("words of a property", QUERY, "{properties: {a: {enum: [1]}}}", "{properties: {a: {enum: [1, 2]}}}",
        ["request-parameter-property-enum-value-added"], ["request-parameter-property-enum-value-removed"]),
    Row("null in a property", QUERY,
        "{properties: {a: {type: string}}}", "{properties: {a: {type: [string, 'null']}}}",
        ["request-parameter-property-became-nullable"], ["request-parameter-property-became-not-nullable"]),
    Row("a property's type, by JSON or not", QUERY,
        "{properties: {a: {type: number}}}", "{properties: {a: {type: string}}}",
        ["request-parameter-property-type-changed"], ["request-parameter-property-type-specialized"]),
    Row("a property's type, wider", QUERY,
        "{properties: {a: {type: integer}}}", "{properties: {a: {type: number}}}",
        ["request-parameter-property-type-generalized"], ["request-parameter-property-type-specialized"]),
    Row("a property's types", QUERY,
        "{properties: {a: {type: string}}}", "{properties: {a: {oneOf: [{type: string}, {type: integer}]}}}",
        ["request-parameter-property-list-of-types-widened"], ["request-parameter-property-list-of-types-narrowed"]),
    Row("new part", HEADER, "{}", "{required: [a], properties: {a: {}}}", ["new-required-request-header-property"],
        ["request-parameter-property-removed"]),
    Row("part becomes required", HEADER, "{properties: {a: {}}}", "{required: [a], properties: {a: {}}}",
        ["request-header-property-became-required"], ["request-parameter-property-became-optional"]),
    Row("part gets words", HEADER, "{properties: {a: {}}}", "{properties: {a: {enum: [1]}}}",
        ["request-header-property-became-enum"], ["request-parameter-became-not-enum"]),
    Row("type", "response-header", "{type: integer}", "{type: number}",
        ["response-header-type-generalized"], ["response-header-type-specialized"]),
    Row("type", "response-header", "{type: integer}", "{type: boolean}", *[["response-header-type-changed"]] * 2),
    Row("text or number", "response-header", "{type: string}", "{type: integer}",
        ["response-header-type-compatible"], ["response-header-type-changed"]),
    Row("null", "response-header", "{type: string}", "{type: [string, 'null']}",
        ["response-header-became-nullable"], ["response-header-became-not-nullable"]),
]  # fmt: skip

TASK = "{Task: {properties: {a: {type: string}}}, Other: {properties: {a: {type: string}}}}"
SAME = [
    ("inline, and referred to", FIELD, "{$ref: '#/components/schemas/Task'}"),
    ("wrapped in allOf", FIELD, "{allOf: [{$ref: '#/components/schemas/Task'}]}"),
    ("order of alternatives", "{anyOf: [{type: string, maxLength: 1}, {type: number, maximum: 1}]}",
     "{anyOf: [{maximum: 1, type: number}, {maxLength: 1, type: string}]}"),
    ("order of alternatives that differ in a limit of 0", "{allOf: [{type: integer}, {type: integer, maximum: 0}]}",
     "{allOf: [{type: integer, maximum: 0}, {type: integer}]}"),
    ("a length of 0 in an alternative", "{anyOf: [{type: string, minLength: 0}, {type: integer}]}",
     "{anyOf: [{type: integer}, {type: string}]}"),
    ("an alternative moved to the components",
     "{oneOf: [{properties: {a: {type: string}}}, {type: integer, minimum: 1}]}",
     "{oneOf: [{type: integer, minimum: 1}, {$ref: '#/components/schemas/Task'}]}"),
    ("order of types, words and names", "{type: [string, integer], enum: [a, 1], required: [x, y]}",
     "{required: [y, x], enum: [1, a], type: [integer, string]}"),
    ("types, and alternatives of one type each",
     "{type: [string, integer]}", "{oneOf: [{type: integer}, {type: string}]}"),
    ("true and {}", "{items: true}", "{items: {}}"),
    ("notes beside a reference", "{$ref: '#/components/schemas/Task'}",
     "{$ref: '#/components/schemas/Task', description: A task}"),
    ("null in an enum", "{type: [string, 'null'], enum: [a, null]}", "{type: string, nullable: true, enum: [a, null]}"),
    ("types that the listed values have", "{enum: [a, b]}", "{enum: [a, b], type: string}"),
    ("types, and alternatives that say something of their type only",
     "{type: [string, integer], maxLength: 5, minimum: 1}",
     "{anyOf: [{type: string, maxLength: 5}, {type: integer, minimum: 1}]}"),
    ("alternatives that exclude each other", "{anyOf: [{type: string, maxLength: 5}, {type: object}]}",
     "{oneOf: [{type: object}, {type: string, maxLength: 5}]}"),
    ("a lone alternative that is a component", "{anyOf: [{$ref: '#/components/schemas/Task'}]}",
     "{anyOf: [{$ref: '#/components/schemas/Other'}]}"),
    ("definitions that nothing refers to", "{$defs: {A: {type: string}}}", "{}"),
]  # fmt: skip


@pytest.mark.parametrize("row", [*PROPERTIES, *PARAMETERS], ids=str)
def test_a_schema_changes(row: Row) -> None:
    old, new = document(row.place, row.base), document(row.place, row.revision)
    assert found(old, new) == row.forth
    assert found(new, old) == row.back


@pytest.mark.parametrize("place", ["request-body", "response-property"])
@pytest.mark.parametrize(("what", "base", "revision"), SAME, ids=[what for what, _, _ in SAME])
def test_what_is_only_written_differently_is_no_change(what: str, base: str, revision: str, place: str) -> None:
    old, new = document(place, base, TASK), document(place, revision, TASK)
    assert found(old, new) == []
    assert found(new, old) == []


def test_another_component_is_another_alternative_even_if_it_says_the_same() -> None:
    old, new = (
        document(BODY, f"{{anyOf: [{{$ref: '#/components/schemas/{name}'}}, {{type: string}}]}}", TASK)
        for name in ("Task", "Other")
    )
    assert found(old, new) == ["request-body-any-of-added", "request-body-any-of-removed"]


def test_a_component_with_another_name_is_the_same_alternative() -> None:
    choice = "{anyOf: [{$ref: '#/components/schemas/%s'}, {type: string}]}"
    old = document(BODY, choice % "Job", "{Job: {properties: {a: {}}}}")
    new = document(BODY, choice % "Task", "{Task: {properties: {a: {}}}}")
    assert [id_ for id_ in found(old, new) if id_ != "api-schema-removed"] == []


def test_alternatives_of_one_title_are_compared() -> None:
    old = document(BODY, "{anyOf: [{title: A, maxLength: 9}, {title: B, minLength: 1}]}")
    new = document(BODY, "{anyOf: [{title: B, minLength: 1}, {title: A, maxLength: 5}]}")
    assert found(old, new) == ["request-property-max-length-decreased"]


@pytest.mark.parametrize(
    "inside",
    ["items: %s", "additionalProperties: %s", "contains: %s", "propertyNames: %s",
     "properties: {p: %s}", "patternProperties: {p: %s}", "dependentSchemas: {p: %s}", "prefixItems: [%s]",
     "anyOf: [%s, {type: string}]", "oneOf: [%s, {type: string}]", "unevaluatedItems: %s", "unevaluatedProperties: %s",
     "then: %s", "else: %s", "contentSchema: %s"],
)  # fmt: skip
def test_schemas_are_compared_wherever_they_stand_inside(inside: str) -> None:
    old, new = (
        document(ANSWER, "{%s}" % (inside % "{maximum: 5}")),
        document(ANSWER, "{%s}" % (inside % "{maximum: 9}")),
    )
    assert found(old, new) == ["response-property-max-increased"]


@pytest.mark.parametrize("key", ["allOf", "anyOf", "oneOf"])
def test_a_lone_member_is_the_schema_itself(key: str) -> None:
    """What changes in the only member of allOf, anyOf or oneOf changes in the schema that has it."""
    old, new = (document(ANSWER, f"{{{key}: [{{maximum: {limit}}}]}}") for limit in (5, 9))
    assert found(old, new) == ["response-body-max-increased"]


def test_what_a_media_type_cannot_tell_apart_is_compatible() -> None:
    def xml(place: str, type_: str) -> str:
        return written(document(place, f"{{type: {type_}}}")).replace("application/json", "application/xml")

    for side in ("request", "response"):
        for at in ("body", "property"):
            texts = [load_text(xml(f"{side}-{at}", type_), "jobs.yaml") for type_ in ("number", "string")]
            wide, narrow = texts if side == "request" else reversed(texts)
            assert found(wide, narrow) == [f"{side}-{at}-type-compatible"]


def cyclic(limit: int) -> str:
    return (
        "{Node: {properties: {next: {$ref: '#/components/schemas/Node'}, leaf: {$ref: '#/components/schemas/Leaf'}}},"
        f" Leaf: {{properties: {{size: {{maximum: {limit}}}, up: {{$ref: '#/components/schemas/Node'}}}}}}}}"
    )


def test_a_change_in_a_cycle_is_found_once() -> None:
    node = "{$ref: '#/components/schemas/Node'}"
    assert found(document(BODY, node, cyclic(9)), document(BODY, node, cyclic(5))) == ["request-property-max-decreased"]


def the_change(base: str, revision: str, place: str = ANSWER, components: str = "{}", later: str = "") -> Change:
    [change] = compare(document(place, base, components), document(place, revision, later or components))
    return change


def test_a_change_says_what_it_means_and_where() -> None:
    change = the_change("{$ref: '#/components/schemas/Leaf'}", "{$ref: '#/components/schemas/Leaf'}",
                        components=cyclic(5), later=cyclic(9))  # fmt: skip
    assert change.text == (
        "Response property `size` of `Leaf` has the maximum 9 instead of 5: "
        "values may come that could not before (response 200)"
    )
    assert (change.method, change.path, change.operation_id) == ("POST", "/jobs", "submit")
    assert change.place is Direction.RESPONSE
    assert change.base is not None
    assert change.revision is not None
    assert change.base.pointer == change.revision.pointer == "/components/schemas/Leaf/properties/size/maximum"
    assert str(change.revision.position) == "jobs.yaml:7"


def test_an_inline_property_is_named_by_its_path() -> None:
    change = the_change(
        "{properties: {tasks: {items: {allOf: [{properties: {due: {type: string}}}]}}}}",
        "{properties: {tasks: {items: {allOf: [{properties: {due: {type: string}}, required: [due]}]}}}}",
        place=BODY,
    )
    assert change.text == "Request property `tasks/items/due` is now required: requests without it are refused"


def test_a_change_of_several_responses_is_said_once() -> None:
    both = "{$ref: '#/components/schemas/Leaf'}"
    documents = []
    for limit in (5, 9):
        loaded = document(ANSWER, both, cyclic(limit))
        operation = loaded.content["paths"]["/jobs"]["post"]
        operation["responses"]["201"] = operation["responses"]["200"]
        documents.append(loaded)
    [change] = compare(*documents)
    assert change.text.endswith("(responses 200, 201)")


def test_a_parameter_s_change_names_it() -> None:
    change = the_change("{type: string}", "{type: string, enum: [a]}", place=QUERY)
    assert change.text.startswith("Query parameter `filter` may now hold listed values only")
    assert change.place is Direction.REQUEST


def test_a_chain_of_thousands_of_schemas_is_compared() -> None:
    def chain(limit: int) -> str:
        links = ", ".join(
            f"S{n}: {{properties: {{n: {{$ref: '#/components/schemas/S{n + 1}'}}}}}}" for n in range(3000)
        )
        return f"{{{links}, S3000: {{maximum: {limit}}}}}"

    start = "{$ref: '#/components/schemas/S0'}"
    assert found(document(BODY, start, chain(9)), document(BODY, start, chain(5))) == ["request-property-max-decreased"]


@pytest.mark.parametrize("boolean", ["true", "false"])
def test_a_boolean_schema_is_compared_with_alternatives(boolean: str) -> None:
    """Whoever said everything or nothing, and lists alternatives now, is told; so is the way back."""
    plain, choice = document(BODY, boolean), document(BODY, "{oneOf: [{type: string}, {type: integer}]}")
    assert found(plain, choice)
    assert found(choice, plain)
