"""A fault of what a user hands in is named by its path."""

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adiutaopt_models as models
from optcloud.core.findings import InputFinding
from optcloud.core.request_checks import find_fault

PROBLEM: dict[str, Any] = {
    "meta": {"name": "n"},
    "parameters": {},
    "tasks": [{"id": number, "revenue": number} for number in range(40)],
    "workers": [{"id": number, "costsInitial": number} for number in range(30)],
}


def fault_of(problem: Any) -> InputFinding | None:
    """Both ways of looking must agree."""
    fault = find_fault(problem, models.ShiftPlannerInputPlan)
    assert find_fault(msgspec.json.encode(problem), models.ShiftPlannerInputPlan) == fault
    return fault


def test_a_sound_problem_has_none() -> None:
    assert fault_of(PROBLEM) is None
    assert fault_of(PROBLEM | {"newField": [1]}) is None  # unknown fields are passed on


@settings(max_examples=40)
@given(
    st.sampled_from([("tasks", "revenue", 40), ("workers", "costsInitial", 30), ("workers", "costsPerMinute", 30)]),
    st.integers(0, 29),
    st.sampled_from([-1, "1", 1.5, None, []]),
    st.booleans(),
)
def test_a_planted_fault_is_located(where: tuple[str, str, int], index: int, value: Any, second: bool) -> None:
    kind, key, size = where
    problem = copy.deepcopy(PROBLEM)
    problem[kind][index][key] = value
    if second:  # a later one does not hide the first
        problem[kind][size - 1][key] = -1
        problem["recovery"] = [-1]
    fault = fault_of(problem)
    assert fault is not None
    assert fault.path == f"{kind}[{index}].{key}"
    assert str(fault) == f"{fault.path}: {fault.what}" and "`$" not in str(fault)


@pytest.mark.parametrize(
    ("change", "path"), [({"tasks": 5}, "tasks"), ({"recovery": [1, -5]}, "recovery[1]"), ({"meta": None}, "meta")]
)
def test_other_faults(change: dict[str, Any], path: str) -> None:
    fault = fault_of(PROBLEM | change)
    assert fault is not None and fault.path == path and fault.what and path not in fault.what


def test_a_fault_of_the_whole() -> None:
    problem = {key: value for key, value in PROBLEM.items() if key != "tasks"}
    fault = fault_of(problem)
    assert fault is not None and fault.path == "" and "tasks" in fault.what
    whole = fault_of([])
    assert whole is not None and str(whole) == whole.what


@pytest.mark.parametrize("junk", [b"", b"{", b'{"tasks": []', b"<html>", b"\xff"])
def test_what_is_no_json_says_so(junk: bytes) -> None:
    fault = find_fault(junk, models.ShiftPlannerInputPlan)
    assert fault is not None and fault.what.startswith("not JSON: ") and fault.path == ""


def test_text_that_is_not_utf8_is_no_json() -> None:
    fault = find_fault(b'{"a": "\xff"}', dict[str, str])
    assert fault is not None and fault.what.startswith("not JSON: ")


def test_the_values_of_a_map_are_not_mistaken_for_fields() -> None:
    fault = find_fault({"a": {"key.with.dots": [1, "x"]}}, dict[str, dict[str, list[int]]])
    assert fault is not None and "key.with.dots" not in fault.path and fault.path.endswith("[1]")
