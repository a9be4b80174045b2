"""The quick check says the same as the walk, before and after something was found."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.small import document
from optcloud.observe.document import Content, Document
from optcloud.observe.walk import Walk, loosen

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
scalars = st.sampled_from([None, True, 0, 7, 1.5, "on", "off", "x"])
objects = st.dictionaries(st.sampled_from(["a", "b"]), scalars, max_size=2)
values = scalars | objects | st.lists(scalars | objects, max_size=2)
# As documented but for a few fields, so that each kind of drift comes alone too.
DOCUMENTED = {"id": "x", "state": "on", "size": 1, "rate": 1.5, "parts": [{"a": True}], "labels": {}, "free": {"b": 1}}
changes = st.dictionaries(st.sampled_from([*PROPERTIES, "other", "x y"]), values, max_size=2)
bodies = st.builds(
    lambda less, more: {**DOCUMENTED, **more} if less is None else {**less, **more},
    st.sampled_from([None, {}]),
    changes,
)


def content() -> Content:
    operation = Document(document(SCHEMA), {}).operation("getThing")
    answer = operation and operation.answer(200)
    found = answer and answer.content("application/json")
    assert found is not None
    return found


def walked(described: Content, body: Any) -> Walk:
    walk = Walk(str)
    assert described.root is not None
    walk.value(described.root, body, "$")
    return walk


@settings(max_examples=150, deadline=None)  # time is not what it is about
@given(body=bodies)
def test_the_quick_check_agrees_with_the_walk(body: dict[str, Any]) -> None:
    described = content()
    quick = described.quick(0)
    assert quick is not None
    text = json.dumps(body).encode()
    walk = walked(described, body)
    assert quick.passes(text) == (not walk.found)
    for finding, node in walk.found.items():
        loosen(finding, node)
    loosened = described.quick(1)
    assert loosened is not None
    assert loosened.passes(text)
