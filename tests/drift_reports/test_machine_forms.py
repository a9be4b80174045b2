"""GitHub's workflow commands, and SARIF."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest

from drift_reports.examples import BODY, CHANGES, HOSTILE, REMOVED, SHARED, report
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.pointers import Position
from openapi_drift.reports import render
from openapi_drift.reports.report import Accepted, ChangeReport

_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_LOCATION = {
    "type": "object",
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {"properties": {"uri": {"type": "string", "format": "uri-reference"}}},
                "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
            },
        },
        "logicalLocations": {"type": "array", "items": {"required": ["fullyQualifiedName"]}},
        "message": _TEXT,
    },
    "additionalProperties": False,
}
_RESULT = {
    "type": "object",
    "required": ["message", "ruleId"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _TEXT,
        "locations": {"type": "array", "items": _LOCATION},
        "relatedLocations": {"type": "array", "items": _LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "items": {"required": ["kind"], "properties": {"kind": {"const": "external"}}},
        },
    },
    "additionalProperties": False,
}
# What SARIF 2.1.0 (OASIS) says of the parts that are used here.
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {"rules": {"items": {"required": ["id"]}, "uniqueItems": True}},
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "properties": {"type": "object"},
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {"type": "array", "items": _RESULT},
                },
            },
        },
    },
    "additionalProperties": False,
}


def sarif(report: ChangeReport) -> Any:
    log = json.loads(render(report, "sarif"))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def test_sarif_has_a_result_for_each_finding() -> None:
    run = sarif(report())
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("request-body-added-required", "error"),
        ("request-parameter-removed", "warning"),
        ("response-property-enum-value-added", "warning"),
        ("endpoint-added", "note"),
    ]
    body, removed, shared, _ = run["results"]
    assert body["locations"][0]["physicalLocation"]["region"] == {"startLine": 40}
    assert removed["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "old.yaml"}
    assert shared["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 101}
    assert [name["fullyQualifiedName"] for name in shared["locations"][0]["logicalLocations"]] == [
        "GET /tasks",
        "GET /tasks/{id}",
        "PUT /tasks/{id}",
    ]


def test_sarif_suppresses_what_is_accepted_and_tells_of_odd_acceptances() -> None:
    run = sarif(
        ChangeReport("a", "b", [BODY], accepted=[Accepted(REMOVED, "not sent")], problems=["entry 2 has expired"])
    )
    assert "suppressions" not in run["results"][0]
    assert run["results"][1]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "not sent"}
    ]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"] == {"text": "entry 2 has expired"}


def test_sarif_fingerprints_do_not_depend_on_lines() -> None:
    def print_(change: Change) -> Any:
        return sarif(report(change))["results"][0]["partialFingerprints"]

    moved = Change(
        BODY.id,
        BODY.level,
        BODY.text,
        BODY.method,
        BODY.path,
        "",
        BODY.place,
        None,
        Side("/paths/~1tasks~1{id}/put/requestBody", Position("new.yaml", 99)),
    )
    assert print_(moved) == print_(BODY) != print_(REMOVED)


def test_sarif_names_a_git_revision_s_file_as_a_uri() -> None:
    change = Change("x", Level.INFO, "X.", base=Side("/info", Position("HEAD~1:specs/a b.yaml", 1)))
    (result,) = sarif(report(change))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "HEAD~1%3Aspecs/a%20b.yaml"


def test_github_annotates_the_changed_lines() -> None:
    lines = render(
        ChangeReport("a", "b", CHANGES, problems=["f.toml: entry 1 (x) matches no change"]), "github"
    ).splitlines()
    assert lines[0] == (
        "::error file=new.yaml,line=40,title=request-body-added-required::PUT /tasks/{id}: A body is now required."
    )
    assert lines[1].startswith("::warning file=old.yaml,line=12,title=request-parameter-removed::GET /tasks: Query")
    assert lines[2].startswith("::warning file=new.yaml,line=105,")
    assert "::GET /tasks, GET /tasks/{id}, PUT /tasks/{id}: Property" in lines[2]
    assert lines[3].startswith("::notice file=new.yaml,line=70,")
    assert lines[4] == "::warning title=accepted changes::f.toml: entry 1 (x) matches no change"
    assert lines[5] == "::notice title=a → b::1 breaking, 2 warnings, 1 other in 4 operations."


def test_no_text_of_a_document_becomes_a_workflow_command() -> None:
    odd = Change("x", Level.INFO, "100%\r\n::set-env::", "get", "/a", base=Side("/a", Position("a,b:c.yaml", 1)))
    lines = render(ChangeReport("a\n::error::", "b", [HOSTILE, odd]), "github").splitlines()
    assert len(lines) == 3
    assert all(re.match(r"::(error|notice) [^:]*::", line) for line in lines)
    assert "file=a%2Cb%3Ac.yaml,line=1" in lines[1]
    assert lines[1].endswith("GET /a: 100%25 ::set-env::.")


@pytest.mark.parametrize("form", ["text", "markdown", "html", "github", "sarif"])
def test_many_operations_are_counted_and_told_once(form: str) -> None:
    assert render(report(*SHARED), form).count("may now also be") == 1


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="there are: text, markdown"):
        render(report(), "pdf")
