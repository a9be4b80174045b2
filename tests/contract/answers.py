"""Records what goes over a connection, and judges answers by the vendors' documents."""

from __future__ import annotations

import contextlib
import json
from importlib.resources import files
from typing import Any

import httpx
import jsonschema

from optcloud_sandbox.json_schemas import as_json_schema


class Recording(httpx.HTTPTransport):
    """Keeps each request with the operation that it is, and its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[str, httpx.Response]] = []
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        with contextlib.closing(super().handle_request(request)) as received:
            body = b"".join(received.stream)  # type: ignore[arg-type]

        def copy() -> httpx.Response:
            return httpx.Response(received.status_code, headers=received.headers, content=body)

        if described := request.extensions.get("operation"):
            self.answers.append((described["id"], copy()))
            self.requests.append(request)
        return copy()


def record(connection: Any) -> Recording:
    """Put a recording in the place of a connection's transport."""
    recording = Recording()
    transport = connection.client._transport
    transport._inner.close()
    transport._inner = recording
    return recording


def document_of(package: str) -> dict[str, Any]:
    """The document that a client package carries."""
    text = (files(package) / "openapi.json").read_text(encoding="utf-8")
    content: dict[str, Any] = as_json_schema(json.loads(text))
    return content


def documented(document: dict[str, Any], operation: str) -> dict[str, Any]:
    """An operation of a document, by its id."""
    for path in document["paths"].values():
        for described in path.values():
            if isinstance(described, dict) and described.get("operationId") == operation:
                return described
    raise AssertionError(f"the document has no operation {operation}")


def check(document: dict[str, Any], operation: str, response: httpx.Response) -> None:
    """The status is named, the media type listed, and a JSON body is what its schema says."""
    responses = documented(document, operation)["responses"]
    status = response.status_code
    named = next((responses[key] for key in (str(status), f"{status // 100}XX", "default") if key in responses), None)
    assert named is not None, f"{operation} answered {status}"
    if "$ref" in named:
        named = document["components"]["responses"][named["$ref"].rpartition("/")[2]]
    content = named.get("content", {})
    if not content or not response.content:
        return
    media_type = response.headers["content-type"].partition(";")[0]
    assert media_type in content or "*/*" in content, f"{operation} answered {media_type}"
    schema = {**content.get(media_type, content.get("*/*"))["schema"], "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(read(response, media_type))


def read(response: httpx.Response, media_type: str) -> Any:
    """The body as a checker of documents reads it: JSON as what it says, everything else as text."""
    return response.json() if media_type == "application/json" else response.content.decode("latin-1")
