"""`optcloud spec observed` on files of shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from openapi_drift.documents.document import parse
from openapi_drift.errors import SpecsError
from openapi_drift.observed.observed import effective_document
from optcloud.cli.app import app

TASK: dict[str, Any] = {
    "vendor": "AIMMS PRO",
    "document": "aimms_pro",
    "version": "v2.0",
    "operation": "getTask",
    "status": "200",
    "media": "application/json",
    "kind": "field",
    "pointer": "/components/schemas/Task",
    "place": "$.priority",
    "name": "priority",
    "found": "integer",
    "known": [],
    "count": 3,
    "first": "2026-03-02",
    "last": "2026-03-02",
}
LATER = TASK | {"found": "null", "count": 2, "first": "2026-03-05", "last": "2026-03-07"}
PLAN = TASK | {
    "vendor": "adiutaOpt",
    "document": "adiutaopt",
    "operation": "getSolution",
    "pointer": "/components/schemas/Solution",
    "place": "$.score",
    "name": "score",
}


@pytest.fixture
def several(file: Path) -> Path:
    file.write_text("".join(json.dumps(line) + "\n" for line in (TASK, LATER, PLAN)))
    return file


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["spec", "observed", *map(str, arguments)], prog_name="optcloud")


def test_lines_of_one_shape_are_one(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_OBSERVE", str(several))
    assert run().stdout.splitlines() == [
        "AIMMS PRO getTask",
        "      5 x  field priority (integer or null) at $.priority is not documented",
        "           document it at /components/schemas/Task (--write-overlay writes it)",
        "adiutaOpt getSolution",
        "      3 x  field score (integer) at $.score is not documented",
        "           document it at /components/schemas/Solution (--write-overlay writes it)",
    ]


def test_json(several: Path) -> None:
    shape = json.loads(run(several, "--json", "--document", "aimms_pro").stdout)[0]
    assert shape["found"] == ["integer", "null"]
    assert (shape["count"], shape["first"], shape["last"]) == (5, "2026-03-02", "2026-03-07")
    assert shape["hint"].startswith("document it at")


def test_the_overlay_of_one_document(several: Path, tmp_path: Path) -> None:
    out = tmp_path / "overlay.yaml"
    refused = run(several, "--write-overlay", out)
    assert refused.exit_code == 2
    assert "--document aimms_pro or adiutaopt" in refused.stderr.replace("\n", " ")
    assert run(several, "--write-overlay", out, "--document", "aimms_pro").exit_code == 0
    (action,) = parse(out.read_text(), "overlay")["actions"]
    assert action["target"] == "$.components.schemas.Task"
    assert action["update"] == {"properties": {"priority": {"type": ["integer", "null"]}}}
    when = "observed at least 5 times between 2026-03-02 and 2026-03-07"
    assert action["x-evidence"] == f"{when} in replies of AIMMS PRO to getTask"


def test_the_documents_made_true(several: Path, tmp_path: Path) -> None:
    assert run(several, "--write-documents", tmp_path / "true").exit_code == 0
    task = json.loads((tmp_path / "true" / "aimms_pro.json").read_text())["components"]["schemas"]["Task"]
    assert task["properties"]["priority"] == {"type": ["integer", "null"]}
    assert (tmp_path / "true" / "adiutaopt.json").is_file()


def test_what_is_left_out_is_said(file: Path, tmp_path: Path) -> None:
    file.write_text(json.dumps(TASK | {"name": "state", "place": "$.state"}) + "\n")
    result = run(file, "--write-overlay", tmp_path / "overlay.yaml")
    assert result.exit_code == 0
    assert "left out: field state (integer) at $.state is not documented: documented by now" in result.stderr
    assert not (tmp_path / "overlay.yaml").exists()


def test_nothing(file: Path) -> None:
    file.write_text("")
    assert run(file).stdout == "nothing that the documents did not know\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "observed.jsonl:2: not JSON"),
        ("[1]", "observed.jsonl:2: not a shape of the observer"),
        (json.dumps(TASK | {"kind": "other"}), "observed.jsonl:2: not a shape of the observer: kind"),
        (json.dumps(TASK | {"count": "many"}), "observed.jsonl:2: not a shape of the observer: count"),
        (json.dumps(TASK | {"found": None}), "observed.jsonl:2: not a shape of the observer: found"),
    ],
)
def test_a_line_that_is_no_shape(file: Path, text: str, words: str) -> None:
    file.write_text("\n" + text + "\n")
    result = run(file)
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path / "none")
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_only_documents_of_ours_are_opened(file: Path, tmp_path: Path) -> None:
    file.write_text(json.dumps(TASK | {"document": "antigravity"}) + "\n")
    result = run(file, "--write-overlay", tmp_path / "overlay.yaml")
    assert result.exit_code == 0
    assert "the vendor has no document" in result.stdout
    assert not (tmp_path / "overlay.yaml").exists()
    with pytest.raises(SpecsError, match="antigravity: not a document that the observer looks at"):
        effective_document("antigravity")
