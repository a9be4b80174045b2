"""The AIMMS routes come from the documents: each operation has its method, and each addition its schema."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.routes import SERVICES
from optcloud_sandbox.aimms.schemas import BEYOND_THE_DOCUMENT
from optcloud_sandbox.documents import DocumentedOperation, document, inlined, operations, snake_case
from optcloud_sandbox.json_schemas import as_json_schema


def documented() -> Iterator[tuple[tuple[type[Operations], ...], DocumentedOperation]]:
    for package, areas in SERVICES.items():
        for operation in operations(package):
            yield areas, operation


def test_each_operation_has_one_method() -> None:
    for areas, operation in documented():
        bearers = [area for area in areas if hasattr(area, area.handler(operation))]
        assert len(bearers) == 1, operation.id


def test_each_public_method_is_a_documented_operation() -> None:
    used = {(area, area.handler(operation)) for areas, operation in documented() for area in areas}
    for areas in SERVICES.values():
        for area in areas:
            for name in set(vars(area)) - set(vars(Operations)):
                assert name.startswith("_") or (area, name) in used, f"{area.__name__}.{name}"


def test_each_addition_to_the_documents_meets_a_schema_or_an_operation() -> None:
    names = {name for package in SERVICES for name in document(package)["components"]["schemas"]}
    names |= {operation.id for _, operation in documented()}
    assert set(BEYOND_THE_DOCUMENT) <= names


def test_literal_paths_come_before_the_templates_that_match_them() -> None:
    paths = [operation.path for operation in operations("aimms_pro")]
    assert paths.index("/applications/categories") < paths.index("/applications/{projectName}")
    assert paths.index("/tasks/stats/current") < paths.index("/tasks/{id}/response")


@pytest.mark.parametrize(
    ("name", "snake"), [("getAppInfo", "get_app_info"), ("login", "login"), ("projectName", "project_name")]
)
def test_names_in_python(name: str, snake: str) -> None:
    assert snake_case(name) == snake


def test_references_are_replaced_by_what_they_refer_to() -> None:
    schemas = {"A": {"type": "string"}, "B": {"items": {"$ref": "#/x/A"}}}
    assert inlined({"$ref": "#/x/B"}, schemas) == {"items": {"type": "string"}}
    assert inlined({"$ref": "#/x/A", "minLength": 1}, schemas) == {"minLength": 1, "allOf": [{"type": "string"}]}


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        ({"type": "integer", "nullable": True}, [None, 1], ["a"]),
        ({"type": "integer", "nullable": False}, [1], [None]),
        ({"type": "string", "enum": ["a"], "nullable": True}, [None, "a"], ["b"]),
        ({"items": {"allOf": [{"type": "string"}], "nullable": True}}, [[None, "a"]], [[1]]),
        ({"properties": {"nullable": {"type": "string", "nullable": True}}}, [{"nullable": None}], [{"nullable": 1}]),
        ({"minimum": 1, "exclusiveMinimum": True}, [2], [1]),
        ({"maximum": 1, "exclusiveMaximum": False}, [1], [2]),
    ],
)
def test_schemas_in_the_words_of_openapi_3_0(schema: Any, accepted: list[Any], refused: list[Any]) -> None:
    validator = Draft202012Validator(as_json_schema(schema))
    assert all(validator.is_valid(value) for value in accepted)
    assert not any(validator.is_valid(value) for value in refused)


def test_fields_that_the_document_does_not_have_are_ignored(aimms: httpx.Client) -> None:
    for authorizations in ([1], [{"entity": 1}], "all"):
        reply = aimms.patch("/environments/ROOT/groups/Users", json={"authorizations": authorizations})
        assert reply.status_code == 200, reply.text
