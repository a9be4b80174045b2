"""Webhooks and callbacks: the user reads their requests and sends their responses."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, document, found
from openapi_drift.diff.change import Direction
from openapi_drift.diff.compare import compare

BODY = "requestBody: {%scontent: {application/json: {schema: {type: object, properties: {id: {type: %s}}}}}}"
REPLY = "responses: {200: {content: {application/json: {schema: {type: object, properties: {n: {type: %s}}}}}}}"
PARAMETER = "parameters: [{in: query, name: at, %s}]"

CASES = [
    Case(
        "a property of another type is read",
        BODY % ("", "string"),
        BODY % ("", "integer"),
        ["breaking response-property-type-changed"],
        ["breaking response-property-type-changed"],
    ),
    Case(
        "a property of another type is sent in the reply",
        REPLY % "number",
        REPLY % "integer",
        ["breaking request-property-type-changed"],
        ["info request-property-type-generalized"],
    ),
    Case("a body", "", BODY % ("", "string"), ["info webhook-body-added"], ["breaking webhook-body-removed"]),
    Case(
        "a body that always comes",
        BODY % ("", "string"),
        BODY % ("required: true, ", "string"),
        ["info webhook-body-became-required"],
        ["breaking webhook-body-became-optional"],
    ),
    Case(
        "another type of body",
        "requestBody: {content: {application/json: {}, text/csv: {}}}",
        "requestBody: {content: {application/json: {}}}",
        ["breaking response-media-type-removed"],
        ["info response-media-type-added"],
    ),
    Case(
        "a parameter",
        "",
        PARAMETER % "schema: {type: string}",
        ["info webhook-parameter-added"],
        ["breaking webhook-parameter-removed"],
    ),
    Case(
        "a parameter that always comes",
        PARAMETER % "schema: {type: string}",
        PARAMETER % "required: true, schema: {type: string}",
        ["info webhook-parameter-became-required"],
        ["breaking webhook-parameter-became-optional"],
    ),
    Case(
        "a parameter is written otherwise",
        PARAMETER % "schema: {type: array, items: {type: string}}",
        PARAMETER % "explode: false, schema: {type: array, items: {type: string}}",
        ["breaking webhook-parameter-explode-changed"],
        ["breaking webhook-parameter-explode-changed"],
    ),
    Case(
        "a reply",
        "responses: {200: {}}",
        "responses: {200: {}, 410: {}}",
        ["info webhook-reply-status-added"],
        ["breaking webhook-reply-status-removed"],
    ),
    Case(
        "a required header of the reply",
        "responses: {200: {}}",
        "responses: {200: {headers: {X-Sum: {required: true}}}}",
        ["breaking webhook-reply-required-header-added"],
        ["info webhook-reply-header-removed"],
    ),
    Case(
        "a header of the reply becomes required",
        "responses: {200: {headers: {X-Sum: {}}}}",
        "responses: {200: {headers: {X-Sum: {required: true}}}}",
        ["breaking webhook-reply-header-became-required"],
        ["info webhook-reply-header-became-optional"],
    ),
    Case(
        "access that the service proves",
        "security: [{key: []}]",
        "security: [{other: []}]",
        ["warning unexplained-change"],
        ["warning unexplained-change"],
    ),
    Case("words for people", "summary: one", "{summary: two, x-note: 3}"),
]
WEBHOOK = "webhooks: {done: {post: {%s}}}"
CALLBACK = "paths: {/jobs: {post: {callbacks: {done: {'{$request.body#/url}': {post: {%s}}}}}}}"


@pytest.mark.parametrize("place", [WEBHOOK, CALLBACK], ids=["webhook", "callback"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_sent_to_the_user_is_read_like_a_response(case: Case, place: str) -> None:
    """The request of a webhook or callback has the rules of a response, and its reply those of a request."""
    base, revision = (
        document(place % text.strip("{}") if text.startswith("{") else place % text)
        for text in (case.base, case.revision)
    )
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)


@pytest.mark.parametrize(("kind", "place"), [("webhook", WEBHOOK), ("callback", CALLBACK)])
def test_operations_of_webhooks_and_callbacks_come_and_go(kind: str, place: str) -> None:
    """A request that is no longer sent breaks who waits for it."""
    one, two = document(place % ""), document((place % "").replace("post: {}", "post: {}, put: {}"))
    assert found(one, two) == [f"info {kind}-operation-added"]
    assert found(two, one) == [f"breaking {kind}-operation-removed"]


def test_a_change_says_that_receivers_meet_it() -> None:
    """Direction, operation and sentence are those of who reads the request."""
    base, revision = (document(WEBHOOK % (BODY % ("", type_))) for type_ in ("string", "integer"))
    (change,) = (change for change in compare(base, revision) if change.path)
    assert (change.method, change.path, change.place) == ("POST", "webhook done", Direction.RESPONSE)
    assert change.text.endswith("(sent to receivers)")


def test_callbacks_that_call_themselves_back_are_walked_once() -> None:
    """A callback may be said to have itself as a callback."""
    text = """
    components:
      callbacks:
        again:
          '{$request.body#/url}':
            post: {deprecated: %s, callbacks: {again: {$ref: '#/components/callbacks/again'}}}
    paths: {/jobs: {post: {callbacks: {again: {$ref: '#/components/callbacks/again'}}}}}
    """
    assert found(document(text % "false"), document(text % "true")) == ["info endpoint-deprecated"] * 2
