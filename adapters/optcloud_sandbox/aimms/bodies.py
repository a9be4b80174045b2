"""What the account's operations take from a request: a JSON object, query parameters, integers of the path."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from optcloud_sandbox.aimms.schemas import check
from optcloud_sandbox.given import json_object, whole_number
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.refusal import Refusal


def json_body(request: Request, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body, a JSON object; Refusal 415 for another media type, 400 for a body that is not what `schema` says."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal(415, f"content-type must be application/json, got {media_type!r}")
    data = json_object(body_of(request).data)
    if schema is not None:
        check(data, schema, "body")
    return data


def query(request: Request, name: str) -> str:
    """A query parameter that the document requires; Refusal 400 when it is missing."""
    value = request.query_params.get(name)
    if value is None:
        raise Refusal(400, f"the query parameter {name} is missing")
    return value


def number(request: Request, name: str) -> int:
    """An integer of the path; Refusal 400 when it is none."""
    text: str = request.path_params[name]
    found = whole_number(text)
    if found is None:
        raise Refusal(400, f"{name} must be an integer, got {text[:100]!r}")
    return found
