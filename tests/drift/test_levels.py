"""How bad changes are: by HTTP and JSON Schema, by oasdiff, and where the wire says more than a keyword."""

from __future__ import annotations

from pathlib import Path

import pytest

from drift.rule_cases import Case, operation
from drift.rule_cases import found as levelled
from drift.schema_cases import PLACES, document, rated
from openapi_drift.diff.change import Level
from openapi_drift.diff.compare import compare
from openapi_drift.diff.levels import LevelPolicy, level_of, rated_ids, table

LEVELS = Path(__file__).parents[2] / "adapters" / "openapi_drift" / "diff" / "LEVELS.md"
SIDES = (
    "request-body",
    "response-body",
    "request-property",
    "response-property",
    "request-parameter",
    "response-header",
)
BREAKING, WARNING, INFO = (level.value for level in Level)


def test_the_document_of_levels_is_what_the_table_says() -> None:
    """LEVELS.md is made from levels.toml; run the command that it names after a change of the table."""
    assert LEVELS.read_text(encoding="utf-8") == table()


def test_an_id_stands_once_in_the_table() -> None:
    """The table's groups have no id in common."""
    text = LEVELS.with_name("levels.toml").read_text(encoding="utf-8")
    assert text.count('\n    "') == len(rated_ids())


NARROWER = [
    ("{}", "{type: array, maxItems: 2}", "max-items"),
    ("{type: array}", "{type: array, maxItems: 2}", "max-items"),
    ("{type: array}", "{type: array, uniqueItems: true}", "unique-items"),
    ("{type: array}", "{type: array, items: {type: string}}", "items"),
    ("{type: object}", "{type: object, minProperties: 1}", "min-properties"),
    ("{type: object}", "{type: object, additionalProperties: false}", "additional-properties"),
    ("{type: object, additionalProperties: {type: string}}", "{type: object, additionalProperties: false}",
     "additional-properties"),
    ("{type: object}", "{type: object, unevaluatedProperties: false}", "unevaluated-properties"),
    ("{type: object}", "{type: object, propertyNames: {maxLength: 3}}", "property-names"),
    ("{type: object}", "{type: object, dependentRequired: {a: [b]}}", "dependent-required"),
    ("{type: object, dependentRequired: {a: [b]}}", "{type: object, dependentRequired: {a: [b, c]}}",
     "dependent-required"),
    ("{type: object}", "{type: object, patternProperties: {a: {type: string}}}", "pattern-property"),
    ("{type: string}", "{type: string, pattern: '^a'}", "pattern"),
    ("{type: string, pattern: a}", "{type: string, allOf: [{pattern: b}, {pattern: a}]}", "condition"),
    ("{type: string}", "{type: string, maxLength: 3}", "max-length"),
    ("{type: string}", "{type: string, enum: [a]}", "enum"),
    ("{type: string}", "{type: string, const: a}", "const"),
    ("{type: integer}", "{type: integer, multipleOf: 2}", "multiple-of"),
    ("{type: integer, multipleOf: 3}", "{type: integer, multipleOf: 6}", "multiple-of"),
    ("{type: integer}", "{type: integer, minimum: 2}", "min"),
    ("{type: string}", "{type: string, format: uuid}", "type"),
    ("{type: string}", "{type: string, not: {const: a}}", "not"),
    ("{}", "{if: {type: string}, then: {maxLength: 3}}", "if"),
    ("{type: array, prefixItems: [{}]}", "{type: array, prefixItems: [{}, {type: string}]}", "prefix-items"),
    ("{type: array, items: {type: string}, prefixItems: [{}]}",
     "{type: array, items: {type: string}, prefixItems: [{}, {type: string, maxLength: 3}]}", "prefix-items"),
    ("{type: array, items: {}, prefixItems: [{}]}", "{type: array, items: {type: string}, prefixItems: [{}, {}]}",
     "items"),
    ("{type: string, nullable: true, enum: [a, null]}", "{type: string, nullable: true, enum: [a]}", "nullable"),
    ("{type: array, items: false, prefixItems: [{}, {}]}", "{type: array, items: false, prefixItems: [{}]}",
     "prefix-items"),
    ("{type: object, additionalProperties: false, patternProperties: {a: {}}}",
     "{type: object, additionalProperties: false}", "pattern-property"),
    ("{type: string}", "false", "became"),
]  # fmt: skip


@pytest.mark.parametrize("place", SIDES)
@pytest.mark.parametrize(("wide", "narrow", "word"), NARROWER)
def test_fewer_values_break_requests_and_more_break_readers(wide: str, narrow: str, word: str, place: str) -> None:
    """Whatever makes fewer values valid is breaking in a request, what makes more of them valid in a response."""
    old, new = document(place, wide), document(place, narrow)
    forth, back = (
        {item.split()[0] for item in rated(*pair) if "items" in word or not item.endswith("default")}
        for pair in ((old, new), (new, old))
    )
    request = place.startswith("request")
    assert (BREAKING in forth, BREAKING in back) == (request, not request)
    assert WARNING not in forth | back
    assert any(word in item for item in rated(old, new))


UNDECIDED = [
    ("{pattern: '^a'}", "{pattern: '^b'}"),
    ("{not: {maximum: 5}}", "{not: {maximum: 9}}"),
    ("{not: {type: string}}", "{not: {type: [string, integer]}}"),
    ("{not: {properties: {a: {type: string}}}}", "{not: {properties: {a: {type: integer}}}}"),
    ("{not: {properties: {a: {}}}}", "{not: {properties: {a: {}}, required: [a]}}"),
    ("{if: {properties: {a: {const: 1}}}, then: {}}", "{if: {properties: {a: {const: 2}}}, then: {}}"),
    ("{contains: {maximum: 5}, maxContains: 2}", "{contains: {maximum: 9}, maxContains: 2}"),
]


@pytest.mark.parametrize("place", SIDES)
@pytest.mark.parametrize(("base", "revision"), UNDECIDED)
def test_what_nobody_computes_is_a_warning(base: str, revision: str, place: str) -> None:
    """Patterns, and what stands where its direction turns round, are neither breaking nor harmless."""
    old, new = document(place, base), document(place, revision)
    for found in (rated(old, new), rated(new, old)):
        assert WARNING in {item.split()[0] for item in found}


@pytest.mark.parametrize("components", ["{A: {maximum: 5}}", "{A: {properties: {b: {maximum: 5}}}}"])
def test_what_a_condition_refers_to_is_below_it(components: str) -> None:
    """Where both sides refer to a component below `not`, what changed in it is a warning."""
    old, new = (
        document("request-body", "{properties: {x: {not: {$ref: '#/components/schemas/A'}}}}", said)
        for said in (components, components.replace("5", "9"))
    )
    assert rated(old, new) == ["warning request-property-max-increased"]


WITHOUT_EFFECT = [
    ("{type: string}", "{type: string, maximum: 5}"),
    ("{type: string}", "{type: string, additionalProperties: false}"),
    ("{type: integer, exclusiveMinimum: 0}", "{type: integer, minimum: 1}"),
    ("{type: integer}", "{type: integer, multipleOf: 1}"),
    ("{type: integer}", "{type: integer, format: int64}"),
    ("{type: string}", "{type: string, pattern: '.*'}"),
    ("{type: number, minimum: 5}", "{type: number, minimum: 5, exclusiveMinimum: 3}"),
    ("{properties: {a: {}}}", "{properties: {a: {}}, type: object}"),
    ("{type: array}", "{type: array, maxContains: 3}"),
    ("{type: string}", "{type: string, then: {maxLength: 3}}"),
]


@pytest.mark.parametrize("place", SIDES)
@pytest.mark.parametrize(("base", "revision"), WITHOUT_EFFECT)
def test_what_no_value_notices_is_said_and_breaks_nobody(base: str, revision: str, place: str) -> None:
    """A keyword that bears on no value, or repeats another, is reported as info in each direction."""
    old, new = document(place, base), document(place, revision)
    for found in (rated(old, new), rated(new, old)):
        assert found
        assert {item.split()[0] for item in found} == {INFO}


UNSENT = [
    ("{type: string}", "{type: integer}"),
    ("{maxLength: 9}", "{maxLength: 5}"),
    ("{enum: [a]}", "{enum: [b]}"),
    ("{type: object}", "{type: object, required: [a], properties: {a: {}}}"),
    ("{properties: {a: {type: string}}}", "{properties: {a: {type: integer}}}"),
    ("{properties: {a: {$ref: '#/components/schemas/A'}}}", "{properties: {a: {type: [integer, 'null']}}}"),
]


@pytest.mark.parametrize("flag", ["readOnly", "writeOnly"])
@pytest.mark.parametrize(("base", "revision"), UNSENT)
def test_what_does_not_travel_breaks_nobody_and_is_said(base: str, revision: str, flag: str) -> None:
    """A read-only property of a request, and all that is in it, is info; so is a write-only one of a response."""
    side = "request-body" if flag == "readOnly" else "response-body"
    other = "response-body" if flag == "readOnly" else "request-body"
    schemas = [f"{{properties: {{p: {{{flag}: true, {text[1:]}}}}}" for text in (base, revision)]
    for place, levels in ((side, {INFO}), (other, {BREAKING, WARNING})):
        old, new = (document(place, schema, "{A: {type: string}}") for schema in schemas)
        found = {item.split()[0] for item in rated(old, new) + rated(new, old)}
        assert found & levels
        assert place == other or found == levels


ONE_WAY = [
    ("request-body", "{properties: {a: {readOnly: true}}, required: [a]}", "{properties: {a: {}}, required: [a]}",
     "breaking request-required-property-became-not-read-only", "warning request-required-property-became-read-only"),
    ("request-body", "{properties: {a: {readOnly: true}}}", "{properties: {a: {}}}",
     "info request-optional-property-became-not-read-only", "warning request-optional-property-became-read-only"),
    ("response-body", "{properties: {a: {}}, required: [a]}", "{properties: {a: {writeOnly: true}}, required: [a]}",
     "breaking response-required-property-became-write-only",
     "info response-required-property-became-not-write-only"),
    ("response-body", "{properties: {a: {}}}", "{properties: {a: {writeOnly: true}}}",
     "warning response-optional-property-became-write-only",
     "info response-optional-property-became-not-write-only"),
    ("request-body", "{}", "{readOnly: true}",
     "info request-body-became-read-only", "info request-body-became-not-read-only"),
    ("response-body", "{items: {type: string}}", "{items: {type: string, writeOnly: true}}",
     "info response-property-became-write-only", "info response-property-became-not-write-only"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "base", "revision", "forth", "back"), ONE_WAY)
def test_what_travels_in_one_direction_only(place: str, base: str, revision: str, forth: str, back: str) -> None:
    """A property that now has to be sent, or no longer comes, breaks; flags elsewhere are told without a verdict."""
    old, new = document(place, base), document(place, revision)
    assert (rated(old, new), rated(new, old)) == ([forth], [back])


@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_a_parameters_object_asks_for_a_property(place: str) -> None:
    """A property that an object in a parameter needs from now on is breaking wherever the parameter stands."""
    schemas = [
        "{type: object}",
        "{type: object, properties: {a: {}}}",
        "{type: object, required: [a], properties: {a: {}}}",
    ]
    nothing, optional, needed = (
        operation(f"parameters: [{{in: {place}, name: p, schema: {schema}}}]") for schema in schemas
    )
    word = "header" if place == "header" else "parameter"
    assert levelled(nothing, needed) == [f"breaking new-required-request-{word}-property"]
    assert levelled(optional, needed) == [f"breaking request-{word}-property-became-required"]
    assert levelled(needed, optional) == ["info request-parameter-property-became-optional"]
    assert levelled(nothing, optional) == ["info new-optional-request-parameter-property"]
    assert levelled(optional, nothing) == ["warning request-parameter-property-removed"]


@pytest.mark.parametrize("wanted", [False, True])
def test_a_property_that_a_closed_object_loses(wanted: bool) -> None:
    """Removing a property from an object that takes no others refuses requests; an open one ignores it."""
    closed = ", additionalProperties: false" if wanted else ""
    old, new = (
        document("request-body", f"{{type: object, properties: {{{names}}}{closed}}}") for names in ("a: {}", "")
    )
    assert rated(old, new) == [f"{BREAKING if wanted else WARNING} request-property-removed"]
    assert rated(old, new, LevelPolicy.OASDIFF) == ["warning request-property-removed"]


WIRE = [
    Case("a list in several parameters becomes text", "schema: {type: array, items: {type: string}}",
         "schema: {type: string}", ["breaking request-parameter-type-generalized"],
         ["info request-parameter-type-generalized"]),
    Case("a list in one text", "explode: false, schema: {type: array, items: {type: string}}",
         "explode: false, schema: {type: string}", ["info request-parameter-type-generalized"],
         ["breaking request-parameter-type-changed"]),
    Case("one number is a list of one", "explode: false, schema: {type: integer}",
         "explode: false, schema: {type: array, items: {type: integer}}", ["info request-parameter-type-changed"],
         ["breaking request-parameter-type-changed"]),
    Case("an object in several parameters", "style: deepObject, schema: {type: object}",
         "style: deepObject, schema: {type: string}", ["breaking request-parameter-type-generalized"],
         ["breaking request-parameter-type-changed"]),
    Case("a list as JSON", "content: {application/json: {schema: {type: array}}}",
         "content: {application/json: {schema: {type: string}}}", ["breaking request-parameter-type-changed"],
         ["breaking request-parameter-type-changed"]),
]  # fmt: skip


@pytest.mark.parametrize("case", WIRE, ids=str)
def test_how_a_parameter_is_written_decides_what_a_type_breaks(case: Case) -> None:
    """Style, explode and media type say whether the old text still is a value of the new type."""
    base, revision = (
        operation("parameters: [{in: query, name: p, " + text + "}]") for text in (case.base, case.revision)
    )
    assert levelled(base, revision) == case.forth
    assert levelled(revision, base) == case.back


@pytest.mark.parametrize(
    ("media_type", "level"), [("text/xml", BREAKING), ("text/x+xml", BREAKING), ("application/json", INFO)]
)
def test_xml_matters_where_xml_is_sent(media_type: str, level: str) -> None:
    """Another element's name breaks who sends or reads XML, and nobody else."""
    base, revision = (
        operation(f"requestBody: {{content: {{{media_type}: {{schema: {{xml: {{name: {name}}}}}}}}}}}") for name in "ab"
    )
    assert levelled(base, revision) == [f"{level} request-body-xml-changed"]


@pytest.mark.parametrize("place", PLACES)
def test_a_closed_map_is_never_of_any_type(place: str) -> None:
    """A map that closes is said to close; `false` is not taken for a schema without a type."""
    old, new = (document(place, f"{{additionalProperties: {said}}}") for said in ("{type: string}", "false"))
    [change] = [change for change in compare(old, new) if "version" not in change.id]
    assert "no longer takes properties that it does not name" in change.text
    assert change.level is (Level.BREAKING if place.startswith("request") else Level.INFO)


def test_a_policy_gives_its_levels_to_the_same_changes() -> None:
    """Both policies find the same ids; oasdiff's levels are its own, and what is milder here stays so there."""
    old = document("request-body", "{properties: {a: {}, r: {readOnly: true, maxLength: 9}}}")
    new = document("request-body", "{properties: {a: {maxLength: 5}, r: {readOnly: true, maxLength: 5}}}")
    assert rated(old, new) == [
        "breaking request-property-max-length-set", "info request-read-only-property-max-length-decreased",
    ]  # fmt: skip
    assert rated(old, new, LevelPolicy.OASDIFF) == [
        "info request-read-only-property-max-length-decreased", "warning request-property-max-length-set",
    ]  # fmt: skip
    assert LevelPolicy.OASDIFF.level_of("api-security-removed") is Level.INFO
    assert level_of("api-security-removed") is Level.BREAKING
