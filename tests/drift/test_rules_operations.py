"""Operations that come and go, how they were announced, their ids, tags and stability; what is said besides them."""

from __future__ import annotations

import datetime

import pytest

from drift.rule_cases import Case, document, found, operation, path_item
from openapi_drift.diff.compare import compare
from openapi_drift.diff.rules import sunset

TODAY = datetime.date(2026, 6, 1)
SOON, LATER, PAST, NOW = "2026-07-01", "2027-01-01", "2026-05-31", "2026-06-01"
ID = "in: path, required: true, name: id"

REMOVED = [
    ("{}", "breaking {}-removed-without-deprecation"),
    ("{deprecated: true}", "breaking {}-removed-with-deprecation"),
    (f"{{deprecated: true, x-sunset: '{SOON}'}}", "breaking {}-removed-before-sunset"),
    (f"{{deprecated: true, x-sunset: '{NOW}'}}", "warning {}-removed-with-deprecation"),
    ("{deprecated: true, x-sunset: soon}", "breaking api-path-sunset-parse"),
    ("{deprecated: true, x-sunset: '2026-07-01T10:00:00'}", "breaking api-path-sunset-parse"),
    ("{x-stability-level: alpha}", "info unexplained-change"),
    ("{x-stability-level: draft}", "info unexplained-change"),
    ("{x-stability-level: beta}", "breaking {}-removed-without-deprecation"),
    ("{x-stability-level: fine}", "breaking api-invalid-stability-level"),
]

DEPRECATED = [
    Case(
        "without a date",
        "{}",
        "deprecated: true",
        ["info {0}-deprecated"],
        ["info {0}-reactivated"],
    ),
    Case(
        "with a date",
        "{}",
        f"{{deprecated: true, x-sunset: '{SOON}'}}",
        ["info {0}-deprecated{with_sunset}"],
        ["info {0}-reactivated"],
    ),
    Case(
        "with today's date",
        "{}",
        f"{{deprecated: true, x-sunset: '{NOW}'}}",
        ["info {0}-deprecated{with_sunset}"],
        ["info {0}-reactivated"],
    ),
    Case(
        "with a date that is no more",
        "{}",
        f"{{deprecated: true, x-sunset: '{PAST}'}}",
        ["breaking {1}-sunset-date-too-small"],
        ["info {0}-reactivated"],
    ),
    Case(
        "with a date that is none",
        "{}",
        "{deprecated: true, x-sunset: '2026-13-01'}",
        ["breaking {unreadable}"],
        ["info {0}-reactivated"],
    ),
    Case(
        "a date alone deprecates nothing",
        "{}",
        f"x-sunset: '{SOON}'",
        ["info unexplained-change"],
        ["info unexplained-change"],
    ),
    Case(
        "the date goes",
        f"{{deprecated: true, x-sunset: '{SOON}'}}",
        "deprecated: true",
        ["breaking {deleted}"],
        ["info unexplained-change"],
    ),
    Case(
        "the date comes nearer, later than today",
        f"{{deprecated: true, x-sunset: '{LATER}'}}",
        f"{{deprecated: true, x-sunset: '{SOON}'}}",
        ["info unexplained-change"],
        ["info unexplained-change"],
    ),
    Case(
        "the date comes nearer: today",
        f"{{deprecated: true, x-sunset: '{LATER}'}}",
        f"{{deprecated: true, x-sunset: '{NOW}'}}",
        ["info unexplained-change"],
        ["info unexplained-change"],
    ),
    Case(
        "the date stays, and is over",
        f"{{deprecated: true, x-sunset: '{PAST}'}}",
        f"{{deprecated: true, x-sunset: '{PAST}T00:00:00Z'}}",
    ),
    Case(
        "the date comes nearer, and is over",
        f"{{deprecated: true, x-sunset: '{LATER}'}}",
        f"{{deprecated: true, x-sunset: '{PAST}'}}",
        ["breaking {1}-sunset-date-changed-too-small"],
        ["info unexplained-change"],
    ),
    Case(
        "the date is no longer readable",
        f"{{deprecated: true, x-sunset: '{LATER}'}}",
        "{deprecated: true, x-sunset: later}",
        ["breaking {moved}"],
        ["breaking {moved}"],
    ),
]

OPERATION = [
    Case(
        "operation id",
        "",
        "operationId: getJob",
        ["info api-operation-id-added"],
        ["info api-operation-id-removed"],
    ),
    Case(
        "another operation id",
        "operationId: getJob",
        "operationId: readJob",
        ["info api-operation-id-removed"],
        ["info api-operation-id-removed"],
    ),
    Case(
        "tags",
        "tags: [a, b]",
        "tags: [b, c]",
        ["info api-tag-added", "info api-tag-removed"],
        ["info api-tag-added", "info api-tag-removed"],
    ),
    Case("tags in another order", "tags: [a, b]", "tags: [b, a]"),
    Case("summary and description", "summary: Get a job", "{summary: Read a job, description: All of it}"),
    Case(
        "becomes alpha: all else is for information",
        "operationId: getJob",
        "{operationId: readJob, x-stability-level: alpha}",
        ["breaking api-stability-decreased", "info api-operation-id-removed"],
        ["info api-operation-id-removed", "info unexplained-change"],
    ),
    Case(
        "becomes beta",
        "x-stability-level: stable",
        "x-stability-level: beta",
        ["breaking api-stability-decreased"],
        ["info api-stability-increased"],
    ),
    Case("stable is what is meant without a level", "", "x-stability-level: stable"),
    Case(
        "no level at all",
        "",
        "x-stability-level: 1",
        ["breaking api-invalid-stability-level"],
        ["breaking api-invalid-stability-level"],
    ),
]

DOCUMENT = [
    Case("webhook", "", "webhooks: {jobDone: {post: {}}}", ["info webhook-added"], ["breaking webhook-removed"]),
    Case(
        "schema",
        "",
        "components: {schemas: {Job: {type: object}}}",
        ["info unexplained-change"],
        ["info api-schema-removed"],
    ),
    Case(
        "path",
        "paths: {}",
        "paths: {/jobs: {get: {}}}",
        ["info endpoint-added"],
        ["breaking api-path-removed-without-deprecation"],
    ),
    Case(
        "renamed path parameter",
        f"paths: {{'/jobs/{{id}}': {{get: {{parameters: [{{{ID}}}]}}}}}}",
        f"paths: {{'/jobs/{{job}}': {{get: {{parameters: [{{{ID.replace('id', 'job')}}}]}}}}}}",
    ),
    Case(
        "two paths of one shape become one",
        f"paths: {{'/r/{{id}}': {{get: {{parameters: [{{{ID}}}]}}}}, "
        f"'/r/{{id2}}': {{delete: {{parameters: [{{{ID}2}}]}}}}}}",
        f"paths: {{'/r/{{id}}': {{parameters: [{{{ID}}}], get: {{}}, delete: {{}}}}}}",
    ),
    Case(
        "an operation of two paths of one shape goes",
        "paths: {'/r/{id}': {get: {}}, '/r/{name}': {delete: {}}}",
        "paths: {'/r/{id}': {get: {}}}",
        ["breaking api-removed-without-deprecation"],
        ["info endpoint-added"],
    ),
    Case("tags of the document", "", "tags: [{name: jobs}]"),
]

VERSIONS = [
    ("1.0.0", "1.0.0", "api-version-not-bumped"),
    ("1.0.0", "0.9.0", "api-version-decreased"),
    ("1.0.0", "1.1.0", "api-major-version-not-bumped"),
    ("1.0.0", "2.0.0", None),
    ("1.0.0", "1.0.0+2", "api-version-decreased"),
    ("0.1.0", "0.2.0", None),
    ("0.1.0", "1.0.0", None),
    ("0.1.0", "0.1.1", "api-major-version-not-bumped"),
    ("v1.0.0", "v1.0.1-rc.1", "api-major-version-not-bumped"),
    ("2026-01-01", "2026-01-01", None),
    ("1", "1", None),
]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sunset, "today", lambda: TODAY)


@pytest.mark.parametrize(("said", "expected"), REMOVED)
def test_removed_operations(said: str, expected: str) -> None:
    base = path_item(f"{{get: {said}, post: {{}}}}")
    assert found(base, path_item("post: {}")) == [expected.format("api")] * bool(expected)
    assert found(path_item("post: {}"), base) == ["info endpoint-added"]
    gone = document(f"paths: {{/other: {{}}, '/jobs': {{get: {said}}}}}")
    assert found(gone, document("paths: {/other: {}}")) == [expected.format("api-path")] * bool(expected)


@pytest.mark.parametrize(("said", "expected"), REMOVED[:6])
def test_removed_parameters(said: str, expected: str) -> None:
    ids = {
        "breaking {}-removed-without-deprecation": "breaking request-parameter-removed",
        "breaking {}-removed-with-deprecation": "warning request-parameter-removed-with-deprecation",
        "breaking api-path-sunset-parse": "breaking request-parameter-sunset-parse",
    }
    base = operation(f"parameters: [{{in: query, name: a, {said[1:]}]")
    assert found(base, operation("")) == [ids.get(expected, expected.format("request-parameter"))]


@pytest.mark.parametrize("case", DEPRECATED, ids=str)
def test_deprecated_operations(case: Case) -> None:
    names = {
        "with_sunset": "-with-sunset",
        "unreadable": "api-deprecated-sunset-parse",
        "deleted": "sunset-deleted",
        "moved": "api-path-sunset-parse",
    }
    base, revision = operation(case.base), operation(case.revision)
    assert found(base, revision) == [item.format("endpoint", "api", **names) for item in case.forth]
    assert found(revision, base) == [item.format("endpoint", "api", **names) for item in case.back]


@pytest.mark.parametrize("case", DEPRECATED, ids=str)
def test_deprecated_parameters(case: Case) -> None:
    name = "request-parameter"
    names = {
        "with_sunset": "",
        "unreadable": f"{name}-sunset-parse",
        "deleted": f"{name}-sunset-deleted",
        "moved": f"{name}-sunset-parse",
    }
    base, revision = (
        operation("parameters: [{in: query, name: a, " + (text.strip("{}") or "schema: {}") + "}]")
        for text in (case.base, case.revision)
    )
    assert found(base, revision) == [item.format(name, name, **names) for item in case.forth]
    assert found(revision, base) == [item.format(name, name, **names) for item in case.back]


@pytest.mark.parametrize("case", OPERATION, ids=str)
def test_operations(case: Case) -> None:
    base, revision = operation(case.base), operation(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)


@pytest.mark.parametrize("case", DOCUMENT, ids=str)
def test_documents(case: Case) -> None:
    base, revision = document(case.base), document(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)


@pytest.mark.parametrize(("old", "new", "expected"), VERSIONS)
def test_a_breaking_change_asks_for_another_version(old: str, new: str, expected: str | None) -> None:
    base = document(f"{{info: {{title: Jobs, version: '{old}'}}, paths: {{/jobs: {{get: {{}}}}}}}}")
    removed = document(f"info: {{title: Jobs, version: '{new}'}}")
    ids = {change.id for change in compare(base, removed)}
    ids -= {"api-path-removed-without-deprecation", "api-version-changed"}
    assert ids == ({expected} if expected else set())
    harmless = document(
        f"{{info: {{title: Jobs, version: '{new}'}}, paths: {{/jobs: {{get: {{}}}}, /new: {{get: {{}}}}}}}}"
    )
    assert {change.id for change in compare(base, harmless)} - {"api-version-changed"} == {"endpoint-added"}
