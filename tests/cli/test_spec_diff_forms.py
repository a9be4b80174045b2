"""`optcloud spec diff` tells each kind of change in each form of its report, and nothing where nothing changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from drift.verdicts import RIGHT, Verdict, verdicts

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


FAILING = {"breaking": {"breaking"}, "warning": {"breaking", "warning"}, "any": {"breaking", "warning", "info"}}
FORMS = {"text": "breaking", "markdown": "warning", "html": "any", "github": "breaking", "sarif": "warning"}
"""Each form, and the level from which the command that prints it fails."""


@pytest.mark.parametrize("pair", KINDS, indirect=True, ids=str)
def test_each_form_tells_every_change(run: Run, pair: Verdict) -> None:
    """The worst level is right, each form has what JSON has, and the exit code agrees with it."""
    changes = json.loads(run("spec", "diff", "old.json", "new.json", "--json").stdout)["changes"]
    levels, expected = [change["level"] for change in changes], {change["id"] for change in changes}
    worst = min(levels, key=("breaking", "warning", "info").index, default="silent")
    assert worst in RIGHT[pair.right]
    for form, fail_on in FORMS.items():
        result = run("spec", "diff", "old.json", "new.json", "--format", form, "--fail-on", fail_on)
        assert result.exit_code == (6 if worst in FAILING[fail_on] else 0), form
        text = result.stdout
        assert {id_ for id_ in expected if id_ not in text} == set(), form
        if form == "sarif":
            assert {result["ruleId"] for result in json.loads(text)["runs"][0]["results"]} == expected
        else:
            assert ("No changes" in text) == (not expected), form
