"""The report for a terminal."""

from __future__ import annotations

from drift_reports.examples import BODY, CHANGES, HOSTILE, REMOVED, SHARED, report
from openapi_drift.diff.change import Change, Level
from openapi_drift.reports import render
from openapi_drift.reports.report import Accepted, ChangeReport

WHOLE = """\
old.yaml → new.yaml

PUT /tasks/{id}
  breaking  A body is now required.
            request-body-added-required   new → new.yaml:40
            reaches app.py:7

GET /tasks
  warning   Query parameter `state` was removed.
            request-parameter-removed   old.yaml:12 → removed

Schema Task, in 3 operations
  GET /tasks, GET /tasks/{id}, PUT /tasks/{id}
  warning   Property `state` may now also be `paused`.
            response-property-enum-value-added   old.yaml:101 → new.yaml:105

POST /jobs
  info      New.
            endpoint-added   new → new.yaml:70

1 breaking, 2 warnings, 1 other in 4 operations.
"""


def test_the_whole() -> None:
    assert render(ChangeReport("old.yaml", "new.yaml", CHANGES, details={BODY: ["reaches app.py:7"]}), "text") == WHOLE


def test_nothing_changed() -> None:
    assert render(ChangeReport("a", "b", []), "text") == "a → b\n\nNo changes.\n"


def test_accepted_changes_come_with_their_reason() -> None:
    accepted = [Accepted(REMOVED, "nobody sends it"), *(Accepted(each, "words are kept") for each in SHARED)]
    text = render(
        ChangeReport("a", "b", [], accepted=accepted, problems=["f.toml: entry 2 (x) matches no change"]), "text"
    )
    assert (
        "  1 change: nobody sends it\n    Query parameter `state` was removed. (request-parameter-removed, GET /t"
        in text
    )
    assert "response-property-enum-value-added, 3 operations)" in text
    assert "\nAcceptance: f.toml: entry 2 (x) matches no change\n" in text
    assert text.endswith("No other changes. 2 changes accepted.\n")


def test_lines_fit_100_columns() -> None:
    long = Change("a-long-id-of-a-rule", Level.INFO, "many words " * 30, "get", "/x", base=REMOVED.base)
    lines = render(report(long), "text").splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 100


def test_an_operation_stays_on_one_line() -> None:
    many = [Change("x", Level.INFO, "Same.", "delete", f"/jobs/{'j' * number}") for number in range(20)]
    lines = render(report(*many), "text").splitlines()
    assert lines[2] == "20 operations"
    assert not any(line.endswith("DELETE") for line in lines)
    assert max(map(len, lines)) <= 100


def test_a_text_stays_within_its_line() -> None:
    text = render(report(HOSTILE), "text")
    assert "\n::error" not in text
