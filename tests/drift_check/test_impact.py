"""What a change touches here: generated code, facade, command line."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.checks.impact import Impact, packages_of, touched
from openapi_drift.checks.operation_table import OperationTable, Users, find_table, read_table
from openapi_drift.checks.surface import read_packages
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.document import parse_openapi
from openapi_drift.errors import SpecsError

REPOSITORY = Path(__file__).parents[2]
ADIUTAOPT = ("adiutaopt", "adiutaopt_models")


def change(pointer: str = "", text: str = "it changed", **said: Any) -> Change:
    return Change("some-id", Level.BREAKING, text, base=Side(pointer, None), **said)


def only(changed: Change, packages: tuple[str, ...] | None = None) -> Impact:
    (impact,) = touched([changed], REPOSITORY, packages)
    return impact


def test_an_operation() -> None:
    impact = only(change(method="GET", path="/tasks/{taskId}/response", operation_id="getTaskResponse"))
    assert impact.modules == ("aimms_pro.api.task.get_task_response",)
    assert "aimms.job.result" in impact.verbs
    assert {"aimms run", "job result"} <= set(impact.commands)
    touched_, stands, commands = impact.lines()
    assert touched_ == "touches `aimms_pro.api.task.get_task_response`"
    assert stands.startswith("and so `oc.aimms.job.result`")
    assert "`optcloud aimms run`, " in commands
    assert impact.as_dict()["modules"] == ["aimms_pro.api.task.get_task_response"]


def test_an_operation_whose_id_changed_is_known_by_its_path() -> None:
    impact = only(change(method="GET", path="/tasks/{other}", operation_id="lookAtTask"))
    assert impact.modules == ("aimms_pro.api.task.get_task",)
    assert {"aimms.job.poll", "aimms.job.wait", "aimms.job.result"} <= set(impact.verbs)
    assert "aimms.run" not in impact.verbs


def test_an_operation_that_nothing_has() -> None:
    impact = only(change(method="GET", path="/nothing", operation_id="getNothing"))
    assert impact == Impact(impact.change)
    assert impact.lines() == []


def test_the_same_id_with_another_method_is_another_operation() -> None:
    assert only(change(method="PATCH", path="/nowhere", operation_id="getTask")).modules == ()


def test_a_parameter_is_named_as_the_function_has_it() -> None:
    words = "Query parameter `appName` is now required."
    impact = only(
        change("/paths/~1tasks/get/parameters/0", words, method="GET", path="/tasks", operation_id="getTasks")
    )
    assert impact.arguments == ("aimms_pro.api.task.get_tasks.sync(app_name=…)",)
    assert impact.lines()[0] == "touches `aimms_pro.api.task.get_tasks.sync(app_name=…)`"


def test_a_field_of_a_component() -> None:
    pointer = "/components/schemas/ShiftPlannerMeta/properties/removeInvalidTasks/type"
    said = {"method": "POST", "path": "/shift-description", "operation_id": "postShiftDescription"}
    impact = only(change(pointer, **said), ADIUTAOPT)
    assert impact.fields == (
        "adiutaopt.models.shift_planner_meta.ShiftPlannerMeta.remove_invalid_tasks",
        "adiutaopt_models.ShiftPlannerMeta.removeInvalidTasks",
    )
    assert impact.wire_fields == ("removeInvalidTasks",)
    assert impact.verbs == ("adiutaopt.shift.submit",)
    assert impact.commands == ("adiutaopt solve",)


def test_a_component_as_a_whole_and_one_of_no_operation() -> None:
    impact = only(change("/components/schemas/PROAppMetadata"))
    assert impact.models == (
        "aimms_pro.models.pro_app_metadata.PROAppMetadata",
        "aimms_pro_models.PROAppMetadata",
    )
    assert (impact.modules, impact.verbs) == ((), ())


def test_a_field_of_a_schema_without_a_name() -> None:
    """Its class is one that the operation uses and that has the field."""
    pointer = "/paths/~1applications/post/requestBody/content/multipart~1form-data/schema/properties/icon"
    impact = only(change(pointer, method="POST", path="/applications", operation_id="publishApp"))
    assert impact.models == ("aimms_pro.models.publish_app_body.PublishAppBody",)
    assert impact.fields == ("aimms_pro.models.publish_app_body.PublishAppBody.icon",)


def verbs_of_gurobi() -> set[str]:
    return {verb for page in find_table(REPOSITORY).pages.values() for users in page.values() for verb in users.verbs}


@pytest.mark.parametrize(
    ("pointer", "endpoint", "expected"),
    [
        ("/endpoints/licenses/fields/credit", "licenses", {"gurobi.doctor", "gurobi.licenses", "gurobi.launch"}),
        ("/endpoints/launch/method", "launch", {"gurobi.launch"}),
    ],
)
def test_a_page(pointer: str, endpoint: str, expected: set[str]) -> None:
    impact = only(change(pointer, operation_id=endpoint), ())
    assert set(impact.verbs) == expected
    assert impact.modules == ()


def test_what_a_page_says_of_no_endpoint_touches_all() -> None:
    impact = only(change("/errors/messages/Invalid Region", operation_id=""), ())
    assert set(impact.verbs) == verbs_of_gurobi()
    assert impact.modules == ()


def test_each_verb_kills_what_dead_processes_left_but_those_that_only_look() -> None:
    impact = only(change("/endpoints/kill/method", operation_id="kill"), ())
    assert set(impact.verbs) == verbs_of_gurobi() - {"gurobi.doctor", "gurobi.survey"}


@pytest.mark.parametrize(("id_", "expected"), [("aimms-pro-v2", "aimms_pro"), ("adiutaopt-v6", "adiutaopt")])
def test_whose_document_it_is(id_: str, expected: str) -> None:
    path = REPOSITORY / "specs" / id_ / "openapi.yaml"
    assert packages_of(parse_openapi(path.read_text(), id_), REPOSITORY) == [expected, f"{expected}_models"]
    assert packages_of({"paths": {"/version": {"get": {}}}}, REPOSITORY) == []


def test_without_a_checkout_the_installed_packages_are_read() -> None:
    changed = change(method="GET", path="/tasks/{id}", operation_id="getTask")
    assert touched([changed], None)[0].modules == ("aimms_pro.api.task.get_task",)


def test_every_operation_of_the_documents_is_found() -> None:
    for package in read_packages(REPOSITORY / "generated"):
        document = REPOSITORY / "generated" / package.name / "openapi.json"
        if not document.exists():
            assert package.operations == []
            continue
        paths = parse_openapi(document.read_text(), package.name, "json")["paths"]
        listed = {
            (method, path, operation["operationId"])
            for path, item in paths.items()
            for method, operation in item.items()
            if isinstance(operation, dict) and "operationId" in operation
        }
        assert {operation.id for operation in package.operations} == {id_ for _, _, id_ in listed}
        for method, path, id_ in listed:
            impact = only(change(method=method.upper(), path=path, operation_id=id_), (package.name,))
            assert len(impact.modules) == 1, id_


def test_models_and_fields_are_those_of_the_classes() -> None:
    for package in read_packages(REPOSITORY / "generated"):
        assert package.models
        for model in package.models:
            module, _, name = model.name.rpartition(".")
            there = getattr(importlib.import_module(module), name)
            names = set(getattr(there, "__attrs_attrs__", ()) and (each.name for each in there.__attrs_attrs__))
            names |= set(getattr(there, "__struct_fields__", ()))
            assert set(model.fields.values()) <= names, model.name


def test_a_table_that_is_handed_in_is_read() -> None:
    changed = change(method="GET", path="/tasks", operation_id="getTasks")
    table = OperationTable({"aimms_pro": {"getTasks": Users(("cloud.look",), ("look",))}})
    (impact,) = touched([changed], REPOSITORY, None, table)
    assert (impact.verbs, impact.commands) == (("cloud.look",), ("look",))
    (impact,) = touched([changed], REPOSITORY, None, OperationTable())
    assert impact.modules == ("aimms_pro.api.task.get_tasks",)
    assert (impact.verbs, impact.commands) == ((), ())


def test_a_checkout_without_a_table_has_an_empty_one(tmp_path: Path) -> None:
    assert find_table(tmp_path) == OperationTable()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"documents": {"a": {"b": []}}, "pages": {}}'])
def test_what_is_no_table_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "operations.json"
    path.write_text(content)
    with pytest.raises(SpecsError, match="no table of operations"):
        read_table(path)
