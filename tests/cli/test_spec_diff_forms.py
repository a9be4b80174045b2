"""`optcloud spec diff` tells each kind of change in each form of its report, and nothing where nothing changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from drift.verdicts import RIGHT, Verdict, verdicts

FORMS = ("text", "markdown", "html", "github", "sarif")
KINDS = [
    *("object-closed-in-request", "map-closed-in-request", "map-closed-in-response", "basic-to-bearer", "key-moved"),
    *("parameter-explode", "parameter-schema-to-content", "parameter-defaults-written-out"),
    *("webhook-payload-of-another-type", "unique-items-in-parameter", "max-items-set-in-request"),
    *("enum-set-in-response-back", "not-set-in-request", "all-of-written-flat-in-response"),
    *("property-moved-between-members-in-response", "required-only-said-beside-in-response-back"),
    *("paths-of-one-shape-merged", "nullable-reference-said-in-3.1", "condition-inside-changed-in-request"),
    *("link-changed", "component-that-nobody-uses-changed", "operation-in-draft-changed"),
]
PAIRS = {verdict.name: verdict for verdict in verdicts()}


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """Two documents as files, and what is right to say of them."""
    verdict = PAIRS[request.param]
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text(json.dumps(verdict.base))
    Path("new.json").write_text(json.dumps(verdict.revision))
    return verdict


def told(run: Run, *options: str) -> str:
    result = run("spec", "diff", "old.json", "new.json", *options)
    assert result.exit_code == 0
    return str(result.stdout)


def changes(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(told(run, "--json"))["changes"]
    return found


@pytest.mark.parametrize("pair", KINDS, indirect=True, ids=str)
def test_the_worst_level_is_right_in_json_and_in_the_exit_code(run: Run, pair: Verdict) -> None:
    """The JSON and the exit code of --fail-on agree on how bad it is, and are right."""
    levels = [change["level"] for change in changes(run)]
    worst = min(levels, key=("breaking", "warning", "info").index, default="silent")
    assert worst in RIGHT[pair.right]
    failing = {
        on: run("spec", "diff", "old.json", "new.json", "--fail-on", on).exit_code
        for on in ("breaking", "warning", "any")
    }
    least = {"breaking": 0, "warning": 1, "info": 2, "silent": 3}[worst]
    assert failing == {on: 6 if least <= place else 0 for place, on in enumerate(failing)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pair", KINDS, indirect=True, ids=str)
def test_each_form_tells_every_change(run: Run, pair: Verdict, form: str) -> None:
    """What JSON has is in each other form, and a form without changes says so."""
    expected = {change["id"] for change in changes(run)}
    text = told(run, "--format", form)
    assert {id_ for id_ in expected if id_ not in text} == set()
    if form == "sarif":
        assert {result["ruleId"] for result in json.loads(text)["runs"][0]["results"]} == expected
    else:
        assert ("No changes" in text) == (not expected)
