"""The quick check says the same as the walk, before and after something was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from observe.small import document, show
from optcloud.json_schema.quick import QuickCheck, Tolerated
from optcloud.observe.document import Document, DocumentedBody
from optcloud.observe.record import Record
from optcloud.observe.walk import ReplyWalk
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


def content(watched: Document | None = None) -> DocumentedBody:
    operation = (watched or Document(document(SCHEMA), {})).operation("getThing")
    answer = operation and operation.answer(200)
    found = answer and answer.content("application/json")
    assert found is not None
    return found


def walked(described: DocumentedBody, body: Any) -> ReplyWalk:
    walk = ReplyWalk(str)
    assert described.root is not None
    walk.visit(described.root, body, ())
    return walk


@pytest.mark.parametrize("name", NAMES)
def test_the_quick_check_agrees_with_the_walk(name: str) -> None:
    for body in [{**DOCUMENTED, name: value} for value in VALUES] + [{name: "x"}]:
        described = content()
        text = json.dumps(body).encode()
        walk = walked(described, body)
        assert quick(described, set()).passes(text) == (not walk.found), body
        assert quick(described, walk.tolerated).passes(text), body


def quick(described: DocumentedBody, tolerated: set[Tolerated]) -> QuickCheck:
    found = described.quick(tolerated)
    assert found is not None
    return found


@pytest.mark.parametrize("more", [{"new": 1}, {"4f1c9a77": 1}], ids=["a field", "a key of a map"])
def test_what_is_known_costs_no_second_walk(more: dict[str, int], file: Path) -> None:
    watched = Document(document({**SCHEMA, "additionalProperties": True}), {})
    watch = Watch(watched, Record(file, "Vendor", "small", "1.0"), str)
    long = {**DOCUMENTED, **more, "any": "x" * 5_000}
    show(watch, long)
    assert quick(content(watched), watched.tolerated).passes(json.dumps(long).encode())
    watch.close()
