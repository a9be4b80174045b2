"""Bodies of requests, statuses, media types and headers of responses."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, found, operation

CASES = [
    Case(
        "optional body",
        "",
        "requestBody: {content: {application/json: {}}}",
        ["info request-body-added-optional"],
        ["breaking request-body-removed"],
    ),
    Case(
        "required body",
        "",
        "requestBody: {required: true, content: {application/json: {}}}",
        ["breaking request-body-added-required"],
        ["breaking request-body-removed"],
    ),
    Case(
        "body becomes required",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {required: true, content: {application/json: {}}}",
        ["breaking request-body-became-required"],
        ["info request-body-became-optional"],
    ),
    Case(
        "another type of body",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {application/json: {}, text/csv: {}}}",
        ["info request-body-media-type-added"],
        ["breaking request-body-media-type-removed"],
    ),
    Case(
        "a body of any type includes the old one; the other way round it does not",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {'*/*': {}}}",
        ["info unexplained-change"],
        ["breaking request-body-media-type-removed", "info request-body-media-type-added"],
    ),
    Case(
        "a body's type says its charset",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {application/json; charset=utf-8: {}}}",
        ["info unexplained-change"],
        ["info unexplained-change"],
    ),
    Case(
        "a body's type in other capitals",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {Application/JSON: {}}}",
    ),
    Case(
        "a body gets a schema",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {application/json: {schema: {type: object}}}}",
        ["breaking request-body-media-type-schema-added"],
        ["info request-body-media-type-schema-removed"],
    ),
    Case(
        "a schema that allows anything is none",
        "requestBody: {content: {application/json: {}}}",
        "requestBody: {content: {application/json: {schema: {}}}}",
    ),
    Case(
        "who takes JSON need not take a special case of it",
        "requestBody: {content: {application/vnd.jobs+json: {}}}",
        "requestBody: {content: {application/json: {}}}",
        ["breaking request-body-media-type-removed", "info request-body-media-type-added"],
        ["breaking request-body-media-type-removed", "info request-body-media-type-added"],
    ),
    Case(
        "a header that the media type says",
        "responses: {200: {description: done, headers: {Content-Type: {required: true}}}}",
        "responses: {200: {description: done}}",
        ["info required-response-header-removed"],
        ["info response-header-added"],
    ),
    Case(
        "a parameter that security says",
        "",
        "parameters: [{in: header, name: authorization, required: true}]",
        ["info new-required-request-parameter"],
        ["info request-parameter-removed"],
    ),
    Case(
        "success",
        "responses: {200: {description: done}}",
        "responses: {200: {description: done}, 201: {description: made}}",
        ["info response-success-status-added"],
        ["breaking response-success-status-removed"],
    ),
    Case(
        "failure",
        "responses: {200: {description: done}}",
        "responses: {200: {description: done}, 404: {description: gone}}",
        ["info response-non-success-status-added"],
        ["info response-non-success-status-removed"],
    ),
    Case(
        "a range covers its statuses",
        "responses: {200: {description: done}, 404: {description: gone}}",
        "responses: {200: {description: done}, 4XX: {description: no}}",
        ["info unexplained-change"],
        ["info unexplained-change"],
    ),
    Case(
        "a range of success goes",
        "responses: {200: {description: done}, 3XX: {description: see there}}",
        "responses: {2XX: {description: done}, 3XX: {description: see there}, default: {description: no}}",
        ["info response-non-success-status-added", "info unexplained-change"],
        ["info response-non-success-status-removed", "info unexplained-change"],
    ),
    Case(
        "another type of response",
        "responses: {200: {content: {application/json: {}}}}",
        "responses: {200: {content: {application/json: {}, text/csv: {}}}}",
        ["info response-media-type-added"],
        ["breaking response-media-type-removed"],
    ),
    Case(
        "a response's type is a special case",
        "responses: {200: {content: {application/json: {}}}}",
        "responses: {200: {content: {application/problem+json: {}}}}",
        ["breaking response-media-type-name-specialized"],
        ["breaking response-media-type-name-generalized"],
    ),
    Case(
        "a response's range of types is narrowed",
        "responses: {200: {content: {image/*: {}}}}",
        "responses: {200: {content: {image/png: {}}}}",
        ["info response-media-type-name-specialized"],
        ["breaking response-media-type-name-generalized"],
    ),
    Case(
        "a response's type says its charset",
        "responses: {200: {content: {text/plain: {}}}}",
        "responses: {200: {content: {text/plain; charset=utf-8: {}}}}",
        ["info response-media-type-name-changed"],
        ["info response-media-type-name-changed"],
    ),
    Case(
        "a response gets a schema",
        "responses: {200: {content: {application/json: {}}}}",
        "responses: {200: {content: {application/json: {schema: {type: object}}}}}",
        ["info response-body-media-type-schema-added"],
        ["breaking response-body-media-type-schema-removed"],
    ),
    Case(
        "a response's optional header",
        "responses: {200: {description: done}}",
        "responses: {200: {description: done, headers: {Retry-After: {schema: {type: integer}}}}}",
        ["info response-header-added"],
        ["warning optional-response-header-removed"],
    ),
    Case(
        "a response's required header",
        "responses: {200: {description: done}}",
        "responses: {200: {description: done, headers: {Location: {required: true, schema: {type: string}}}}}",
        ["info response-header-added"],
        ["breaking required-response-header-removed"],
    ),
    Case(
        "a response's header becomes optional",
        "responses: {200: {description: done, headers: {Location: {required: true}}}}",
        "responses: {200: {description: done, headers: {location: {}}}}",
        ["breaking response-header-became-optional"],
        ["info response-header-became-required"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bodies_and_responses(case: Case) -> None:
    base, revision = operation(case.base), operation(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)
