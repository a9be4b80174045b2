"""Whether a change of a schema refuses or adds values is asked of a validator, and the levels must agree with it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from drift.edits import edits
from drift.rule_cases import POLICY
from drift.test_fuzz import FUZZ
from openapi_drift.diff.change import Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text

WORDS = st.sampled_from(["a", "b", "ab", "abc"])
NUMBERS = st.integers(-2, 4)
TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "enum": st.lists(WORDS, min_size=1, max_size=3, unique=True),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
    },
)
INTEGERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": NUMBERS,
        "exclusiveMaximum": NUMBERS,
        "multipleOf": st.integers(1, 3),
        "enum": st.lists(NUMBERS, min_size=1, max_size=3, unique=True),
    },
)
OTHERS = st.sampled_from([{}, {"type": "boolean"}, {"type": ["string", "null"]}, {"const": "a"}, {"type": "null"}])


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("array")},
            optional={
                "items": inner,
                "minItems": st.integers(0, 2),
                "maxItems": st.integers(0, 2),
                "uniqueItems": st.booleans(),
                "prefixItems": some,
                "contains": inner,
            },
        ),
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2)},
            optional={
                "required": st.lists(st.sampled_from("ab"), unique=True),
                "additionalProperties": st.one_of(st.booleans(), inner),
                "minProperties": st.integers(0, 2),
                "maxProperties": st.integers(0, 2),
                "dependentRequired": st.just({"a": ["b"]}),
            },
        ),
        st.builds(lambda key, members: {key: members}, st.sampled_from(["allOf", "anyOf", "oneOf"]), some),
        st.one_of(TEXTS, OTHERS).map(lambda schema: {"type": ["string", "object"], "not": schema}),
    )


SCHEMAS = st.recursive(st.one_of(TEXTS, INTEGERS, OTHERS), _composed, max_leaves=5)

SCALARS: list[Any] = [None, True, False, "", "a", "b", "ab", "abc", "abcd", -3, 0, 0.5, 1, 2, 3, 4, 6, 9]
SOME: list[Any] = [None, True, "", "a", "abcd", -3, 0.5, 1, 2, 6, 9, {}, []]
INSTANCES: list[Any] = [
    *SCALARS,
    *([], {}),
    *([one] for one in SOME),
    *([one, other] for one in SOME for other in SOME),
    *([one, other, one] for one in SOME[:6] for other in SOME[4:8]),
    *({name: one} for name in "abz" for one in SOME),
    *({"a": one, "b": other} for one in SOME for other in SOME),
    *({"a": one, "z": other} for one in SOME[3:8] for other in SOME),
    *({"a": {"a": one}} for one in SOME),
    *([{"a": one}] for one in SOME),
    *({"a": [one]} for one in SOME),
]


@cache
def accepted(schema: str) -> tuple[bool, ...]:
    """Return for each of the instances whether a schema (JSON) accepts it."""
    validator = Draft202012Validator(json.loads(schema))
    return tuple(validator.is_valid(instance) for instance in INSTANCES)


def only_there(base: Any, revision: Any, among: Any = None) -> list[Any]:
    """Return the instances that the revision accepts and the base does not; ``among``: those that a schema accepts."""
    judged = zip(INSTANCES, *(_judged(schema) for schema in (base, revision, among)), strict=True)
    return [instance for instance, before, after, considered in judged if after and not before and considered]


def _judged(schema: Any) -> tuple[bool, ...]:
    return accepted(json.dumps(True if schema is None else schema))


def levels(base: Any, revision: Any, where: str) -> set[Level]:
    """Return the levels of what is told when the schema of a JSON body changes."""
    content = [{"content": {"application/json": {"schema": schema}}} for schema in (base, revision)]
    done = {"200": {"description": "done"}}
    sides = [
        {"requestBody": body, "responses": done} if where == "request" else {"responses": {"200": body}}
        for body in content
    ]
    documents = [
        {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, "paths": {"/jobs": {"post": side}}}
        for side in sides
    ]
    changes = compare(*(load_text(json.dumps(document), "jobs.json") for document in documents))
    for change in changes:
        note(f"{where}: {change.level.value} {change.id}: {change.text}")
    return {change.level for change in changes if change.id not in POLICY}


def meant(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with the type that its writer means: who describes properties or items means such a value."""
    types = [type_ for key, type_ in (("properties", "object"), ("items", "array")) if key in schema]
    return {**schema, "type": types} if types and "type" not in schema else schema


def opened(schema: Any) -> Any:
    """Return a schema as a tolerant reader has it: what is not described may come."""
    if isinstance(schema, list):
        return [opened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closing = ("additionalProperties", "unevaluatedProperties")
    return {key: opened(item) for key, item in meant(schema).items() if not (key in closing and item is False)}


def described(schema: Any) -> Any:
    """Return a schema as a careful caller has it: nothing is sent that is not described."""
    if isinstance(schema, list):
        return [described(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: item if key in ("not", "if") else described(item) for key, item in schema.items()}
    if schema.get("type") == "object" and schema.get("additionalProperties") in (None, True):
        closed["additionalProperties"] = False
    return closed


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema and what an edit of one of its places makes of it, or two schemas of nothing in common."""
    base = draw(SCHEMAS)
    if draw(st.integers(0, 5)) == 0:
        return base, draw(SCHEMAS)
    media = {"content": {"x": {"schema": base}}}
    document = {"components": {"requestBodies": {"x": media}}}
    place = ("components", "requestBodies", "x", "content", "x", "schema")
    paths = {path for path in _below(base, place) if len(path) > len(place)} or {place}
    edit = draw(st.sampled_from([edit for edit in edits(document, paths) if len(edit.path) > len(place)] or [None]))
    if edit is None:
        return base, draw(SCHEMAS)
    revision = edit.applied(document)["components"]["requestBodies"]["x"]["content"]["x"]["schema"]
    return base, revision if _valid(revision) else draw(SCHEMAS)


def _below(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for key, item in entries for below in _below(item, (*path, key)))]


def _valid(schema: Any) -> bool:
    return not list(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema))


@given(pair=pairs())
@FUZZ
def test_what_requests_may_no_longer_hold_is_at_least_a_warning(pair: tuple[Any, Any]) -> None:
    """A value that was accepted and is refused is told as what may break callers, however careful they are."""
    base, revision = pair
    refused = only_there(revision, base, among=described(base))
    if refused:
        note(f"refused from now on: {refused[:3]}")
        assert levels(base, revision, "request") & {Level.BREAKING, Level.WARNING}


@given(pair=pairs())
@FUZZ
def test_what_replies_may_newly_hold_is_at_least_a_warning(pair: tuple[Any, Any]) -> None:
    """A value that never came and may come is told as what may break readers, however tolerant they are."""
    base, revision = pair
    met = only_there(opened(base), opened(revision))
    if met:
        note(f"met from now on: {met[:3]}")
        assert levels(base, revision, "response") & {Level.BREAKING, Level.WARNING}
