"""Folding and grouping, which every form of report shares."""

from __future__ import annotations

import json

from drift_reports.examples import ADDED, BODY, CHANGES, REMOVED, SHARED, report, side
from openapi_drift.diff.change import UNEXPLAINED, Change, Level
from openapi_drift.reports import render
from openapi_drift.reports.report import Accepted, ChangeReport, fold, group


def test_a_schema_used_in_many_operations_is_told_once() -> None:
    (reported,) = fold(SHARED)
    assert reported.operations == ("GET /tasks", "GET /tasks/{id}", "PUT /tasks/{id}")
    (found,) = group(SHARED)
    assert found.title == "Schema Task, in 3 operations"


def test_alike_changes_at_different_places_are_two() -> None:
    other = Change(BODY.id, BODY.level, BODY.text, "put", "/jobs/{id}", revision=side("/paths/~1jobs", 80))
    nowhere = [Change("x", Level.INFO, "Same.", "get", path) for path in ("/a", "/b")]
    assert len(fold([BODY, other])) == 2
    assert len(fold(nowhere)) == 2


def everywhere(number: int) -> list[Change]:
    return [
        Change(
            "response-non-success-status-added", Level.INFO, "It may now be 429.", "get", f"/{n}", base=side("/x", n)
        )
        for n in range(1, number + 1)
    ]


def test_the_same_in_many_operations_is_told_once_and_counted_as_many() -> None:
    (found,) = group(everywhere(4))
    assert found.title == "4 operations"
    assert found.operations == ("GET /1", "GET /2", "GET /3", "GET /4")
    assert found.reported_changes[0].place == "new.yaml:1 → removed and 3 other places"
    assert found.tally == "4 other"
    assert ChangeReport("a", "b", everywhere(4)).summary == "4 other in 4 operations."


def test_the_same_in_a_few_operations_stays_with_each() -> None:
    assert [each.title for each in group(everywhere(3))] == ["GET /1", "GET /2", "GET /3"]


def test_groups_and_what_is_in_them_come_worst_first() -> None:
    late = Change("late", Level.BREAKING, "Worst.", "post", "/jobs", revision=side("/paths/~1jobs", 71))
    groups = group([ADDED, REMOVED, BODY, late])
    assert [each.title for each in groups] == ["POST /jobs", "PUT /tasks/{id}", "GET /tasks"]
    assert [reported.change for reported in groups[0].reported_changes] == [late, ADDED]


def test_what_belongs_to_no_operation_has_a_name() -> None:
    scheme = Change("a", Level.INFO, "A.", revision=side("/components/securitySchemes/key", 5))
    whole = Change("b", Level.INFO, "B.", revision=side("/info/version", 2))
    assert [each.title for each in group([scheme, whole])] == ["Security scheme key", "The document as a whole"]


def test_the_summary_counts_findings_once() -> None:
    assert report().summary == "1 breaking, 2 warnings, 1 other in 4 operations."


def test_the_summary_without_changes() -> None:
    assert ChangeReport("a", "b", []).summary == "No changes."
    told = ChangeReport("a", "b", [], accepted=[Accepted(each, "fine") for each in SHARED], hidden=2)
    assert told.summary == "No other changes. 1 change accepted. 2 of lower level not shown."


def unexplained(number: int, *methods: str) -> list[Change]:
    pointer = f"/components/schemas/S{number}/if"
    text = (
        f"The property `p{number}` of the body has another `if`, and no rule tells what that means: `1` instead of `2`"
    )
    return [
        Change(
            UNEXPLAINED,
            Level.WARNING,
            text,
            method,
            "/x" if method else "",
            base=side(pointer, number),
            revision=side(pointer, number),
        )
        for method in methods or [""]
    ]


def test_what_no_rule_explains_is_counted_apart_in_every_form() -> None:
    """Once for each place, and never as "No changes."."""
    told = ChangeReport("a", "b", [BODY, *unexplained(1, "get", "put"), *unexplained(2)])
    assert told.summary == "1 breaking, 2 warnings in 3 operations. 2 of them no rule explains: look at them."
    for form in ("text", "markdown", "html", "github"):
        assert "of them no rule explains" in render(told, form)
    assert [result["ruleId"] for result in json.loads(render(told, "sarif"))["runs"][0]["results"]].count(
        UNEXPLAINED
    ) == 2


def test_what_no_rule_explains_folds_like_any_other() -> None:
    """A thousand schemas that changed alike are one sentence; one schema in a thousand operations is one finding."""
    many = [change for number in range(1000) for change in unexplained(number)]
    assert render(ChangeReport("a", "b", many), "text").count("no rule tells") < 1001
    everywhere_ = unexplained(1, *(f"m{number}" for number in range(1000)))
    (found,) = group(everywhere_)
    assert found.title == "Schema S1, in 1000 operations"
    assert render(ChangeReport("a", "b", everywhere_), "text").count("no rule tells") == 1


def test_another_policy_is_named_in_every_form() -> None:
    """Levels of somebody else are told as such; those of the default policy need no word."""
    told = ChangeReport("a", "b", [BODY], policy="oasdiff")
    for form in ("text", "markdown", "html", "github"):
        assert "The levels are those of oasdiff." in render(told, form)
        assert "The levels are" not in render(report(), form)
    assert json.loads(render(told, "sarif"))["runs"][0]["properties"] == {"policy": "oasdiff"}


def test_both_places() -> None:
    places = [reported.place for reported in fold(CHANGES)]
    assert places == ["new → new.yaml:40", "old.yaml:12 → removed", "old.yaml:101 → new.yaml:105", "new → new.yaml:70"]
