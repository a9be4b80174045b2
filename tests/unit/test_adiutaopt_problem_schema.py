"""The checker against jsonschema, and the quick check against the thorough one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from optcloud.adiutaopt.planners import PLANNERS
from optcloud.adiutaopt.problem import check as problem_check
from optcloud.adiutaopt.problem.check import ProblemReport, check_document
from optcloud.adiutaopt.problem.names import PROPERTIES, REFERENCES
from optcloud.adiutaopt.problem.quick_list import QuickList
from optcloud.adiutaopt.problem.schema import document_schemas, node_of, problem_node
from optcloud.adiutaopt.problem.walk import ProblemWalk
from optcloud.core.findings import path_text
from optcloud.json_schema.nodes import SchemaNode, nodes
from unit.faulty_problems import GOOD

CHECKED = {"type", "properties", "required", "additionalProperties", "items", "minimum", "maximum", "pattern"}
SAYING_NOTHING = {"title", "description", "examples", "deprecated", "$ref"}
INPUTS = [planner.problem_type.__name__ for planner in PLANNERS.values()]

# ---------------------------------------------------------------- the document


def within(schema: Any, seen: set[str]) -> Iterator[dict[str, Any]]:
    """All schemas that a schema is made of."""
    if not isinstance(schema, dict):
        return
    yield schema
    name = schema.get("$ref", "").rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        yield from within(document_schemas()[name], seen)
    for below in (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")):
        yield from within(below, seen)


@pytest.mark.parametrize("name", [*INPUTS, *PROPERTIES])
def test_the_document_uses_no_keyword_that_is_not_checked(name: str) -> None:
    for schema in within({"properties": PROPERTIES.get(name, {}), **document_schemas()[name]}, {name}):
        assert {word for word in schema if not word.startswith("x-")} <= CHECKED | SAYING_NOTHING


@pytest.mark.parametrize("planner", PLANNERS.values(), ids=lambda planner: planner.name)
def test_long_lists_can_be_checked_quickly(planner: Any) -> None:
    node = problem_node(planner)
    for name in ("tasks", "workers"):
        items = node.properties[name].items
        assert items is not None
        read = QuickList(items, set()).read(json.dumps(GOOD[planner.name][name][:3]).encode())
        assert read is not None and len(read[0]) == min(3, len(GOOD[planner.name][name]))


def test_what_the_document_says_counts_before_what_is_inferred() -> None:
    shift = problem_node(PLANNERS["shift"])
    task = shift.properties["tasks"].items
    assert task is not None and not task.inferred
    assert not task.properties["revenue"].inferred and task.properties["date"].inferred
    anti = task.properties["antiWorkers"]
    assert anti.inferred and anti.deprecated and anti.types == frozenset({"array"})
    mixed = problem_node(PLANNERS["mixed"])
    assert not mixed.properties["recovery"].inferred
    assert all(node.inferred for node in nodes(mixed.properties["tasks"]))


def test_what_the_document_comes_to_say_takes_the_place_of_what_is_inferred(monkeypatch: pytest.MonkeyPatch) -> None:
    inferred = {"revenue": {"type": "string"}, "antiWorkers": {"type": "string"}}
    monkeypatch.setitem(PROPERTIES, "ShiftPlannerInputTask", inferred)
    task = node_of({"$ref": "#/components/schemas/ShiftPlannerInputTask"}, document_schemas())
    assert task.properties["revenue"].types == frozenset({"integer"}) and not task.properties["revenue"].inferred
    assert task.properties["antiWorkers"].types == frozenset({"string"}) and task.properties["antiWorkers"].inferred


def test_each_reference_is_to_a_list_that_there_is() -> None:
    for planner in PLANNERS.values():
        properties = problem_node(planner).properties
        for name, _field, target in REFERENCES:
            assert {name, target} <= properties.keys()


# ---------------------------------------------------------------- against jsonschema

TEXTS = st.sampled_from(["", "a", "07:25", "2026-03-02", "x" * 9, "a\n", "é"])
NUMBERS = st.sampled_from([-2, -1, 0, 1, 2, 3, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 0.5, 1.0, -2.5])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
NAMES = st.sampled_from(["a", "b", "c", "d e"])
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=4), max_leaves=12
)
BOUNDS = st.fixed_dictionaries({}, optional={"minimum": st.integers(-1, 1), "maximum": st.integers(0, 2)})
PATTERNS = st.sampled_from([{}, {"pattern": "^a"}, {"pattern": "^[0-9]{2}:[0-9]{2}$"}])


def schemas() -> st.SearchStrategy[Any]:
    leaf = st.one_of(
        st.just({}),
        BOUNDS.map(lambda bounds: {"type": "integer", **bounds}),
        BOUNDS.map(lambda bounds: {"type": "number", **bounds}),
        PATTERNS.map(lambda pattern: {"type": "string", **pattern}),
        st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["integer", "string"]}]),
    )
    return st.recursive(leaf, lambda below: lists(below) | objects(below), max_leaves=6)


def lists(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"type": st.just("array")}, optional={"items": below})


def objects(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    optional = {
        "properties": st.dictionaries(NAMES, below, max_size=3),
        "required": st.lists(NAMES, unique=True, max_size=2),
        "additionalProperties": st.booleans() | below,
    }
    return st.fixed_dictionaries({"type": st.just("object")}, optional=optional)


def judged(schema: Any, value: Any) -> set[str]:
    """The paths that jsonschema finds fault with; of a field too many or too few, the path of the field."""
    found = set()
    for error in Draft202012Validator(schema).iter_errors(value):
        path = tuple(error.absolute_path)
        if error.validator == "required":
            found |= {path_text((*path, name)) for name in error.validator_value if name not in error.instance}
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            found |= {path_text((*path, name)) for name in error.instance if name not in known}
        elif error.validator != "pattern" or not str(error.instance).endswith("\n"):
            found.add(path_text(path))
    return found


def thorough(node: SchemaNode, value: Any) -> ProblemWalk:
    walk = ProblemWalk()
    walk.visit(node, value, ())
    return walk


@given(schemas(), VALUES)
def test_the_thorough_check_finds_the_faults_that_jsonschema_finds(schema: Any, value: Any) -> None:
    assert {fault.path for fault in thorough(node_of(schema, {}), value).faults} == judged(schema, value)


def test_a_dollar_is_the_very_end() -> None:
    schema = {"type": "string", "pattern": "^a$"}
    assert thorough(node_of(schema, {}), "a\n").faults and not thorough(node_of(schema, {}), "a").faults


# ---------------------------------------------------------------- quick against thorough


@given(objects(schemas()), st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=4))
def test_the_quick_check_passes_nothing_that_the_thorough_one_would_name(schema: Any, items: list[Any]) -> None:
    node = node_of({"type": "array", "items": schema}, {})
    assert node.items is not None
    read = QuickList(node.items, set()).read(json.dumps(items).encode())
    if read is not None:
        walk = thorough(node, items)
        assert (walk.faults, walk.warnings) == ([], [])


def mutations() -> st.SearchStrategy[Any]:
    """A place in a good problem, and what is put there."""
    fields = ["id", "date", "startTime", "revenue", "duration", "durationInSeconds", "preferredWorkers", "antiWorkers"]
    values = [-1, "2026-02-31", "25:99", None, [1, 99], ["1"], [True], {"a": "2026-02-30"}, 2**70, 1.0, "x", [], {}]
    place = st.tuples(
        st.sampled_from(["tasks", "workers"]), st.integers(0, 9), st.sampled_from([*fields, "shifts", "y"])
    )
    return st.lists(st.tuples(place, st.sampled_from(values)), max_size=6)


def without_quick_check(document: bytes, node: SchemaNode) -> ProblemReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuickList, "read", lambda _self, _batch: None)
        return check_document(document, node)


@pytest.mark.parametrize("name", PLANNERS)
@given(planted=mutations(), batch=st.integers(1, 4_000))
@settings(max_examples=60, deadline=None)
def test_both_checks_find_the_same_in_a_problem(name: str, planted: Any, batch: int) -> None:
    problem = deepcopy({**GOOD[name], "tasks": GOOD[name]["tasks"][:10], "workers": GOOD[name]["workers"][:10]})
    for (place, index, field), value in planted:
        items = problem[place]
        items[index % len(items)][field] = value
    document, node = json.dumps(problem).encode(), problem_node(PLANNERS[name])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem_check, "BATCH", batch)
        assert check_document(document, node) == without_quick_check(document, node)
