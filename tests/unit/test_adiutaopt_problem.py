"""A problem in whichever form it comes, with Python's dates and times in it; strict and not."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import adiutaopt_models as models
from optcloud.adiutaopt import planners
from optcloud.adiutaopt.account import AdiutaOptAccount
from optcloud.adiutaopt.problem.problem import check_problem, checked, prepared, problem_bytes
from optcloud.adiutaopt.problem.values import Gender, Language, Weekday, vendor_date, vendor_time
from optcloud.adiutaopt.solution_rule import default_rule
from optcloud.core.errors import BadRequest, UnprocessablePlan
from optcloud.core.events import ProblemWarnings
from unit.script import Script, json_reply, plain_road

PROBLEM: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [{"id": 1, "name": "früh"}], "workers": []}
TEXT = b' {"workers": [], "tasks": [{"id": 1}], "meta": {}, "parameters": {}}\n'


def written(problem: Any) -> Any:
    return json.loads(problem_bytes(problem, planners.SHIFT))


def faults(problem: Any) -> dict[str, str]:
    with pytest.raises(UnprocessablePlan) as caught:
        problem_bytes(problem, planners.SHIFT)
    assert caught.value.status is None
    return {fault.path: str(fault) for fault in caught.value.faults}


# ---------------------------------------------------------------- forms


def test_json_is_sent_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(TEXT)
    forms: list[Any] = [TEXT, bytearray(TEXT), memoryview(TEXT), file, str(file), io.BytesIO(TEXT)]
    for form in forms:
        assert problem_bytes(form, planners.SHIFT) == TEXT
    with file.open("rb") as stream:
        assert problem_bytes(stream, planners.SHIFT) == TEXT


def test_mappings_and_models_become_json() -> None:
    assert written(PROBLEM) == written(MappingProxyType(PROBLEM)) == PROBLEM
    assert written({**PROBLEM, "meta": MappingProxyType({"a": (1, 2)})})["meta"] == {"a": [1, 2]}
    model = models.ShiftPlannerInputPlan(
        meta=models.ShiftPlannerMeta(), parameters={}, tasks=[models.ShiftPlannerInputTask(revenue=5)], workers=[]
    )
    assert written(model) == {"meta": {}, "parameters": {}, "tasks": [{"revenue": 5}], "workers": []}
    assert written({**PROBLEM, "tasks": model.tasks})["tasks"] == [{"revenue": 5}]


def test_the_model_of_another_planner_is_refused() -> None:
    model = models.ShiftPlannerInputPlan(meta=models.ShiftPlannerMeta(), parameters={}, tasks=[], workers=[])
    with pytest.raises(UnprocessablePlan, match="a ShiftPlannerInputPlan was given; the floor planner takes a Floor"):
        problem_bytes(model, planners.FLOOR)


def test_what_is_no_problem_is_refused_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_bytes(TEXT)
    for form, hint in (
        (TEXT.decode(), r"text\.encode\(\)"),
        (io.StringIO("{}"), r"binary mode \('rb'\)"),
        ((tmp_path / "problem.json").open(), r"binary mode \('rb'\)"),
        (17, "give a typed model, a mapping, JSON bytes, a path or a binary file"),
        ([PROBLEM], "a list is no problem"),
    ):
        with pytest.raises(BadRequest, match=hint):
            problem_bytes(form, planners.SHIFT)  # type: ignore[arg-type]
        if hasattr(form, "close"):
            form.close()
    with pytest.raises(FileNotFoundError):
        problem_bytes(tmp_path / "none.json", planners.SHIFT)


# ---------------------------------------------------------------- values


class Colour(Enum):
    RED = "red"


def test_pythons_values_become_the_vendors() -> None:
    day = date(2026, 3, 2)
    task = {
        "date": day,
        "startTime": timedelta(hours=31, minutes=25),
        "endTime": timedelta(hours=-1, minutes=-30),
        "clock": time(7, 25),
        "weekday": Weekday.SUNDAY,
        "gender": Gender.OTHER,
        "colour": Colour.RED,
        "language": Language.ENGLISH,
    }
    vendors = {
        "date": "2026-03-02",
        "startTime": "31:25",
        "endTime": "-01:30",
        "clock": "07:25",
        "weekday": 0,
        "gender": 3,
        "colour": "red",
        "language": 1,
    }
    assert written({**PROBLEM, "tasks": [task]})["tasks"] == [vendors]
    model = models.ShiftPlannerInputPlan(
        meta=models.ShiftPlannerMeta(removeInvalidTasks=task), parameters=task, tasks=[], workers=[]
    )
    assert written(model)["parameters"] == written(model)["meta"]["removeInvalidTasks"] == vendors


@given(
    st.datetimes(min_value=datetime(1, 1, 2)).map(lambda moment: moment.replace(second=0, microsecond=0)), st.dates()
)
def test_a_moment_written_by_hand_and_by_python_is_the_same(moment: datetime, on: date) -> None:
    offset = moment - datetime.combine(on, time())
    assert written({"date": on, "startTime": offset}) == {
        "date": vendor_date(on),
        "startTime": vendor_time(moment, on=on),
    }


class WholeNumber:
    """As numpy's are."""

    def __index__(self) -> int:
        return 2**40


def test_whole_numbers_of_other_kinds_are_exact() -> None:
    assert written({"a": WholeNumber(), "b": 2**63 + 1}) == {"a": 2**40, "b": 2**63 + 1}


def test_all_that_cannot_be_written_is_named_at_once_with_its_path() -> None:
    within: dict[str, Any] = {}
    within["self"] = within
    found = faults(
        {
            "tasks": [
                {"start": datetime(2026, 3, 2, 7, 25)},
                {"start": datetime(2026, 3, 2, 7, 25, tzinfo=UTC)},
                {"length": timedelta(seconds=90)},
                {"weight": float("nan"), "volume": float("-inf")},
                {"qualifications": {"care", "night"}},
                {"name": "\ud800"},
                {date(2026, 3, 2): 1},
                {"model": models.ShiftPlannerWorker(shifts=[timedelta(seconds=1)]), "any": object()},
            ],
        }
    )
    assert list(found) == [
        "tasks[0].start",
        "tasks[1].start",
        "tasks[2].length",
        "tasks[3].weight",
        "tasks[3].volume",
        "tasks[4].qualifications",
        "tasks[5].name",
        "tasks[6]",
        "tasks[7].model.shifts[0]",
        "tasks[7].any",
    ]
    for path, hint in {
        "tasks[0].start": "write a date, vendor_date(moment), and beside it a time, vendor_time(moment, on=that date)",
        "tasks[2].length": "round it to minutes",
        "tasks[3].weight": "leave the field out",
        "tasks[4].qualifications": "write a sorted list",
        "tasks[6]": "write text",
    }.items():
        assert hint in found[path]
    assert "within itself" in next(iter(faults({"a": within}).values()))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_not_written(number: float) -> None:
    assert "is no number in JSON" in faults({"tasks": [{"weight": number}]})["tasks[0].weight"]


def test_sets_in_models_are_written_in_one_order() -> None:
    model = models.ShiftPlannerInputPlan(
        meta=models.ShiftPlannerMeta(), parameters={"skills": {"b", "c", "a"}}, tasks=[], workers=[]
    )
    assert written(model)["parameters"] == {"skills": ["a", "b", "c"]}


# ---------------------------------------------------------------- strict and not

FAULTY = {**PROBLEM, "tasks": [{"revenue": -1, "date": "2026-02-31"}], "mood": "good"}


def cloud(*replies: Any) -> Script:
    return Script(replies, policy=plain_road(vendor="adiutaOpt"))


def test_a_faulty_problem_is_sent_only_when_told_so() -> None:
    account = AdiutaOptAccount("prod", default_rule)
    refusing = cloud()
    with pytest.raises(UnprocessablePlan) as caught:
        refusing.run(account.submit(planners.SHIFT, FAULTY))
    assert [fault.path for fault in caught.value.faults] == ["tasks[0].revenue", "tasks[0].date"]
    assert (caught.value.path, refusing.events, refusing.sent) == ("tasks[0].revenue", [], [])
    sending = cloud(json_reply("key", 201))
    sending.run(account.submit(planners.SHIFT, FAULTY, strict=False))
    warnings = sending.events[0]
    assert isinstance(warnings, ProblemWarnings) and warnings.vendor == "adiutaOpt"
    assert [finding.path for finding in warnings.warnings] == ["tasks[0].revenue", "tasks[0].date", "mood"]
    assert json.loads(sending.sent[0].content) == FAULTY


def test_bytes_that_are_no_json_are_sent_when_told_so_and_what_cannot_be_written_never() -> None:
    assert cloud().run(prepared(b"not JSON", planners.SHIFT, strict=False)).document == b"not JSON"
    with pytest.raises(UnprocessablePlan):
        cloud().run(prepared({"a": {1}}, planners.SHIFT, strict=False))


def test_a_good_problem_is_sent_without_a_word() -> None:
    silent = cloud()
    ready = silent.run(prepared(PROBLEM, planners.SHIFT))
    assert (silent.events, ready.report.ok, ready.report.warnings) == ([], True, ())
    assert "früh" not in repr(ready)


def test_checking_sends_nothing_and_raises_nothing_about_the_problem() -> None:
    asked = cloud()
    report = asked.run(checked(FAULTY, planners.SHIFT))
    assert report == check_problem(FAULTY, planners.SHIFT) and not report.ok
    assert (asked.sent, asked.events) == ([], [])
    assert [fault.path for fault in check_problem({"a": {1}}, planners.SHIFT).faults] == ["a"]
    with pytest.raises(BadRequest):
        check_problem("{}", planners.SHIFT)
