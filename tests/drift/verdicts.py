"""The pairs of `verdicts/`, each with what is right to say of it by the rules of HTTP, OpenAPI and JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from openapi_drift.diff.change import Level

FOLDER = Path(__file__).with_name("verdicts")

RIGHT: dict[str, tuple[str, ...]] = {
    "breaking": ("breaking",),
    "warning": ("breaking", "warning"),
    "reported": ("warning", "info"),
    "seen": ("breaking", "warning", "info"),
    "harmless": ("info", "warning", "silent"),
    "silent": ("silent",),
}
"""What each word of a verdict allows the worst change to be; "silent" is no change at all."""

SCHEMA_PLACES: dict[str, dict[str, Any]] = {
    "request": {"requestBody": {"content": {"application/json": {"schema": {"properties": {"a": None}}}}}},
    "response": {
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": {"properties": {"a": None}}}}}
        }
    },
    "request body": {"requestBody": {"content": {"application/json": {"schema": None}}}},
    "response body": {"responses": {"200": {"description": "done", "content": {"application/json": {"schema": None}}}}},
    "parameter": {"parameters": [{"in": "query", "name": "a", "schema": None}]},
    "header": {"responses": {"200": {"description": "done", "headers": {"A": {"schema": None}}}}},
}
"""Operations with a hole for a schema."""

_OPERATION = {"responses": {"200": {"description": "done"}}}
_PATH_PARAMETERS = [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}]


@dataclass(frozen=True)
class Verdict:
    """Two documents and a word of `RIGHT` for the change from the first to the second; ``why`` it is right."""

    name: str
    base: dict[str, Any]
    revision: dict[str, Any]
    right: str
    why: str

    def __str__(self) -> str:
        return self.name

    def allows(self, levels: set[Level]) -> bool:
        """Return whether changes of these levels are a right answer."""
        worst = next((level.value for level in Level if level in levels), "silent")
        return worst in RIGHT[self.right]


def verdicts() -> list[Verdict]:
    """Return all pairs: each entry of the files forth and back, a schema's in each of its places."""
    return [*_schema_verdicts(), *_operation_verdicts()]


def _schema_verdicts() -> Iterator[Verdict]:
    for case in _read("schemas.yaml"):
        for place, right in ((place, case.get(place.removesuffix(" body"))) for place in SCHEMA_PLACES):
            if right is None:
                continue
            sides = [
                _document(
                    {
                        "openapi": case.get("version", "3.1.0"),
                        "paths": {"/jobs": {"post": _OPERATION | _filled(SCHEMA_PLACES[place], case[side])}},
                        "components": {"schemas": case.get("components", {})},
                    }
                )
                for side in ("base", "revision")
            ]
            yield from _both_ways(f"{case['name']}-in-{place.replace(' ', '-')}", sides, right, case["why"])


def _operation_verdicts() -> Iterator[Verdict]:
    for case in _read("operations.yaml"):
        yield from _both_ways(
            case["name"], [_laid(case, case[side]) for side in ("base", "revision")], case["right"], case["why"]
        )


def _laid(case: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    if "operation" in case:
        return _document({"paths": {"/jobs/{id}": {"parameters": _PATH_PARAMETERS, "post": _OPERATION | said}}})
    if "path" in case:
        common = [*_PATH_PARAMETERS, *said.get("parameters", [])]
        return _document({"paths": {"/jobs/{id}": said | {"parameters": common}}})
    return _document({"paths": {"/jobs": {"get": _OPERATION}}} | said)


def _both_ways(name: str, sides: list[dict[str, Any]], right: list[str], why: str) -> Iterator[Verdict]:
    yield Verdict(name, sides[0], sides[1], right[0], why)
    yield Verdict(f"{name}-back", sides[1], sides[0], right[1], why)


def _document(said: dict[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, **said}


def _filled(value: Any, schema: Any) -> Any:
    """Return an operation with its hole filled."""
    if isinstance(value, dict):
        return {key: _filled(item, schema) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, schema) for item in value]
    return schema if value is None else value


@cache
def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.load((FOLDER / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return entries
