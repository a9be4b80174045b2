"""Problems on the sandbox: Python's dates in them, checked before they leave, sent anyway; blocking and asyncio."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any

import pytest

from optcloud import UnprocessablePlan
from optcloud.adiutaopt.problem.values import Language, read_date, vendor_time
from optcloud.core.events import ProblemWarnings
from optcloud.sandbox import Sandbox
from sandbox.facades import FAST, Opener
from unit.faulty_problems import ROSTER, TOUR, faulty

DAY, START, END = date(2026, 3, 2), datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 6)
PROBLEM = {
    "meta": {"language": Language.ENGLISH, "start": DAY},
    "parameters": {},
    "tasks": [
        {"id": "night", "date": DAY, "startTime": vendor_time(START, on=DAY), "endTime": END - datetime(2026, 3, 2)}
    ],
    "workers": [{"id": "anna"}],
}


def submits(sandbox: Sandbox) -> list[Any]:
    return [entry for entry in sandbox.journal() if entry.path.endswith("description")]


def test_pythons_dates_and_times_are_understood(cloud: Any) -> None:
    solution = cloud.adiutaopt.shift.submit(PROBLEM).result(pace=FAST).json()
    (task,) = solution["tasks"]
    assert (task["date"], task["startTime"], task["endTime"]) == ("2026-03-02", "22:00", "30:00")
    assert read_date(solution["meta"]["start"]) == DAY


def test_an_open_file_is_a_problem(cloud: Any) -> None:
    solution = cloud.adiutaopt.mixed.submit(io.BytesIO(json.dumps(TOUR).encode())).result(pace=FAST)
    assert len(solution.json()["tasks"]) == len(TOUR["tasks"])


def test_all_faults_are_named_and_nothing_is_sent(cloud: Any, sandbox: Sandbox) -> None:
    with pytest.raises(UnprocessablePlan) as caught:
        cloud.adiutaopt.shift.submit(faulty("all sorts"))
    assert len(caught.value.faults) == 4 and caught.value.status is None
    assert cloud.adiutaopt.shift.check(faulty("all sorts")).faults == caught.value.faults
    assert cloud.adiutaopt.shift.check(ROSTER).ok and submits(sandbox) == []


def test_the_vendor_judges_what_is_sent_anyway(open_cloud: Opener, sandbox: Sandbox) -> None:
    events: list[Any] = []
    cloud = open_cloud(on_event=events.append)
    with pytest.raises(UnprocessablePlan) as caught:
        cloud.adiutaopt.shift.submit({**PROBLEM, "recovery": [-1]}, strict=False)
    assert (caught.value.status, caught.value.faults, len(submits(sandbox))) == (422, (), 1)
    (told,) = [event for event in events if isinstance(event, ProblemWarnings)]
    assert [finding.path for finding in told.warnings] == ["recovery[0]"]
