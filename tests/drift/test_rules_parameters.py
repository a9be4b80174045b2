"""Parameters that come, go, become required, are renamed or said elsewhere."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, found, operation, path_item

LIMIT = "parameters: [{in: query, name: limit, schema: {type: integer}}]"
LIMIT_REQUIRED = "parameters: [{in: query, name: limit, required: true, schema: {type: integer}}]"

OPERATION = [
    Case(
        "optional parameter",
        "",
        LIMIT,
        ["info new-optional-request-parameter"],
        ["breaking request-parameter-removed"],
    ),
    Case(
        "required parameter",
        "",
        LIMIT_REQUIRED,
        ["breaking new-required-request-parameter"],
        ["breaking request-parameter-removed"],
    ),
    Case(
        "parameter becomes required",
        LIMIT,
        LIMIT_REQUIRED,
        ["breaking request-parameter-became-required"],
        ["info request-parameter-became-optional"],
    ),
    Case(
        "parameter moves from the query to a header",
        LIMIT,
        "parameters: [{in: header, name: limit, schema: {type: integer}}]",
        ["info new-optional-request-parameter", "breaking request-parameter-removed"],
        ["info new-optional-request-parameter", "breaking request-parameter-removed"],
    ),
    Case(
        "part of the path",
        "",
        "parameters: [{in: path, name: id, required: true, schema: {type: string}}]",
        ["breaking new-request-path-parameter"],
        ["breaking request-parameter-removed"],
    ),
    Case(
        "part of the path that forgets to say that it is required",
        "parameters: [{in: path, name: id, schema: {type: string}}]",
        "parameters: [{in: path, name: id, required: true, schema: {type: string}}]",
    ),
    Case(
        "a header's name in other capitals",
        "parameters: [{in: header, name: X-Version, schema: {type: string}}]",
        "parameters: [{in: header, name: x-version, schema: {type: string}}]",
    ),
    Case(
        "a query parameter's name in other capitals is another name",
        LIMIT,
        LIMIT.replace("limit", "Limit"),
        ["info new-optional-request-parameter", "breaking request-parameter-removed"],
        ["info new-optional-request-parameter", "breaking request-parameter-removed"],
    ),
    Case(
        "parameters in another order",
        LIMIT[:-1] + ", {in: query, name: a}]",
        "parameters: [{in: query, name: a}, " + LIMIT[13:],
    ),
]

PATH_ITEM = [
    Case(
        "optional parameter of all operations",
        "get: {}",
        f"{{{LIMIT}, get: {{}}}}",
        ["info new-optional-request-default-parameter-to-existing-path"],
        ["breaking request-parameter-removed"],
    ),
    Case(
        "required parameter of all operations",
        "{get: {}, post: {}}",
        f"{{{LIMIT_REQUIRED}, get: {{}}, post: {{}}}}",
        ["breaking new-required-request-default-parameter-to-existing-path"] * 2,
        ["breaking request-parameter-removed"] * 2,
    ),
    Case("parameter moves from the operation to its path", f"get: {{{LIMIT}}}", f"{{{LIMIT}, get: {{}}}}"),
    Case(
        "an operation's own parameter takes the place of its path's",
        f"{{{LIMIT}, get: {{{LIMIT}}}}}",
        f"{{{LIMIT}, get: {{{LIMIT_REQUIRED}}}}}",
        ["breaking request-parameter-became-required"],
        ["info request-parameter-became-optional"],
    ),
]


@pytest.mark.parametrize("case", OPERATION, ids=str)
def test_parameters_of_an_operation(case: Case) -> None:
    base, revision = operation(case.base), operation(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)


@pytest.mark.parametrize("case", PATH_ITEM, ids=str)
def test_parameters_of_a_path(case: Case) -> None:
    base, revision = path_item(case.base), path_item(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)
