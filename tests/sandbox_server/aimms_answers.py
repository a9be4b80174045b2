"""Judges what the sandbox answers as AIMMS PRO by the effective document: status, media type, JSON."""

import json
import re
from importlib.resources import files
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DOCUMENT: dict[str, Any] = json.loads(files("aimms_pro").joinpath("openapi.json").read_bytes())
REGISTRY: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
METHODS = ("get", "post", "put", "patch", "delete")


def operations() -> list[tuple[str, str, str]]:
    """Method, path and operationId of all."""
    return [
        (method.upper(), path, item[method]["operationId"])
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item
    ]


def find(method: str, path: str) -> tuple[str, str]:
    """Template and operationId; literal paths come before templates. AssertionError when there is none."""
    for known, template, operation in sorted(operations(), key=lambda one: one[1].count("{")):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if known == method and re.fullmatch(pattern, path):
            return template, operation
    raise AssertionError(f"the document has no {method} {path}")


def judge(response: httpx.Response, base: str) -> str:
    """Return the operation answered; AssertionError or ValidationError when it is not answered as documented."""
    method, path = response.request.method, response.request.url.raw_path.decode().partition("?")[0]
    template, operation = find(method, path.removeprefix(httpx.URL(base).raw_path.decode()) or "/")
    responses = DOCUMENT["paths"][template][method.lower()]["responses"]
    status = response.status_code
    key = next((key for key in (str(status), f"{status // 100}XX") if key in responses), None)
    assert key is not None, f"{operation} answered {status}"
    content = responses[key].get("content", {})
    if not content or "*/*" in content:
        return operation
    media_type = response.headers["content-type"].partition(";")[0]
    assert media_type in content, f"{operation} answered {media_type}"
    if media_type == "application/json":
        steps = ["paths", template, method.lower(), "responses", key, "content", media_type, "schema"]
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        schema = {"$ref": f"urn:document#/{pointer}"}
        Draft202012Validator(schema, registry=REGISTRY).validate(response.json())
    return operation


def refused(reply: httpx.Response, status: int) -> str:
    """The message of a refusal with this status, in the vendor's form."""
    assert reply.status_code == status, reply.text
    assert set(reply.json()) == {"errorId", "errorCode", "message"}
    return str(reply.json()["message"])
