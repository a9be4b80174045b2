"""`optcloud spec diff` and `spec changelog`: from documents to words and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = """\
openapi: 3.0.3
info: {title: Jobs, version: '1'}
paths:
  /jobs:
    get:
      operationId: listJobs
      responses: {'200': {description: OK}}
  /jobs/{id}:
    delete:
      operationId: deleteJob
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      responses: {'204': {description: Gone}}
"""
OLD, NEW, MORE = "old.yaml", "new.yaml", "more.yaml"


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In `NEW` an operation has gone; `MORE` has one more than `OLD`."""
    monkeypatch.chdir(tmp_path)
    Path(OLD).write_text(DOCUMENT)
    Path(NEW).write_text(DOCUMENT.partition("  /jobs/{id}:")[0])
    Path(MORE).write_text(
        DOCUMENT + "    get:\n" + DOCUMENT.partition("    delete:\n")[2].replace("deleteJob", "getJob")
    )
    return tmp_path


def test_a_person_is_told_what_changed(run: Run) -> None:
    result = run("spec", "diff", OLD, NEW)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "old.yaml → new.yaml"
    assert "DELETE /jobs/{id}" in lines
    assert any(line.startswith("  breaking  ") for line in lines)
    assert "old.yaml:9" in result.stdout
    assert lines[-1] == "1 breaking in 1 operation."


def test_no_changes(run: Run) -> None:
    result = run("spec", "diff", OLD, OLD, "--fail-on", "any")
    assert (result.exit_code, result.stdout) == (0, "old.yaml → old.yaml\n\nNo changes.\n")


def test_json(run: Run) -> None:
    result = run("spec", "diff", OLD, NEW, "--json")
    value = json.loads(result.stdout)
    (change,) = value["changes"]
    assert (change["level"], change["method"].upper(), change["path"]) == ("breaking", "DELETE", "/jobs/{id}")
    assert change["base"]["position"] == {"file": "old.yaml", "line": 9}
    assert (value["base"], value["revision"], value["accepted"]) == ("old.yaml", "new.yaml", [])


@pytest.mark.parametrize(
    ("revision", "fail_on", "code"),
    [
        (NEW, "none", 0),
        (NEW, "breaking", 6),
        (NEW, "warning", 6),
        (NEW, "any", 6),
        (MORE, "breaking", 0),
        (MORE, "warning", 0),
        (MORE, "any", 6),
    ],
)
def test_exit_code(run: Run, revision: str, fail_on: str, code: int) -> None:
    result = run("spec", "diff", OLD, revision, "--fail-on", fail_on)
    assert result.exit_code == code
    assert "No changes" not in result.stdout


def test_a_level_hides_and_says_so_and_is_judged_all_the_same(run: Run) -> None:
    result = run("spec", "diff", OLD, MORE, "--level", "breaking", "--fail-on", "any")
    assert result.exit_code == 6
    assert result.stdout.endswith("No changes. 1 of lower level not shown.\n".replace("No changes", "No other changes"))


def test_what_means_nothing_to_callers_is_shown_if_asked_for(run: Run) -> None:
    """As info, at its line, and never judged: it is no change."""
    Path(NEW).write_text(DOCUMENT.replace("{description: OK}", "{description: Fine, x-of-ours: 1}"))
    silent = run("spec", "diff", OLD, NEW, "--fail-on", "any")
    assert (silent.exit_code, silent.stdout.splitlines()[-1]) == (0, "No changes.")
    result = run("spec", "diff", OLD, NEW, "--fail-on", "any", "--notes")
    assert result.exit_code == 0
    assert 'GET /jobs\n  info      `description` is now `"Fine"` instead of `"OK"`.\n' in result.stdout
    assert "documentation-changed   old.yaml:7 → new.yaml:7" in result.stdout
    assert "extension-added" in result.stdout
    assert run("spec", "diff", OLD, NEW, "--notes", "--level", "warning").stdout == silent.stdout


def test_levels_of_somebody_else_are_named(run: Run) -> None:
    """In the last line for people, as a field for programs."""
    text = run("spec", "diff", OLD, NEW, "--policy", "oasdiff").stdout
    assert text.endswith("The levels are those of oasdiff.\n")
    assert json.loads(run("spec", "diff", OLD, NEW, "--policy", "oasdiff", "--json").stdout)["policy"] == "oasdiff"
    assert json.loads(run("spec", "diff", OLD, NEW, "--json").stdout)["policy"] == "default"


def test_a_name_is_no_description_and_order_is_told(run: Run) -> None:
    """A property that is called so is a change; what is only in another order is a note."""
    parameters = "      parameters: [{name: a, in: query}, {name: b, in: query}]\n"
    document = DOCUMENT.replace("      responses: {'200'", f"{parameters}      responses: {{'200'", 1)
    schemas = "components: {schemas: {A: {properties: {description: {type: string, title: A}}}}}\n"
    Path(OLD).write_text(document + schemas)
    Path(NEW).write_text(
        document.replace("{name: a, in: query}, {name: b, in: query}", "{name: b, in: query}, {name: a, in: query}")
        + schemas.replace("title: A", "title: B")
    )
    changes = json.loads(run("spec", "diff", OLD, NEW, "--notes", "--json").stdout)["changes"]
    assert [(change["id"], change["base"]["pointer"]) for change in changes] == [
        ("order-changed", "/paths/~1jobs/get/parameters"),
        ("documentation-changed", "/components/schemas/A/properties/description/title"),
    ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("markdown", "## API changes: `old.yaml` → `new.yaml`"),
        ("html", "<title>API changes: old.yaml → new.yaml</title>"),
        ("github", "::error file=old.yaml,line=9,"),
        ("sarif", '"version": "2.1.0"'),
    ],
)
def test_each_form_goes_to_stdout_or_a_file(run: Run, form: str, words: str) -> None:
    printed = run("spec", "diff", OLD, NEW, "--format", form)
    assert words in printed.stdout
    written = run("spec", "diff", OLD, NEW, "--format", form, "-o", "report")
    assert written.stdout == ""
    assert written.stderr == "wrote report\n1 breaking in 1 operation.\n"
    assert Path("report").read_text(encoding="utf-8") == printed.stdout


def test_the_page_shows_the_source(run: Run) -> None:
    text = run("spec", "diff", OLD, NEW, "--format", "html").stdout
    assert "operationId: deleteJob" in text


def accepted(**fields: str) -> str:
    entry = {"reason": "nobody deletes", **fields}
    Path("accepted.toml").write_text("[[accepted]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items()))
    return "accepted.toml"


def id_of(run: Run) -> str:
    value: Any = json.loads(run("spec", "diff", OLD, NEW, "--json").stdout)
    return str(value["changes"][0]["id"])


def test_an_accepted_change_does_not_fail(run: Run) -> None:
    arguments = ("spec", "diff", OLD, NEW, "--fail-on", "any", "--accepted", accepted(id=id_of(run)))
    result = run(*arguments)
    assert result.exit_code == 0
    assert "1 change: nobody deletes" in result.stdout
    assert result.stderr == ""
    value = json.loads(run(*arguments, "--json").stdout)
    assert value["changes"] == []
    assert value["accepted"][0]["reason"] == "nobody deletes"


def test_an_expired_acceptance_fails_and_is_told(run: Run) -> None:
    file = accepted(id=id_of(run), expires="2020-01-01")
    result = run("spec", "diff", OLD, NEW, "--fail-on", "any", "--accepted", file)
    assert result.exit_code == 6
    assert "expired on 2020-01-01" in result.stderr
    assert "expired on 2020-01-01" in result.stdout


def test_an_acceptance_that_matches_nothing_is_told(run: Run) -> None:
    result = run("spec", "diff", OLD, NEW, "--json", "--accepted", accepted(id="nosuch"))
    assert result.exit_code == 0
    assert json.loads(result.stderr)["event"] == "acceptance"
    assert "entry 1 (nosuch) matches no change" in json.loads(result.stdout)["acceptance_problems"][0]


@pytest.mark.parametrize("text", ["", "swagger: '2.0'\n", "<html>", "a: [\n", "openapi: 3.0.3\nopenapi: 3.0.3\n"])
def test_what_is_no_document_is_one_line(run: Run, text: str) -> None:
    Path("odd.yaml").write_text(text)
    result = run("spec", "diff", OLD, "odd.yaml", "--fail-on", "any")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: odd.yaml:")
    assert result.stderr.count("\n") == 1


def test_a_vendor_that_cannot_be_reached_is_not_checked(run: Run) -> None:
    result = run("spec", "diff", "aimms-pro-v2", "live:aimms-pro-v2", "--root", str(REPOSITORY), "--fail-on", "any")
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.startswith("error: aimms-pro-v2: not checked: an account is needed")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--accepted", "nosuch.toml"), "cannot be read"), (("-o", "nosuch/file"), "there is no folder nosuch")],
)
def test_a_wrong_path_is_said(run: Run, arguments: tuple[str, ...], words: str) -> None:
    result = run("spec", "diff", OLD, NEW, *arguments)
    assert result.exit_code in (1, 2)
    assert words in result.stderr


def test_the_documents_of_this_repository(run: Run) -> None:
    folder = REPOSITORY / "specs" / "aimms-pro-v2"
    text = run("spec", "diff", str(folder / "openapi.yaml"), "aimms-pro-v2", "--root", str(REPOSITORY)).stdout
    assert "PUT /tasks/{id}\n  breaking  " in text
    assert "overlay.yaml:20" in text
    same = run("spec", "diff", "aimms-pro-v2", str(folder), "--root", str(REPOSITORY), "--raw")
    assert same.stdout.endswith("No changes.\n")


def test_changelog(run: Run) -> None:
    result = run("spec", "changelog", OLD, NEW, "--current", "1.2.3", "--name", "jobs")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "## 2.0.0 (unreleased)\n\nIn `jobs`:\n\n### Removed\n\n- **Breaking.** `DELETE /jobs/"
    )
    assert result.stderr == "1.2.3 → 2.0.0 (major): 1 breaking change\n"
    value = json.loads(run("spec", "changelog", OLD, MORE, "--current", "0.2.3", "--json").stdout)
    assert (value["bump"], value["current"], value["next"]) == ("patch", "0.2.3", "0.2.4")
    assert value["entry"].startswith("## 0.2.4 (unreleased)\n\n### Added\n")


def test_changelog_of_a_version_that_cannot_be_counted_up(run: Run) -> None:
    result = run("spec", "changelog", OLD, NEW, "--current", "one")
    assert (result.exit_code, result.stderr) == (1, "error: version 'one': must be three numbers such as 1.4.2\n")
