"""How values are written on the wire: style, explode, media types, and the parts of bodies."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, found, operation

LIST = "schema: {type: array, items: {type: string}}"


def _query(said: str) -> str:
    return f"parameters: [{{in: query, name: ids, {said}}}]"


def _header(said: str) -> str:
    return f"responses: {{200: {{description: done, headers: {{X-Ids: {{{said}}}}}}}}}"


def _multipart(encoding: str, part: str = "type: string") -> str:
    schema = f"{{type: object, properties: {{a: {{{part}}}}}}}"
    return f"requestBody: {{content: {{multipart/form-data: {{schema: {schema}, encoding: {{{encoding}}}}}}}}}"


STYLE, EXPLODE = "breaking request-parameter-style-changed", "breaking request-parameter-explode-changed"
CONTENT = "breaking request-parameter-content-changed"
TYPE = "breaking request-body-encoding-content-type-changed"
WIDER = "info request-body-encoding-content-type-compatible"

CASES = [
    Case("explode", _query(LIST), _query(f"{LIST}, explode: false"), [EXPLODE], [EXPLODE]),
    Case(
        "explode of what may be anything",
        _query("schema: {}"),
        _query("schema: {}, explode: false"),
        [EXPLODE],
        [EXPLODE],
    ),
    Case(
        "explode of a single value says nothing",
        _query("schema: {type: [string, 'null']}"),
        _query("schema: {type: [string, 'null']}, explode: false"),
        ["info request-parameter-explode-changed"],
        ["info request-parameter-explode-changed"],
    ),
    Case(
        "explode of a list with commas says nothing",
        f"parameters: [{{in: header, name: X-Ids, {LIST}}}]",
        f"parameters: [{{in: header, name: X-Ids, {LIST}, explode: true}}]",
        ["info request-parameter-explode-changed"],
        ["info request-parameter-explode-changed"],
    ),
    Case(
        "style",
        _query(f"{LIST}, explode: false"),
        _query(f"{LIST}, explode: false, style: pipeDelimited"),
        [STYLE],
        [STYLE],
    ),
    Case("a style brings its own explode", _query(LIST), _query(f"{LIST}, style: pipeDelimited"), [STYLE], [STYLE]),
    Case(
        "explode in the style deepObject says nothing",
        _query("schema: {type: object}, style: deepObject"),
        _query("schema: {type: object}, style: deepObject, explode: true"),
    ),
    *(
        Case(
            f"the defaults of {place}, written out",
            f"parameters: [{{in: {place}, name: id}}]",
            f"parameters: [{{in: {place}, name: id, {said}}}]",
        )
        for place, said in {
            "query": "style: form, explode: true, required: false, allowEmptyValue: false, allowReserved: false",
            "cookie": "style: form, explode: true, deprecated: false",
            "path": "style: simple, explode: false, required: true",
            "header": "style: simple, explode: false, required: false",
        }.items()
    ),
    Case(
        "reserved characters",
        _query(LIST),
        _query(f"{LIST}, allowReserved: true"),
        ["warning request-parameter-allow-reserved-set"],
        ["warning request-parameter-allow-reserved-unset"],
    ),
    Case(
        "empty values",
        _query(LIST),
        _query(f"{LIST}, allowEmptyValue: true"),
        ["info request-parameter-allow-empty-value-set"],
        ["breaking request-parameter-allow-empty-value-unset"],
    ),
    Case(
        "JSON in a parameter", _query(LIST), _query(f"content: {{application/json: {{{LIST}}}}}"), [CONTENT], [CONTENT]
    ),
    Case(
        "another type in a parameter",
        _query("content: {application/json: {}}"),
        _query("content: {application/xml: {}}"),
        ["breaking request-parameter-media-type-changed"],
        ["breaking request-parameter-media-type-changed"],
    ),
    Case(
        "a parameter's type in other capitals",
        _query("content: {application/json: {}}"),
        _query("content: {Application/JSON: {}}"),
    ),
    Case(
        "explode of a response's header",
        _header("schema: {type: object}"),
        _header("schema: {type: object}, explode: true"),
        ["breaking response-header-explode-changed"],
        ["breaking response-header-explode-changed"],
    ),
    Case(
        "JSON in a response's header",
        _header(LIST),
        _header("content: {application/json: {}}"),
        ["breaking response-header-content-changed"],
        ["breaking response-header-content-changed"],
    ),
    Case("the defaults of a header, written out", _header(LIST), _header(f"{LIST}, style: simple, explode: false")),
    Case("a part of another type", _multipart(""), _multipart("a: {contentType: text/csv}"), [TYPE], [TYPE]),
    Case(
        "a part of one type more",
        _multipart(""),
        _multipart("a: {contentType: 'text/plain, text/csv'}"),
        [WIDER],
        [TYPE],
    ),
    Case("a part of all types of a kind", _multipart(""), _multipart("a: {contentType: text/*}"), [WIDER], [TYPE]),
    *(
        Case(
            f"the default type of a part of {part}",
            _multipart("", part),
            _multipart(f"a: {{contentType: {type_}}}", part),
        )
        for part, type_ in {
            "type: string": "text/plain",
            "type: array, items: {type: integer}": "text/plain",
            "type: object": "application/json",
            "type: string, format: binary": "application/octet-stream",
            "type: string, contentEncoding: base64": "application/octet-stream",
        }.items()
    ),
    Case(
        "a header of a part becomes required",
        _multipart("a: {headers: {X-Sum: {schema: {type: string}}}}"),
        _multipart("a: {headers: {X-Sum: {required: true, schema: {type: string}}}}"),
        ["warning unexplained-change"],
        ["warning unexplained-change"],
    ),
    Case(
        "what a header of a part may hold",
        _multipart("a: {headers: {X-Sum: {schema: {type: string}}}}"),
        _multipart("a: {headers: {X-Sum: {schema: {type: integer}}}}"),
        ["breaking request-parameter-type-changed"],
        ["info request-parameter-type-generalized"],
    ),
    Case(
        "a field of a form with other signs between its items",
        _multipart("").replace("multipart/form-data", "application/x-www-form-urlencoded"),
        _multipart("a: {style: spaceDelimited}").replace("multipart/form-data", "application/x-www-form-urlencoded"),
        ["breaking request-body-encoding-style-changed"],
        ["breaking request-body-encoding-style-changed"],
    ),
    Case(
        "an encoding where none counts",
        _multipart("").replace("multipart/form-data", "application/json"),
        _multipart("a: {contentType: text/csv}").replace("multipart/form-data", "application/json"),
        ["info request-body-encoding-content-type-changed"],
        ["info request-body-encoding-content-type-changed"],
    ),
    Case(
        "a link",
        "responses: {200: {description: done}}",
        "responses: {200: {description: done, links: {next: {operationId: getNext}}}}",
        ["info response-link-added"],
        ["warning response-link-removed"],
    ),
    Case(
        "a link that leads elsewhere",
        "responses: {200: {links: {next: {operationId: getNext, description: on}}}}",
        "responses: {200: {links: {next: {operationId: getLast, description: to the end}}}}",
        ["warning response-link-changed"],
        ["warning response-link-changed"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_how_values_are_written(case: Case) -> None:
    """Other bytes for the same value are told by their own rule, and a default that is written out is silent."""
    base, revision = operation(case.base), operation(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)
