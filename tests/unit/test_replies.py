"""From a reply to a value or to one of our errors."""

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.tasks.result import TaskResult
from optcloud.core.errors import (
    AuthError,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    ReplyError,
    ResponseMismatch,
    ServerError,
    UnprocessablePlan,
)
from optcloud.core.replies import decode, media_type, refusal

JSON = {"200": ["application/json"]}
CLASSES = {
    400: BadRequest,
    401: AuthError,
    402: BadRequest,
    403: Forbidden,
    404: NotFound,
    408: BadRequest,
    409: Conflict,
    410: NotFound,
    413: PayloadTooLarge,
    418: BadRequest,
    422: UnprocessablePlan,
    429: RateLimited,
    500: ServerError,
    503: ServerError,
    599: ServerError,
}


def judged(reply: httpx.Response, responses: Any = None, **more: Any) -> ReplyError | None:
    return refusal(reply, vendor="Vendor", operation="op", responses=responses, wall=0.0, **more)


@pytest.mark.parametrize(("status", "kind"), CLASSES.items())
@pytest.mark.parametrize("documented", [None, JSON, {"default": []}])
def test_each_refusal_has_its_class_documented_or_not(status: int, kind: type[ReplyError], documented: Any) -> None:
    error = judged(httpx.Response(status, content=b"why"), documented)
    assert type(error) is kind
    assert (error.status, error.body, error.message, error.vendor) == (status, b"why", "why", "Vendor")


@pytest.mark.parametrize("allow", [None, "GET, HEAD"])
def test_a_method_that_the_server_does_not_take_is_no_conflict(allow: str | None) -> None:
    """A 405 says that the address has no such method, unless the vendor's pages give it another meaning."""
    headers = {} if allow is None else {"Allow": allow}
    error = judged(httpx.Response(405, content=b"why", headers=headers))
    assert type(error) is BadRequest and error.status == 405
    assert "why (the server does not take this method here" in error.message
    assert (allow or "is the address right?") in error.message
    assert type(judged(httpx.Response(405, content=b"why"), states=True)) is Conflict


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "no such task"}', "no such task"),
        (b'{"Message": "Expired"}', "Expired"),
        (b'{"error": "E", "message": ""}', "E"),
        (b'{"type": "about:blank", "title": "Not Found", "status": 404}', "Not Found"),
        (b'{"title": "Not Found", "detail": "no such route"}', "no such route"),
        (b'{"errorMessage": "M"}', "M"),
        (b'{"code": 7}', "{'code': 7}"),
        (b'"a JSON string"', "a JSON string"),
        (b"plain  text\n", "plain text"),
        (b"<html><style>p{}</style><h1>Bad</h1> Gateway<script>x()</script></html>", "Bad Gateway"),
        (b"", "no message"),
        ("größer".encode("latin-1"), "gr\ufffd\ufffder"),
        (b'{"message": "gr\xf6\xdfer"}', '{"message": "gr\ufffd\ufffder"}'),
        (b"x" * 500, "x" * 300 + "…"),
    ],
)
def test_the_vendors_words_are_found(body: bytes, words: str) -> None:
    error = judged(httpx.Response(400, content=body))
    assert error is not None and error.message == words


def test_named_refusals_go_before_the_status() -> None:
    named = {"Invalid Signature": AuthError}
    error = judged(httpx.Response(400, text="Invalid Signature: ..."), named=named)
    assert type(error) is AuthError
    assert type(judged(httpx.Response(400, text="Invalid Region"), named=named)) is BadRequest


@pytest.mark.parametrize(
    ("status", "responses", "fine"),
    [
        (200, None, True),
        (299, None, True),
        (200, JSON, True),
        (201, JSON, False),
        (204, JSON, False),
        (304, JSON, False),
        (201, {"2XX": []}, True),
        (201, {"default": []}, True),
        (200, {}, False),
    ],
)
def test_success_is_what_the_document_names(status: int, responses: Any, fine: bool) -> None:
    error = judged(httpx.Response(status), responses)
    assert (error is None) is fine
    assert error is None or type(error) is ResponseMismatch


@pytest.mark.parametrize(
    ("types", "fine"),
    [(["application/json"], False), (["text/html"], True), (["*/*"], True), (["text/*"], True), ([], False)],
)
def test_an_html_page_is_no_success_unless_documented(types: list[str], fine: bool) -> None:
    error = judged(httpx.Response(200, html="<h1>Sign in</h1>"), {"200": types})
    assert (error is None) is fine


def test_an_empty_body_labelled_html_is_fine_where_no_body_is_documented() -> None:
    assert judged(httpx.Response(200, html=""), {"200": []}) is None


@pytest.mark.parametrize("header", ["x-request-id", "x-amzn-requestid", "apigw-requestid", "x-ms-request-id"])
def test_the_request_id_is_kept(header: str) -> None:
    error = judged(httpx.Response(500, headers={header: "r-9"}))
    assert error is not None and error.request_id == "r-9" and "(request id r-9)" in str(error)


def test_bodies_are_in_no_message_beyond_the_excerpt() -> None:
    reply = httpx.Response(200, content=b'["personal data"')
    with pytest.raises(ResponseMismatch) as caught:
        decode(reply, list[str], vendor="Vendor", operation="op")
    assert "personal" not in str(caught.value) + repr(caught.value)
    assert caught.value.body == b'["personal data"'


@given(st.binary())
def test_decode_gives_a_value_or_a_mismatch(body: bytes) -> None:
    reply = httpx.Response(200, content=body, headers={"x-request-id": "r"})
    try:
        value = decode(reply, dict[str, Any], vendor="Vendor", operation="op")
    except ResponseMismatch as error:
        assert (error.body, error.status, error.request_id) == (body, 200, "r")
    else:
        assert value == msgspec.json.decode(body)


@given(st.binary(), st.sampled_from(sorted(CLASSES)))
def test_no_body_breaks_the_reader(body: bytes, status: int) -> None:
    error = judged(httpx.Response(status, content=body))
    assert error is not None and error.message


def test_cut_and_mislabelled_json() -> None:
    for body in (b'{"a": 1', b'{"a": "\xff"}', b"[1]", b""):
        with pytest.raises(ResponseMismatch):
            decode(httpx.Response(200, content=body), dict[str, Any], vendor="V", operation="op")


def test_media_types_without_parameters() -> None:
    assert media_type({"content-type": " Application/JSON ; charset=utf-8"}) == "application/json"
    assert media_type({}) == ""


MARKED = {
    "UTF-8": "utf-8-sig",
    "UTF-16": "utf-16",
    "UTF-16, big end first": "utf-16-be",
    "UTF-32": "utf-32",
    "UTF-32, big end first": "utf-32-be",
}


@pytest.mark.parametrize("encoding", MARKED.values(), ids=MARKED)
def test_a_byte_order_mark_does_not_make_json_something_else(encoding: str) -> None:
    """It says how the text is encoded, and is no part of it (RFC 8259, section 8.1)."""
    mark = "\ufeff" if encoding.endswith("-be") else ""
    body = (mark + '{"id": "ü"}').encode(encoding)
    reply = httpx.Response(200, content=body)
    assert decode(reply, dict[str, str], vendor="V", operation="o") == {"id": "ü"}
    assert TaskResult(body, "application/json").json() == {"id": "ü"}
    refused = refusal(
        httpx.Response(400, content=(mark + '{"message": "no"}').encode(encoding)),
        vendor="V",
        operation="o",
        responses=None,
        wall=0.0,
    )
    assert refused is not None and refused.message == "no"


def test_a_mark_that_lies_is_a_mismatch() -> None:
    """A text that is not what its mark says is kept as it came."""
    reply = httpx.Response(200, content=b"\xff\xfe\x00\xd8")
    with pytest.raises(ResponseMismatch) as caught:
        decode(reply, dict[str, str], vendor="V", operation="o")
    assert caught.value.body == b"\xff\xfe\x00\xd8"
