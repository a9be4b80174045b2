"""Where a change stands in both documents, and what it says to people."""

from __future__ import annotations

import pytest

from drift.rule_cases import document, operation
from openapi_drift.diff.change import Direction
from openapi_drift.diff.compare import compare
from openapi_drift.diff.rules import media_types

GET = "/paths/~1jobs~1{id}/get"

PLACES = [
    (
        "parameters: [{in: query, name: limit}]",
        "parameters: [{in: query, name: limit, required: true}]",
        "request-parameter-became-required",
        Direction.REQUEST,
        f"{GET}/parameters/0",
        f"{GET}/parameters/0/required",
        "Query parameter `limit` is now required: requests without it are refused",
    ),
    (
        "parameters: [{in: header, name: X-Trace}]",
        "",
        "request-parameter-removed",
        Direction.REQUEST,
        f"{GET}/parameters/0",
        None,
        "Request header `X-Trace` was removed: what callers send in it is ignored or refused",
    ),
    (
        "parameters: [{in: query, name: limit, deprecated: true, x-sunset: '9999-01-01'}]",
        "",
        "request-parameter-removed-before-sunset",
        Direction.REQUEST,
        f"{GET}/parameters/0",
        None,
        "Query parameter `limit` was removed before its sunset: it was to stay until then (9999-01-01)",
    ),
    (
        "{}",
        "{deprecated: true, x-sunset: '9999-01-01'}",
        "endpoint-deprecated-with-sunset",
        Direction.BOTH,
        GET,
        f"{GET}/deprecated",
        "The operation is deprecated: stop using it before 9999-01-01",
    ),
    (
        "{deprecated: true, x-sunset: '9999-01-01'}",
        "deprecated: true",
        "sunset-deleted",
        Direction.BOTH,
        f"{GET}/x-sunset",
        GET,
        "The operation is deprecated and no longer says until when it stays",
    ),
    (
        "operationId: getJob",
        "operationId: readJob",
        "api-operation-id-removed",
        Direction.BOTH,
        f"{GET}/operationId",
        f"{GET}/operationId",
        "The operation's id was `getJob`; its id is now `readJob`: generated functions change their name",
    ),
    (
        "tags: [a]",
        "",
        "api-tag-removed",
        Direction.BOTH,
        f"{GET}/tags",
        GET,
        "The operation no longer has the tag `a`: generated modules may change their place",
    ),
    (
        "security: [{key: [], oauth: [write, read]}]",
        "",
        "api-security-removed",
        Direction.REQUEST,
        f"{GET}/security",
        GET,
        "The operation no longer asks for credentials of `key` with `oauth` (read, write)",
    ),
    (
        "security: [{key: []}, {oauth: []}]",
        "security: [{oauth: []}]",
        "api-security-removed",
        Direction.REQUEST,
        f"{GET}/security",
        f"{GET}/security",
        "The operation no longer takes credentials of `key`: callers that use only them are refused",
    ),
    (
        "",
        "security: [{key: []}]",
        "api-security-added",
        Direction.REQUEST,
        GET,
        f"{GET}/security",
        "The operation now asks for credentials of `key`: calls without them are refused",
    ),
    (
        "security: [{oauth: []}]",
        "security: [{}, {oauth: []}]",
        "api-security-added",
        Direction.REQUEST,
        f"{GET}/security",
        f"{GET}/security",
        "The operation now also takes calls without credentials",
    ),
    (
        "responses: {200: {headers: {Age: {required: true}}}}",
        "responses: {200: {headers: {Age: {}}}}",
        "response-header-became-optional",
        Direction.RESPONSE,
        f"{GET}/responses/200/headers/Age/required",
        f"{GET}/responses/200/headers/Age",
        "The header `Age` of the 200 response may now be missing",
    ),
    (
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {application/json: {}, text/csv: {}}}",
        "request-body-media-type-added",
        Direction.REQUEST,
        None,
        f"{GET}/requestBody/content/text~1csv",
        "Bodies may now also be of type `text/csv`",
    ),
    (
        "x-stability-level: beta",
        "x-stability-level: draft",
        "api-stability-decreased",
        Direction.BOTH,
        f"{GET}/x-stability-level",
        f"{GET}/x-stability-level",
        "The operation is now draft, it was beta: it may change without notice",
    ),
]


NAMES = ("base", "revision", "id_", "place", "old", "new", "text")
LIMIT = """
components: {parameters: {limit: {in: query, name: limit, required: %s}}}
paths: {/jobs: {get: {parameters: [{$ref: '#/components/parameters/limit'}]}}}
"""


@pytest.mark.parametrize(NAMES, PLACES, ids=[row[2] for row in PLACES])
def test_places_and_words(
    base: str, revision: str, id_: str, place: Direction, old: str | None, new: str | None, text: str
) -> None:
    (change,) = (change for change in compare(operation(base), operation(revision)) if change.id == id_)
    assert [side.pointer if side else None for side in (change.base, change.revision)] == [old, new]
    assert (change.method, change.path, change.place, change.text) == ("GET", "/jobs/{id}", place, text)


def test_a_parameter_said_elsewhere_is_shown_where_it_is_said() -> None:
    (change, _) = compare(document(LIMIT % "false"), document(LIMIT % "true"))
    assert change.id == "request-parameter-became-required"
    assert change.base
    assert change.base.pointer == "/components/parameters/limit/required"
    assert change.base.position
    assert str(change.base.position).startswith("jobs.yaml:")


@pytest.mark.parametrize(
    ("announced", "text"),
    [
        ("", "The operation was removed without notice: calls of it fail"),
        (
            "9999-01-01",
            "The operation was removed before its sunset: it was to stay until then (9999-01-01)",
        ),
        ("2001-01-01", "The operation was removed after its sunset (2001-01-01)"),
    ],
)
def test_words_of_a_removal(announced: str, text: str) -> None:
    said = f"deprecated: true, x-sunset: '{announced}'" if announced else "deprecated: false"
    base = document(f"paths: {{/jobs: {{get: {{{said}}}}}}}")
    changes = [change for change in compare(base, document("")) if change.path]
    assert [change.text for change in changes] == [text]
    assert changes[0].base
    assert changes[0].base.pointer == "/paths/~1jobs/get"
    assert changes[0].revision is None


@pytest.mark.parametrize(
    ("general", "special", "held"),
    [
        ("application/json", "application/json", True),
        ("application/json", "Application/JSON; charset=utf-8", True),
        ("application/json", "application/problem+json", True),
        ("application/problem+json", "application/json", False),
        ("application/json", "text/json", False),
        ("application/json", "application/json+zip", False),
        ("application/a+json", "application/a+xml", False),
        ("application/a+json", "application/b+json", False),
        ("application/problem+json", "application/x+problem+json", False),
        ("application/*", "application/json", True),
        ("application/*", "text/csv", False),
        ("*/*", "text/csv", True),
        ("text/csv", "*/*", False),
    ],
)
def test_media_types_that_hold_others(general: str, special: str, held: bool) -> None:
    assert media_types.holds(general, special) is held
