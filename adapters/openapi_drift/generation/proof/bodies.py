"""The bodies of requests: examples of a media type, the values that a client takes for them, and what was sent."""

from __future__ import annotations

import email.parser
import email.policy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from openapi_drift.generation.proof.comparison import difference, same
from openapi_drift.generation.proof.described import decoded, is_json, media
from openapi_drift.generation.proof.examples import ExampleStyle
from openapi_drift.generation.proof.serialization import pairs, plain
from openapi_drift.generation.proof.values import UnfitError, ValueMaker

if TYPE_CHECKING:
    import httpx

    from openapi_drift.generation.proof.client_operations import ClientOperation
    from openapi_drift.generation.proof.described import DescribedPart
    from openapi_drift.generation.proof.examples import ExampleBuilder

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_JSON = ExampleStyle(undeclared=True)
_FORM = ExampleStyle(null=False)
_MULTIPART = ExampleStyle(null=False, binary=True)
_BYTES = ExampleStyle(null=False, binary=True)


def body_examples(builder: ExampleBuilder, body: DescribedPart) -> list[Any]:
    """Return examples of a body or reply: JSON values, and bytes for what is bytes."""
    if not is_json(body.name) and body.schema in ({}, True):
        return [b"\x00\xff bytes"]
    styles = {FORM: _FORM, MULTIPART: _MULTIPART}
    style = _JSON if is_json(body.name) else styles.get(media(body.name), _BYTES)
    return builder.examples(body.schema_place, body.schema, style)


def candidates(operation: ClientOperation, body: DescribedPart, example: Any) -> list[Any]:
    """Return the values that the argument `body` takes for an example. Raises UnfitError if there are none."""
    annotation = operation.annotations.get("body")
    if annotation is None:
        raise UnfitError("the function has no argument `body`")
    if isinstance(example, bytes):
        return [operation.files(payload=example, mime_type=concrete(body.name))]
    maker = ValueMaker(operation.files)
    ways = maker.ways(annotation, example)
    if not ways:
        raise UnfitError("; ".join(["the argument `body` takes no such value", *maker.reasons]))
    return ways


def concrete(media_type: str) -> str:
    """Return a media type that a range such as `image/*` has."""
    return {"*/*": "application/octet-stream"}.get(media_type, media_type.replace("/*", "/example"))


def body_difference(request: httpx.Request, body: DescribedPart, example: Any) -> str | None:
    """Return what of a body that was sent is not as the example and the document say, or None."""
    sent = request.headers.get("content-type", "none")
    if media(sent) != media(concrete(body.name)):
        return f"its Content-Type is {sent}"
    if isinstance(example, bytes):
        return None if request.content == example else "other bytes are sent"
    if is_json(body.name):
        return difference(decoded(request.content), example, {})
    if media(body.name) == FORM:
        return _form_difference(request.content.decode(), body, example)
    if media(body.name) == MULTIPART:
        return _multipart_difference(request, body, example)
    text = request.content.decode("utf-8", "replace")
    return None if isinstance(example, str) and text == example else f"sent is {text[:80]!r}"


def _form_difference(sent: str, body: DescribedPart, example: dict[str, Any]) -> str | None:
    wanted = [pair for name, value in example.items() for pair in pairs(_as_parameter(body, name), value)]
    got = parse_qsl(sent, keep_blank_values=True)
    if sorted(got) == sorted(wanted):
        return None
    if len(got) == len(wanted) and all(
        one[0] == other[0] and same(one[1], other[1]) for one, other in zip(sorted(got), sorted(wanted), strict=True)
    ):
        return None
    return f"the form sent is {got}, asked for is {wanted}"


def _as_parameter(body: DescribedPart, name: str) -> dict[str, Any]:
    encoding = body.content.get("encoding", {}).get(name, {})
    return {"name": name, "in": "query", **{key: encoding[key] for key in ("style", "explode") if key in encoding}}


def _multipart_difference(request: httpx.Request, body: DescribedPart, example: dict[str, Any]) -> str | None:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.content)
    parts: dict[str, list[Any]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        parts.setdefault(str(name), []).append(part)
    for name, value in example.items():
        values = value if isinstance(value, list) else [value]
        sent = parts.pop(name, [])
        if len(sent) != len(values):
            return f"the part {name!r} is there {len(sent)} times, asked for is {len(values)}"
        for part, one in zip(sent, values, strict=True):
            words = _part_difference(part, one, body.content.get("encoding", {}).get(name, {}))
            if words is not None:
                return f"the part {name!r}: {words}"
    return f"parts are sent that were not given: {sorted(parts)}" if parts else None


def _part_difference(part: Any, value: Any, encoding: dict[str, Any]) -> str | None:
    content = part.get_payload(decode=True) or b""
    asked = encoding.get("contentType")
    if asked and "content-type" in part and not any(_fits(part.get_content_type(), one) for one in asked.split(",")):
        return f"its Content-Type is {part.get_content_type()}, asked for is {asked}"
    if isinstance(value, bytes):
        return None if content == value else "other bytes are sent"
    text = content.decode("utf-8", "replace")
    if isinstance(value, dict):
        return difference(decoded(content), value, {})
    return None if same(text, plain(value)) else f"sent is {text[:80]!r}, asked for is {plain(value)!r}"


def _fits(sent: str, asked: str) -> bool:
    kind = media(asked)
    return kind in ("*/*", sent) or (kind.endswith("/*") and sent.startswith(kind[:-1]))
