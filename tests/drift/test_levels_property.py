"""One keyword changes: jsonschema says which values are valid, and the level has to agree."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from openapi_drift.diff.change import Change, Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text

Json = Any
SMALL = st.integers(0, 4)
NUMBERS = st.one_of(st.integers(-3, 6), st.integers(-6, 12).map(lambda half: half / 2))
TEXTS = st.text("ab", max_size=5)
LISTS = st.lists(st.one_of(st.integers(0, 2), st.sampled_from("ab")), max_size=5)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), max_size=4)
TYPE = st.sampled_from([{"type": "integer"}, {"type": "string"}])

NUMERIC = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional=dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBERS)
    | {"multipleOf": st.sampled_from([1, 2, 3, 6, 0.5, 1.5])},
)
TEXTUAL = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": SMALL,
        "maxLength": SMALL,
        "enum": st.lists(TEXTS, min_size=1, max_size=3, unique=True),
        "const": TEXTS,
        "maximum": SMALL,
    },
)
LISTED = st.fixed_dictionaries(
    {"type": st.just("array")},
    optional={
        "minItems": SMALL,
        "maxItems": SMALL,
        "uniqueItems": st.booleans(),
        "items": st.one_of(st.booleans(), TYPE, st.just({})),
        "minProperties": SMALL,
    },
)
OBJECT = st.fixed_dictionaries(
    {"type": st.just("object")},
    optional={
        "minProperties": SMALL,
        "maxProperties": SMALL,
        "required": st.lists(st.sampled_from("abcd"), max_size=2, unique=True),
        "additionalProperties": st.one_of(st.booleans(), TYPE, st.just({})),
        "propertyNames": st.one_of(st.booleans(), st.just({"maxLength": 3})),
        "dependentRequired": st.dictionaries(
            st.sampled_from("ab"), st.lists(st.sampled_from("cd"), min_size=1, unique=True), max_size=2
        ),
    },
)
FAMILIES = (
    (NUMERIC, st.lists(NUMBERS, min_size=12, max_size=12)),
    (TEXTUAL, st.lists(TEXTS, min_size=12, max_size=12)),
    (LISTED, st.lists(LISTS, min_size=12, max_size=12)),
    (OBJECT, st.lists(OBJECTS, min_size=12, max_size=12)),
)


def found(place: str, *schemas: Json) -> list[Change]:
    """Return the changes from the first schema to the second one in a request's body, or a response's."""
    documents = []
    for schema in schemas:
        body = {"content": {"application/json": {"schema": schema}}}
        said = {"requestBody": body} if place == "request" else {"responses": {"200": body}}
        whole = {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, "paths": {"/jobs": {"post": said}}}
        documents.append(load_text(json.dumps(whole), "jobs.json"))
    return compare(*documents)


@st.composite
def steps(draw: st.DrawFn) -> tuple[Json, Json, list[Json]]:
    """Return a schema of one type with one keyword or none, another value of it or none, and values of the type."""
    family, values = draw(st.sampled_from(FAMILIES))
    first, second = draw(family), draw(family)
    keys = sorted({*first, *second} - {"type"})
    key = draw(st.sampled_from(keys)) if keys else ""
    base, revision = (
        {"type": first["type"]} | ({key: schema[key]} if key in schema else {}) for schema in (first, second)
    )
    return base, revision, draw(values)


@given(steps())
def test_a_keyword_that_changes_is_as_bad_as_the_values_say(step: tuple[Json, Json, list[Json]]) -> None:
    """A value that is refused now makes a request's change breaking; one that is newly valid, a response's.

    A list of words is the exception: a word more is a warning to readers.
    """
    base, revision, values = step
    before, after = Draft202012Validator(base), Draft202012Validator(revision)
    lost = [value for value in values if before.is_valid(value) and not after.is_valid(value)]
    gained = [value for value in values if after.is_valid(value) and not before.is_valid(value)]
    for place, witness, least in (
        ("request", lost, {Level.BREAKING}),
        ("response", gained, {Level.BREAKING} | ({Level.WARNING} if "enum" in revision else set())),
    ):
        changes = found(place, base, revision)
        assert not witness or {change.level for change in changes} & least, (witness, changes)


@given(st.sampled_from(FAMILIES).flatmap(lambda family: family[0]), st.data())
def test_a_keyword_less_refuses_nothing(schema: Json, data: st.DataObject) -> None:
    """Taking one keyword away lets more values in: no request breaks; putting it there lets no more come."""
    keys = sorted(schema.keys() - {"type"})
    key = data.draw(st.sampled_from(keys)) if keys else ""
    wider = {word: value for word, value in schema.items() if word != key}
    for place, base, revision in (("request", schema, wider), ("response", wider, schema)):
        assert all(change.level is Level.INFO for change in found(place, base, revision))
