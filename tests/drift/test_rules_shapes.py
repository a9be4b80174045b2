"""Documents that say the same in another order or place, and documents that are not what OpenAPI asks for."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text

SPECS = Path(__file__).parents[2] / "specs"
ODD: list[Any] = [None, 5, "x", True, [], {}, [None], ["x"], [[]], {"200": None}, {"a": 5}, {"x-a": {}}]
IN_OPERATION = [
    "parameters",
    "requestBody",
    "requestBody/content",
    "requestBody/content/application~1json",
    "responses",
    "responses/200",
    "responses/200/headers",
    "responses/200/headers/Age",
    "responses/200/content",
    "responses/200/content/application~1json",
    "security",
    "tags",
    "operationId",
    "deprecated",
    "x-sunset",
    "x-stability-level",
]
IN_DOCUMENT = [
    "info/version",
    "webhooks",
    "components",
    "components/schemas",
    "components/securitySchemes",
    "components/securitySchemes/a",
    "components/securitySchemes/a/flows",
    "components/securitySchemes/a/flows/implicit",
    "components/securitySchemes/a/flows/implicit/scopes",
    "security",
    "paths",
    "paths/~1jobs",
    "paths/~1jobs/get",
]
WHOLE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Jobs", "version": "1.0.0"},
    "security": [{"a": ["read"]}],
    "webhooks": {"done": {"post": {}}},
    "components": {
        "schemas": {"Job": {"type": "object"}},
        "securitySchemes": {
            "a": {
                "type": "oauth2",
                "flows": {"implicit": {"authorizationUrl": "https://a.invalid", "scopes": {"read": "Read"}}},
            }
        },
    },
    "paths": {
        "/jobs": {
            "get": {
                "operationId": "getJobs",
                "tags": ["jobs"],
                "deprecated": True,
                "x-sunset": "9999-01-01",
                "x-stability-level": "beta",
                "security": [{"a": []}],
                "parameters": [{"in": "query", "name": "limit"}],
                "requestBody": {"content": {"application/json": {}}},
                "responses": {"200": {"headers": {"Age": {}}, "content": {"application/json": {}}}},
            }
        }
    },
}


@pytest.mark.parametrize("place", [*IN_DOCUMENT, *(f"paths/~1jobs/get/{place}" for place in IN_OPERATION)])
def test_odd_values_are_no_traceback(place: str) -> None:
    for value in ODD:
        odd = copy.deepcopy(WHOLE)
        *above, last = (token.replace("~1", "/") for token in place.split("/"))
        target = odd
        for token in above:
            target = target[token]
        target[last] = value
        documents = [load_text(json.dumps(document), "jobs.json") for document in (WHOLE, odd)]
        assert isinstance(compare(*documents), list)
        assert isinstance(compare(*reversed(documents)), list)
        assert compare(documents[1], documents[1]) == []


@pytest.mark.parametrize("name", ["adiutaopt-v6", "aimms-pro-v2"])
def test_the_order_of_things_does_not_matter(name: str) -> None:
    document = yaml.load((SPECS / name / "openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    same = load_text(json.dumps(document), "a.json")
    turned = load_text(json.dumps(turn(document)), "b.json")
    assert compare(same, turned) == []
    assert compare(turned, same) == []


@pytest.mark.parametrize("name", ["adiutaopt-v6", "aimms-pro-v2"])
def test_what_is_referred_to_may_be_said_on_the_spot(name: str) -> None:
    document = yaml.load((SPECS / name / "openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    spoken = {**document, "paths": inlined(document["paths"], document)}
    base, revision = (load_text(json.dumps(item), "a.json") for item in (document, spoken))
    assert compare(base, revision) == []
    assert compare(revision, base) == []


def turn(value: Any, key: str = "") -> Any:
    """Return the value with its mappings, and the lists whose order means nothing, turned round."""
    if isinstance(value, dict):
        return {name: turn(item, name) for name, item in reversed(value.items())}
    if isinstance(value, list):
        items = [turn(item) for item in value]
        return items[::-1] if key in {"parameters", "tags", "security", "required", "enum", "oneOf", "anyOf"} else items
    return value


def inlined(value: Any, document: Any) -> Any:
    """Return the value with its references to parameters and responses replaced by what they refer to."""
    if isinstance(value, dict):
        reference = str(value.get("$ref", ""))
        if reference.startswith(("#/components/parameters/", "#/components/responses/")):
            _, _, kind, name = reference.split("/")
            return inlined(document["components"][kind][name], document)
        return {name: inlined(item, document) for name, item in value.items()}
    return [inlined(item, document) for item in value] if isinstance(value, list) else value
