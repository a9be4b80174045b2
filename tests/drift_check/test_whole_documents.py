"""This repository's own documents, changed as vendors might: the verdict is drift, and a sentence says what breaks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from drift_check.conftest import KEY
from openapi_drift.documents.document import load
from openapi_drift.sources import load_sources
from optcloud.cli.app import app
from optcloud.cli.exit_codes import DONE, DRIFT
from specs.test_fetch import Server, text

REPOSITORY = Path(__file__).parents[2]
SOURCES = load_sources(REPOSITORY)
Value = dict[str, Any]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", KEY)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["spec", *arguments, "--root", str(REPOSITORY)], prog_name="optcloud")


def checked(vendor: Server, id_: str, content: Value, *arguments: str) -> Any:
    """The check of what a vendor serves in place of a document of this repository."""
    vendor.routes["/spec"] = text(json.dumps(content), "application/json")
    return run("check", "--kind", "vendor", "--url", f"{id_}={vendor.url}/spec", "--cloud", id_, *arguments)


def copy_of(id_: str) -> Value:
    copy: Value = json.loads(json.dumps(load(SOURCES[id_].document).content))
    return copy


def closed(content: Value) -> Value:
    """All 49 objects that took further fields take none."""
    written, number = re.subn(r'"additionalProperties": true', '"additionalProperties": false', json.dumps(content))
    assert number == 49
    changed: Value = json.loads(written)
    return changed


def key_elsewhere(content: Value) -> Value:
    """The key goes into the address, under another name."""
    (scheme,) = content["components"]["securitySchemes"].values()
    assert (scheme["in"], scheme["name"].lower()) == ("header", "apikey")
    scheme |= {"in": "query", "name": "x-acme-key"}
    return content


@pytest.mark.parametrize(
    ("id_", "change", "words", "commands"),
    [
        ("adiutaopt-v6", closed, "refused", ["optcloud adiutaopt solve"]),
        ("aimms-pro-v2", key_elsewhere, "x-acme-key", ["optcloud aimms ", "reaches the operations"]),
    ],
)
def test_what_would_break_every_call_is_drift(
    vendor: Server, id_: str, change: Any, words: str, commands: list[str]
) -> None:
    """Exit code 6 at every level of --fail-on, a sentence, and the commands that stand on it."""
    content = change(copy_of(id_))
    result = checked(vendor, id_, content, "--fail-on", "breaking")
    assert result.exit_code == DRIFT
    assert f"vendor {id_}: drift: " in result.stdout
    assert f"{id_}: no drift" not in result.stdout
    told = " ".join(result.stdout.split())
    assert re.search(rf"breaking [^.]*{words}", told)
    for command in commands:
        assert command in told


@pytest.mark.parametrize("policy", ["default", "oasdiff"])
@pytest.mark.parametrize(
    ("id_", "change", "sentences"),
    [
        (
            "adiutaopt-v6",
            closed,
            ["Request body (`ShiftPlannerInputPlan`) no longer takes properties that it does not"],
        ),
        (
            "aimms-pro-v2",
            key_elsewhere,
            [
                "Calls that sign in by `ApiKeySecurityScheme` fail: the key goes into the query as `x-acme-key`",
                "Calls that sign in by `ApiKeySecurityScheme` fail: the key in the query is now called `x-acme-key`",
            ],
        ),
    ],
)
def test_two_copies_are_told_apart(tmp_path: Path, id_: str, change: Any, sentences: list[str], policy: str) -> None:
    """`spec diff` ends with 6 for what breaks, under both policies, and tells nothing that has not changed."""
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(change(copy_of(id_))))
    result = run("diff", str(SOURCES[id_].document), str(path), "--json", "--fail-on", "breaking", "--policy", policy)
    assert result.exit_code == DRIFT
    changes = json.loads(result.stdout)["changes"]
    breaking = [found["text"] for found in changes if found["level"] == "breaking"]
    assert all(any(text.startswith(sentence) for text in breaking) for sentence in sentences)
    places = {found["base"]["pointer"].rpartition("/")[2] for found in changes}
    assert places <= ({"in", "name"} if change is key_elsewhere else {"additionalProperties", "version"})


@pytest.mark.parametrize("id_", SOURCES)
def test_other_words_for_people_are_no_drift_and_said(vendor: Server, id_: str) -> None:
    """Descriptions do not travel: the verdict is no drift, with what differs all the same."""
    content = copy_of(id_)
    content["info"]["description"] = "Written anew."
    result = checked(vendor, id_, content)
    line = f"vendor {id_}: no drift: only what means nothing to callers differs (descriptions, examples, order)\n"
    assert (result.exit_code, result.stdout) == (DONE, line)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "github", "sarif"])
def test_no_changes_is_not_said_of_documents_that_differ(tmp_path: Path, form: str) -> None:
    """In any form of `spec diff`, for a change that stands in no operation."""
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(key_elsewhere(copy_of("aimms-pro-v2"))))
    result = run("diff", str(SOURCES["aimms-pro-v2"].document), str(path), "--format", form, "--fail-on", "any")
    assert result.exit_code == DRIFT
    assert "No changes" not in result.stdout
    assert "x-acme-key" in result.stdout
