"""Which operations each verb and each command reaches: recorded by playing all of them, compared with the table."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
import typer

from contract.requests import used_modules
from optcloud import OptCloud
from optcloud.cli.app import app
from optcloud.sandbox import Sandbox
from sandbox import command_scenes, verb_scenes
from sandbox.operation_list import REPOSITORY, effective
from sandbox.record_operations import record
from sandbox.recorder import TABLE, Recorder, Rows, as_text, every_command, every_verb, operation_of


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    return record(tmp_path_factory.mktemp("scenes"))


@pytest.fixture
def cloud(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[OptCloud]:
    for name, value in (running.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
        monkeypatch.setenv(name, value)
    with OptCloud() as opened:
        yield opened


def written() -> dict[str, dict[str, Rows]]:
    table: dict[str, dict[str, Rows]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def in_rows(kind: str) -> set[str]:
    rows = [row for part in written().values() for document in part.values() for row in document.values()]
    return {name for row in rows for name in row[kind]}


def test_the_table_is_what_the_scenes_reach(recorder: Recorder) -> None:
    assert TABLE.read_text(encoding="utf-8") == as_text(recorder.table()), "run: nox -s operations"


def test_every_verb_of_the_facade_is_in_a_row(cloud: OptCloud) -> None:
    assert every_verb(cloud) - in_rows("verbs") == verb_scenes.SEND_NOTHING
    assert in_rows("verbs") <= every_verb(cloud)


def test_every_command_is_in_a_row() -> None:
    known = set(every_command(typer.main.get_command(app)))
    assert known - in_rows("commands") == command_scenes.SEND_NOTHING
    assert in_rows("commands") <= known


def test_every_operation_that_the_clients_flows_use_has_a_verb() -> None:
    documents = written()["documents"]
    reached = {(document, id_) for document, rows in documents.items() for id_, row in rows.items() if row["verbs"]}
    generated = REPOSITORY / "generated"
    for module in used_modules("aimms") | used_modules("adiutaopt"):
        text = (generated / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
        ids = {id_ for document, id_ in reached if module.startswith(f"{document}.") and f'"id": "{id_}"' in text}
        assert ids, module


@pytest.mark.parametrize("document", ["aimms_pro", "aimms_secret_manager", "adiutaopt"])
def test_a_request_is_known_by_its_path(document: str) -> None:
    """Each operation is found again by its own template, its variables filled in."""
    base = {"aimms_pro": "/aimms/pro-api/v2", "adiutaopt": "/adiutaopt"}.get(document, "/aimms/pro/secret-manager/v1")
    for path, item in effective(document)["paths"].items():
        for method in item.keys() - {"parameters"}:
            asked = base + path.replace("{path}", "a/b").replace("{", "x-").replace("}", "")
            assert operation_of(method.upper(), asked) == (document, item[method]["operationId"])


def test_what_no_document_has_is_no_operation() -> None:
    assert operation_of("POST", "/cognito/") is None
    assert operation_of("PUT", "/aimms/pro-api/v2/tasks") is None
    assert operation_of("GET", "/gurobi/api/v2/pools") is None
    assert operation_of("GET", "/gurobi/api/licenses") == ("gurobi_v1", "licenses")
