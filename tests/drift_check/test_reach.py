"""Which operations a change reaches that stands in none of them: in a component, a server, a security scheme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.checks.impact import touched
from openapi_drift.checks.operation_table import OperationTable, Users
from openapi_drift.checks.reach import OperationReach
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.document import LoadedDocument, load, load_text
from openapi_drift.sources import load_sources

REPOSITORY = Path(__file__).parents[2]
SOURCES = load_sources(REPOSITORY)


def loaded(content: dict[str, Any]) -> LoadedDocument:
    return load_text(json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, **content}), "d.json")


def ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


JOBS = loaded(
    {
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {
            "/jobs": {
                "parameters": [ref("parameters", "Trace")],
                "get": {"responses": {"200": ref("responses", "Jobs")}},
                "post": {"security": [{"token": []}, {}], "servers": [{"url": "/new"}], "responses": {}},
            },
            "/open": {"get": {"security": [], "responses": {}}},
            "/shared": ref("pathItems", "Shared"),
        },
        "components": {
            "parameters": {"Trace": {"name": "trace", "in": "header", "schema": ref("schemas", "Id")}},
            "responses": {"Jobs": {"content": {"a/b": {"schema": ref("schemas", "Tree of jobs")}}}},
            "schemas": {
                "Id": {"type": "string"},
                "Tree of jobs": {"properties": {"below": ref("schemas", "Tree of jobs"), "one": ref("schemas", "Any")}},
                "Any": {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {"a": "Mapped"}}},
                "Mapped": {"type": "object"},
                "Unused": {"properties": {"id": ref("schemas", "Id")}},
            },
            "securitySchemes": {"key": {"type": "http"}, "token": {"type": "http"}},
            "pathItems": {"Shared": {"get": {"responses": {}}}},
        },
    }
)


@pytest.mark.parametrize(
    ("pointer", "operations"),
    [
        ("/paths/~1jobs/get/responses/200", ["GET /jobs"]),
        ("/paths/~1jobs/parameters/0", ["GET /jobs", "POST /jobs"]),
        ("/components/parameters/Trace/schema", ["GET /jobs", "POST /jobs"]),
        ("/components/schemas/Id/type", ["GET /jobs", "POST /jobs"]),
        ("/components/schemas/Tree of jobs/properties/below", ["GET /jobs"]),
        ("/components/schemas/Mapped", ["GET /jobs"]),
        ("/components/schemas/Unused", []),
        ("/components/schemas", ["GET /jobs", "POST /jobs"]),
        ("/components/securitySchemes/key/scheme", ["GET /jobs", "GET /shared"]),
        ("/components/securitySchemes/token", ["POST /jobs"]),
        ("/components/pathItems/Shared/get", ["GET /shared"]),
        ("/security", ["GET /jobs", "GET /shared"]),
        ("/servers/0/url", ["GET /jobs", "GET /open", "GET /shared"]),
        ("/info/title", []),
        ("", []),
    ],
)
def test_the_operations_that_a_place_reaches(pointer: str, operations: list[str]) -> None:
    """By standing in them, by references, as what they inherit from the document, or as their access."""
    assert list(OperationReach(JOBS).operations(pointer)) == operations


def forward(document: LoadedDocument, value: Any, seen: set[str]) -> set[str]:
    """All that a value refers to."""
    if isinstance(value, dict):
        target = value.get("$ref")
        if isinstance(target, str) and target not in seen:
            seen.add(target)
            found: Any = document.content
            for token in target.split("/")[1:]:
                found = found[token]
            forward(document, found, seen)
        for item in value.values():
            forward(document, item, seen)
    elif isinstance(value, list):
        for item in value:
            forward(document, item, seen)
    return seen


@pytest.mark.parametrize("id_", SOURCES)
def test_it_is_what_one_finds_by_following_each_operation(id_: str) -> None:
    """In each document of this repository, for each schema: the operations from which one comes to it."""
    document = load(SOURCES[id_].document)
    from_operations = {
        f"{method.upper()} {path}": forward(document, [operation, item.get("parameters")], set())
        for path, item in document.content["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    reach = OperationReach(document)
    for name in document.content["components"].get("schemas", {}):
        target = f"/components/schemas/{name}"
        found = {name for name, targets in from_operations.items() if f"#{target}" in targets}
        assert set(reach.operations(target)) == found


def test_a_change_of_no_operation_is_told_with_those_it_reaches_and_what_stands_on_them() -> None:
    """A key that moves breaks every call: each verb and command that makes one is named."""
    document = load(SOURCES["aimms-pro-v2"].document)
    moved = Change(
        "some-id", Level.BREAKING, "it moved", base=Side("/components/securitySchemes/ApiKeySecurityScheme/in", None)
    )
    table = OperationTable({"aimms_pro": {"getTask": Users(("aimms.job.poll",), ("job wait",))}})
    (impact,) = touched([moved], REPOSITORY, ["aimms_pro"], table, (document, document))
    assert len(impact.reaches) == len(impact.modules) == 81
    assert "GET /tasks/{id}" in impact.reaches
    assert (impact.verbs, impact.commands) == (("aimms.job.poll",), ("job wait",))
    assert impact.lines()[0].startswith("reaches the operations `GET /")


def test_a_change_of_an_operation_is_not_told_twice() -> None:
    """Its operation is what it is reported at."""
    said = Change("some-id", Level.INFO, "it changed", "GET", "/jobs", base=Side("/components/schemas/Id", None))
    (impact,) = touched([said], None, [], OperationTable(), (JOBS, JOBS))
    assert impact.reaches == ()
