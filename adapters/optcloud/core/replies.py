"""From a reply to a value or to one of our errors: no silent None."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from optcloud.core.errors import (
    ApiError,
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
from optcloud.core.escaping import escaped
from optcloud.core.flow import Reply
from optcloud.core.retry import retry_after

REQUEST_ID_HEADERS = (
    "x-request-id",
    "x-amzn-requestid",
    "apigw-requestid",
    "x-ms-request-id",
    "x-correlation-id",
)
_UTF_8_MARK = codecs.BOM_UTF8
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)  # UTF-32 LE begins as UTF-16 LE
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)  # msgspec raises the latter for text that is not UTF-8
_LONGEST_EXCERPT = 300
E = TypeVar("E", bound=ReplyError)


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type without its parameters, in lower case; "" when there is none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def refusal(
    reply: Reply,
    *,
    vendor: str,
    operation: str,
    responses: Mapping[str, list[str]] | None,
    wall: float,
    named: Mapping[str, type[ApiError]] | None = None,
    redact: Callable[[str], str] = str,
    states: bool = False,
) -> ReplyError | None:
    """Return the error that this reply is, or None when it is what the document promises.

    ``responses`` maps the documented statuses (``200``, ``4XX``, ``default``) to their media types; None when no
    document describes the operation. ``named`` maps the beginnings of messages, in letters of either case, to errors,
    for a vendor that says everything with one 4XX. ``redact`` hides secrets in the vendor's words before these are cut
    to size. ``states``: a 405 speaks of the thing's state, not of the method, unless it is a page.
    """
    status = reply.status_code
    if status >= 400:
        message = _message(reply, redact)
        if status == 405:
            if states and media_type(reply.headers) != "text/html":  # a page is of something in between
                return _error(Conflict, message, reply, vendor, operation)
            message = f"{message} ({_not_here(reply.headers)})"
        error = _error(_kind(status, message, named or {}), message, reply, vendor, operation)
        if isinstance(error, RateLimited | ServerError):
            error.retry_after = retry_after(reply.headers, wall)
        return error
    if responses is None:
        return None
    documented = _documented(status, responses)
    if documented is None:
        words = f"the document does not name status {status}"
        return _error(ResponseMismatch, words, reply, vendor, operation)
    if not _may_be(media_type(reply.headers), documented) and reply.content.strip():
        words = "an HTML page came in place of " + (" or ".join(documented) or "no body")
        return _error(ResponseMismatch, words, reply, vendor, operation)
    return None


def is_promised(status: int, headers: Mapping[str, str], responses: Mapping[str, list[str]] | None) -> bool:
    """Say, before the body is read, that `refusal` will find nothing: this is a success as the document has it."""
    if not 200 <= status < 300 or responses is None:
        return 200 <= status < 300
    documented = _documented(status, responses)
    return documented is not None and _may_be(media_type(headers), documented)


def decode(reply: Reply, kind: Any, *, vendor: str, operation: str) -> Any:
    """Read a JSON body as ``kind`` (a type that msgspec knows). Raises `ResponseMismatch` with the body kept."""
    try:
        return msgspec.json.decode(json_of(reply.content), type=kind)
    except UNREADABLE as error:
        words = f"the body is not what the document promises: {error}"
        raise mismatch(reply, words, vendor=vendor, operation=operation) from error


def json_of(body: bytes) -> bytes:
    """Return a JSON text as UTF-8 without a byte order mark, which msgspec does not take (RFC 8259, section 8.1).

    Where the mark says what the text is not, it is left as it is.
    """
    if body.startswith(_UTF_8_MARK):
        return body[len(_UTF_8_MARK) :]
    if body.startswith(_OTHER_MARKS):
        with suppress(UnicodeDecodeError):
            return body.decode(json.detect_encoding(body)).encode()
    return body


def is_json_object(body: bytes, fields: Mapping[str, type] | None = None) -> bool:
    """Say whether a body is a JSON object; with ``fields`` one of these alone, one at least, of their types or null."""
    try:
        found = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        return False
    if not isinstance(found, dict) or fields is None:
        return isinstance(found, dict)
    said = {name: value for name, value in found.items() if value is not None}
    return bool(said) and found.keys() <= fields.keys() and all(type(said[name]) is fields[name] for name in said)


def mismatch(reply: Reply, words: str, *, vendor: str, operation: str) -> ResponseMismatch:
    """Say that a reply is not what the document promises; its body is kept."""
    return _error(ResponseMismatch, words, reply, vendor, operation)


def _error(kind: type[E], message: str, reply: Reply, vendor: str, operation: str) -> E:
    return kind(
        message,
        status=reply.status_code,
        vendor=vendor,
        operation=operation,
        request_id=next(
            (escaped(reply.headers[name], keep="") for name in REQUEST_ID_HEADERS if name in reply.headers), None
        ),
        headers=reply.headers,
        body=reply.content,
    )


_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: AuthError,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    413: PayloadTooLarge,
    422: UnprocessablePlan,
    429: RateLimited,
}


def error_of(status: int) -> type[ApiError]:
    """Return the class of a refusal by its status, 400 or above."""
    return _BY_STATUS.get(status) or (ServerError if status >= 500 else BadRequest)


def _kind(status: int, message: str, named: Mapping[str, type[ApiError]]) -> type[ApiError]:
    """Return the error that these words are; by its status alone one of 5XX, which may have acted all the same."""
    said = message.casefold()
    by_words = (kind for words, kind in named.items() if status < 500 and said.startswith(words.casefold()))
    return next(by_words, error_of(status))


def _not_here(headers: Mapping[str, str]) -> str:
    taken = escaped(headers.get("allow", ""), keep="")
    return f"the server does not take this method here{f', but {taken}' if taken else ''}: is the address right?"


def _documented(status: int, responses: Mapping[str, list[str]]) -> list[str] | None:
    for name in (str(status), f"{status // 100}XX", "default"):
        if name in responses:
            return responses[name]
    return None


def _may_be(kind: str, documented: list[str]) -> bool:
    """Only a page is told from what the document promises: other kinds are often named loosely by vendors."""
    return kind != "text/html" or any(name in {"text/html", "text/*", "*/*"} for name in documented)


def _message(reply: Reply, redact: Callable[[str], str]) -> str:
    """Return the vendor's own words: a JSON ``message``, a JSON string, or the start of the text without markup.

    ``detail`` and ``title`` are those of application/problem+json (RFC 9457), which gateways answer with.
    """
    try:
        body = msgspec.json.decode(json_of(reply.content))
    except UNREADABLE:
        text = redact(reply.content[:65536].decode("utf-8", errors="replace"))[:4096]
        body = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", text)
    if isinstance(body, dict):
        named = (body.get(key) for key in ("message", "Message", "error", "errorMessage", "detail", "title"))
        body = next((value for value in named if value), body)
    words = " ".join(redact(str(body)).split())
    if len(words) > _LONGEST_EXCERPT:
        words = words[:_LONGEST_EXCERPT] + "…"
    return escaped(words, keep="") or "no message"
