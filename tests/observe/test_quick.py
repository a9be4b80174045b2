"""The quick check says the same as the walk, before and after something was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from observe.small import document, show
from optcloud.observe.document import Content, Document
from optcloud.observe.quick import Quick
from optcloud.observe.record import Record
from optcloud.observe.walk import Walk, loosen
from optcloud.observe.watch import Watch

PROPERTIES: dict[str, Any] = {
    "id": {"type": "string"},
    "state": {"type": "string", "enum": ["on", "off"]},
    "size": {"type": ["integer", "null"]},
    "rate": {"type": "number"},
    "parts": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "boolean"}}}},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "free": {"type": "object"},
    "any": {},
}
SCHEMA = {"type": "object", "required": ["id"], "properties": PROPERTIES}
DOCUMENTED = {"id": "x", "state": "on", "size": 1, "rate": 1.5, "parts": [{"a": True}], "labels": {}, "free": {"b": 1}}
SCALARS = [None, True, 7, 1.5, "on", "x"]
OBJECTS = [{}, {"a": True}, {"a": "x"}, {"b": None}]
VALUES = [*SCALARS, *OBJECTS, [], *([item] for item in [*SCALARS, *OBJECTS])]
NAMES = [*PROPERTIES, "other", "x y"]


def content(watched: Document | None = None) -> Content:
    operation = (watched or Document(document(SCHEMA), {})).operation("getThing")
    answer = operation and operation.answer(200)
    found = answer and answer.content("application/json")
    assert found is not None
    return found


def walked(described: Content, body: Any) -> Walk:
    walk = Walk(str)
    assert described.root is not None
    walk.value(described.root, body, "$")
    return walk


@pytest.mark.parametrize("name", NAMES)
def test_the_quick_check_agrees_with_the_walk(name: str) -> None:
    for body in [{**DOCUMENTED, name: value} for value in VALUES] + [{name: "x"}]:
        described = content()
        text = json.dumps(body).encode()
        walk = walked(described, body)
        assert quick(described, 0).passes(text) == (not walk.found), body
        for finding, node in walk.found.items():
            loosen(finding, node)
        assert quick(described, 1).passes(text), body


def quick(described: Content, knowledge: int) -> Quick:
    found = described.quick(knowledge)
    assert found is not None
    return found


@pytest.mark.parametrize("more", [{"new": 1}, {"4f1c9a77": 1}], ids=["a field", "a key of a map"])
def test_what_is_known_costs_no_second_walk(more: dict[str, int], file: Path) -> None:
    watched = Document(document({**SCHEMA, "additionalProperties": True}), {})
    watch = Watch(watched, Record(file, "Vendor", "small", "1.0"), str)
    long = {**DOCUMENTED, **more, "any": "x" * 5_000}
    show(watch, long)
    assert quick(content(watched), watched.knowledge).passes(json.dumps(long).encode())
    watch.close()
