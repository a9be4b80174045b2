"""What we inferred, held against the vendor's own document: no fact counts as confirmed unless the document says it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi_drift.adoption.facts import check_facts, facts_of
from openapi_drift.documents.document import load, whole
from openapi_drift.documents.effective import effective
from openapi_drift.documents.overlay import load_overlay
from openapi_drift.sources import load_sources

SOURCES = load_sources(Path(__file__).parents[2])
Json = Any


def document(**schemas: Json) -> Json:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "components": {"schemas": schemas}, "paths": {}}


def only(old: Json, new: Json, overlay: Json = None) -> tuple[str, str]:
    [fact] = facts_of(old, new, overlay)
    return fact.verdict, fact.words


MARKED = {"type": "integer", "minimum": 0, "description": "d", "x-inferred": ["type and bounds"]}


@pytest.mark.parametrize(
    ("theirs", "verdict", "words"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 9}, "confirmed", "type and bounds (/components/schemas/N): "),
        ({"type": "string"}, "contradicted", '/type is `"string"`, not `"integer"`'),
        ({"type": "integer"}, "unknown", "says nothing of /minimum"),
        ({"$ref": "#/components/schemas/Other"}, "confirmed", "says the same"),
        (None, "unknown", "has nothing there"),
    ],
)
def test_the_values_beside_the_mark_are_compared(theirs: Json, verdict: str, words: str) -> None:
    """A reference is followed; what the document does not say is named."""
    new = document(Other={"type": "integer", "minimum": 0}, **({} if theirs is None else {"N": theirs}))
    found = only(document(N=MARKED), new)
    assert found[0] == verdict
    assert words in found[1]


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [
        ({"type": "array", "items": {"type": "string"}}, "confirmed"),
        ({"type": "object", "properties": {}}, "confirmed"),
        ({"type": "boolean"}, "contradicted"),
    ],
)
def test_what_was_left_open_may_be_decided(theirs: Json, verdict: str) -> None:
    open_ = {"anyOf": [{"type": "array"}, {"type": "object"}], "x-inferred": ["list or object"]}
    assert only(document(N=open_), document(N=theirs))[0] == verdict


def test_a_mark_inside_is_a_fact_of_its_own() -> None:
    """What it says is not held against the object around it."""
    old = document(N={"type": "object", "properties": {"a": MARKED}, "x-inferred": ["the rest"]})
    new = document(N={"type": "object", "properties": {"a": {"type": "string"}}})
    outer, inner = facts_of(old, new, None)
    assert (outer.verdict, inner.verdict) == ("confirmed", "contradicted")


def test_parameters_belong_together_by_their_names() -> None:
    one = {"name": "a", "in": "query", "schema": {"type": "string"}, "x-inferred": ["its type"]}
    two = {"name": "b", "in": "query", "schema": {"type": "integer"}}
    plain = {key: value for key, value in one.items() if key != "x-inferred"}
    old, new = document(), document()
    old["paths"] = {"/p": {"get": {"parameters": [one]}}}
    new["paths"] = {"/p": {"get": {"parameters": [two, plain]}}}
    assert only(old, new)[0] == "confirmed"


@pytest.mark.parametrize(
    ("evidence", "change"),
    [
        ("AIMMS facts 4.8, 6.2.13", "to change: FACTS.md#section-4-8 (AIMMS facts 4.8)"),
        ("adiutaOpt facts F041", "to change: FACTS.md#f041 (adiutaOpt facts F041)"),
        ("a page", "to change: action 2 of overlay.yaml"),
    ],
)
def test_the_one_place_to_change_is_named(evidence: str, change: str) -> None:
    """The fact that the action cites, or else the action."""
    actions = [
        {"target": "$.info", "update": {"title": "T"}, "description": "d", "x-evidence": "e"},
        {"target": "$.components.schemas.N.properties", "update": {"a": MARKED}, "x-evidence": evidence},
    ]
    new = document(N={"type": "object", "properties": {"a": {"type": "string"}}})
    assert change in only(document(), new, {"actions": actions})[1]


@pytest.mark.parametrize("id_", SOURCES)
def test_the_effective_document_contradicts_nothing_but_silence_confirms_nothing(id_: str) -> None:
    """Each mark is found once; an empty document leaves all of them unknown."""
    source = SOURCES[id_]
    raw, whole_ = whole(load(source.document)), effective(source).document
    facts = check_facts(source, whole_)
    marks = str(raw).count("'x-inferred':") + str(source.overlay and load_overlay(source.overlay)).count(
        "'x-inferred':"
    )
    assert len(facts) >= marks > 0
    assert not [fact.words for fact in facts if fact.verdict == "contradicted"]
    assert any(fact.verdict == "confirmed" for fact in facts)
    assert {fact.verdict for fact in check_facts(source, document())} == {"unknown"}


VALUES = st.recursive(
    st.sampled_from([0, 1, True, False, "x"]),
    lambda below: st.dictionaries(st.sampled_from(["a", "b", "c"]), below, min_size=1, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(OBJECTS, OBJECTS, st.data())
def test_verdicts_follow_from_the_values(ours: Json, theirs: Json, data: st.DataObject) -> None:
    """Confirmed if and only if all values are there and the same; contradicted only if one of them differs."""
    if data.draw(st.booleans()):
        theirs = {**copy.deepcopy(ours), "d": 1}
    verdict = only(document(N={**ours, "x-inferred": ["w"]}), document(N=theirs))[0]
    assert verdict == ("contradicted" if differs(ours, theirs) else "confirmed" if has(ours, theirs) else "unknown")


def differs(ours: Json, theirs: Json) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return any(differs(value, theirs[key]) for key, value in ours.items() if key in theirs)
    return repr(ours) != repr(theirs)


def has(ours: Json, theirs: Json) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(key in theirs and has(value, theirs[key]) for key, value in ours.items())
    return repr(ours) == repr(theirs)
