"""What the check of a problem names, and what it is silent about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from optcloud.adiutaopt import planners
from optcloud.adiutaopt.planners import PLANNERS
from optcloud.adiutaopt.problem import check as problem_check
from optcloud.adiutaopt.problem.check import ProblemReport, check_document
from optcloud.adiutaopt.problem.problem import check_problem
from optcloud.adiutaopt.problem.schema import problem_node
from optcloud.adiutaopt.problem.walk import MOST_OF_A_KIND
from optcloud.core.errors import UnprocessablePlan
from optcloud.core.findings import InputFinding, listed, path_text
from unit.faulty_problems import FAULTY, GOOD, OF_THE_ROSTER, ROSTER, as_sent

# the vendor's sample (adiutaOpt facts F041)
MINIMAL: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [], "workers": []}


def paths(findings: tuple[InputFinding, ...]) -> list[str]:
    return sorted(finding.path for finding in findings)


def check(document: bytes, planner: str = "shift") -> ProblemReport:
    return check_document(document, problem_node(PLANNERS[planner]))


@pytest.mark.parametrize("batch", [1, 3_000, 40_000])
@pytest.mark.parametrize("title", FAULTY)
def test_every_planted_fault_is_named_by_its_path_and_nothing_else(
    title: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problem_check, "BATCH", batch)
    planner, _plant, faults, warnings = FAULTY[title]
    report = check(as_sent(title), planner)
    assert paths(report.faults) == sorted(faults)
    usual = OF_THE_ROSTER if planner == "shift" and "tasks" not in faults and "" not in faults else ()
    assert paths(report.warnings) == sorted((*warnings, *usual)), report
    assert all(finding.what and finding.hint for finding in report.faults + report.warnings)


def test_there_are_thirty_faulty_problems_at_least() -> None:
    assert len(FAULTY) >= 30


@pytest.mark.parametrize("planner", PLANNERS)
def test_known_good_problems_pass_in_silence(planner: str) -> None:
    for problem in (MINIMAL, {**MINIMAL, "client": {"any": "thing"}, "recovery": [0, 2147483647]}, GOOD[planner]):
        report = check(json.dumps(problem).encode(), planner)
        assert report.faults == ()
        # The roster of the sandbox uses a deprecated field once, and is told so.
        assert paths(report.warnings) == list(OF_THE_ROSTER if problem is ROSTER else ())


def test_only_the_shift_planner_is_known_to_require_anything() -> None:
    assert check(b"{}", "mixed").ok and check(b"{}", "floor").ok and not check(b"{}", "shift").ok


def test_a_report_says_what_where_and_what_to_do() -> None:
    found = {finding.path: str(finding) for finding in check(as_sent("all sorts")).faults}
    assert found["tasks[0].revenue"] == "tasks[0].revenue: -1 is too small; write 0 or more"
    assert found["tasks[2].date"].startswith(
        "tasks[2].date: '2026-02-29' is not a day of the calendar; month 2 of 2026"
    )
    told = {finding.path: str(finding) for finding in check(as_sent("a misspelt field")).warnings}
    assert "was revenue meant?" in told["tasks[40].Revenue"] and "was revenue meant?" in told["tasks[41].revenu"]
    assert "use unpreferredWorkers" in told["tasks[11].antiWorkers"]
    told = {finding.path: str(finding) for finding in check(as_sent("all sorts")).warnings}
    assert "was 1 meant?" in told["tasks[4].preferredWorkers[0]"] and "(inferred" in told["tasks[3].id"]
    assert "1000 is the id of tasks[0], too" in told["tasks[3].id"]


def test_faults_are_raised_all_at_once() -> None:
    report = check(as_sent("all sorts"))
    with pytest.raises(UnprocessablePlan, match="does not satisfy the schema: 4 faults") as caught:
        report.raise_for_faults()
    assert caught.value.faults == report.faults and caught.value.path == report.faults[0].path
    assert caught.value.status is None
    assert all(str(fault) in str(caught.value) for fault in report.faults)
    ProblemReport((), report.warnings).raise_for_faults()


def test_a_long_list_of_faults_is_whole_in_the_error_and_short_in_its_words() -> None:
    tasks = [{"revenue": -number} for number in range(1, 1001)]
    report = check(json.dumps({**MINIMAL, "tasks": tasks}).encode())
    assert [fault.path for fault in report.faults] == [f"tasks[{number}].revenue" for number in range(1000)]
    assert listed(report.faults).count("\n") == 21 and listed(report.faults).endswith("… and 980 more")


def test_warnings_of_one_kind_are_not_repeated_without_end() -> None:
    tasks = [{"priority": 1, "duration": "an hour", "antiWorkers": []} for _ in range(1000)]
    report = check(json.dumps({**MINIMAL, "tasks": tasks}).encode())
    assert report.faults == ()
    by_field = {name: [w for w in report.warnings if w.path.endswith(name)] for name in tasks[0]}
    assert [w.path for w in by_field["priority"]] == ["tasks[0].priority"]
    assert [w.path for w in by_field["antiWorkers"]] == ["tasks[0].antiWorkers"]
    assert len(by_field["duration"]) == MOST_OF_A_KIND and "the rest not looked for" in by_field["duration"][-1].hint


def test_faults_are_named_although_warnings_of_the_same_field_are_not_looked_for_any_more() -> None:
    tasks: list[dict[str, Any]] = [{"duration": "an hour"} for _ in range(1000)]
    tasks[900] |= {"date": "2026-02-31", "revenue": -1, "duration": "2026-02-30"}
    report = check(json.dumps({**MINIMAL, "tasks": tasks}).encode())
    assert paths(report.faults) == ["tasks[900].date", "tasks[900].duration", "tasks[900].revenue"]


def test_ids_are_not_judged_where_some_are_missing() -> None:
    problem = {**MINIMAL, "tasks": [{"preferredWorkers": [7]}], "workers": [{}, {"id": 1}]}
    assert check(json.dumps(problem).encode()) == ProblemReport()
    problem["workers"] = [{"id": 1}, {"id": 1}, {}]
    assert paths(check(json.dumps(problem).encode()).warnings) == ["workers[1].id"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "is not JSON: .+"),
        (b"not JSON", r"is not JSON.*\(near line 1, column 5\)"),
        (b'{"meta": {},\n "tasks": [1,, 2]}', r"is not JSON.*\(near line 2, column 14\)"),
        (b'{"meta": {}} x', r"is not JSON.*\(near line 1, column 15\)"),
        (b"\xef\xbb\xbf{}", "byte order mark; write it as UTF-8 without one"),
        ('{"name": "Jürgen"}'.encode("latin-1"), "it is not UTF-8"),
        ('{"meta": {"name": "Jürgen"}}'.encode("latin-1"), "it is not UTF-8"),
        (b'{"x":' + b"[" * 100_000, "nested too deeply"),
        (b"[]", "a list stands here; write an object"),
        (b"null", "null stands here; write an object"),
    ],
)
def test_what_is_no_json_object_is_one_fault(document: bytes, words: str) -> None:
    with pytest.raises(UnprocessablePlan, match=words) as caught:
        check(document).raise_for_faults()
    assert [fault.path for fault in caught.value.faults] == [""]


def test_a_number_beyond_all_bounds_is_named_where_it_stands() -> None:
    document = b'{"meta":{},"parameters":{},"workers":[],"tasks":[{},{"revenue":1e999},{"duration":-1}]}'
    report = check(document)
    assert paths(report.faults) == ["tasks[1]"] and paths(report.warnings) == ["tasks[2].duration"]


def test_text_beyond_ascii_is_checked_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_check, "_PIECE", 3)  # every character is cut somewhere
    assert check('{"meta":{"name":"Jürgen 🚑"},"parameters":{},"tasks":[],"workers":[]}'.encode()).ok
    assert not check('{"meta":{"name":"Jürgen"}}'.encode("latin-1")).ok


@pytest.mark.parametrize(
    "text", ["2026-02-28", "2026-1-31", "2024-02-29", "0000-2-29", "9999-12-31", "x2026-02-31", "2026-02-31 "]
)
def test_other_days_and_texts_are_no_faults(text: str) -> None:
    assert check(json.dumps({**MINIMAL, "parameters": {"any": text}}).encode()) == ProblemReport()


def test_paths_quote_names_that_are_no_words() -> None:
    assert path_text(("parameters", "a b", 3, "c-d", "e")) == "parameters['a b'][3]['c-d'].e"
    assert path_text(()) == ""


def test_check_problem_takes_what_submit_takes() -> None:
    assert check_problem(MINIMAL, planners.SHIFT).ok
    assert paths(check_problem({**MINIMAL, "tasks": [{"revenue": -1}]}, planners.SHIFT).faults) == ["tasks[0].revenue"]
    assert paths(check_problem({"meta": {1, 2}}, planners.SHIFT).faults) == ["meta"]
