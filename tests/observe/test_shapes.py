"""Each kind of shape: what is noted, and that the overlay made of it leaves nothing to note."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from observe.small import brief, document, seen, show, watching
from openapi_drift.documents.overlay import apply
from openapi_drift.observed.overlay_from_shapes import overlay_for

TEXT = {"type": "string"}
THING = {"type": "object", "properties": {"name": TEXT, "size": {"type": "integer"}}}
PART = {"Part": {"type": "object", "properties": {"a": TEXT}}}
REFERENCE = {"$ref": "#/components/schemas/Part"}
OWNER = {"type": "object", "properties": {"part": REFERENCE}}

# schema, body, what is noted
DRIFTS: dict[str, tuple[Any, Any, list[tuple[str, str, str, str]]]] = {
    "a field": (THING, {"name": "x", "new": 1}, [("field", "$.new", "new", "integer")]),
    "a field that is null": (THING, {"new": None}, [("field", "$.new", "new", "null")]),
    "a list": (THING, {"new": []}, [("field", "$.new", "new", "array")]),
    "a field in a list": (
        {"type": "array", "items": THING},
        [{"name": "x"}, {"new": "y"}],
        [("field", "$[].new", "new", "string")],
    ),
    "a field behind a reference": (OWNER, {"part": {"b": 1.5}}, [("field", "$.part.b", "b", "number")]),
    "a field in a map": (
        {"type": "object", "additionalProperties": THING},
        {"Jane Doe": {"new": True}},
        [("field", "$.*.new", "new", "boolean")],
    ),
    "a field of a union": (
        {"anyOf": [THING, {"type": "object", "properties": {"other": TEXT, "third": TEXT}}]},
        {"other": "x", "third": "y", "new": 1},
        [("field", "$.new", "new", "integer")],
    ),
    "a field of a whole": (
        {"allOf": [{"type": "object", "properties": {"a": TEXT}}, {"type": "object", "properties": {"b": TEXT}}]},
        {"a": "x", "b": "y", "c": "z"},
        [("field", "$.c", "c", "string")],
    ),
    "names that are data": (THING, {"4f1c9a77": 1, "name": "x"}, [("field", "$.*", "*", "")]),
    "a word": (
        {"type": "object", "properties": {"state": {"type": "string", "enum": ["on", "off"]}}},
        {"state": "standby"},
        [("word", "$.state", "standby", "string")],
    ),
    "a word of a whole": (
        {"allOf": [{"type": "string"}, {"enum": ["on"]}, {"minLength": 2}]},
        "off",
        [("word", "$", "off", "string")],
    ),
    "a word of an open list": (
        {"type": "string", "x-extensible-enum": ["on"]},
        "off",
        [("word", "$", "off", "string")],
    ),
    "null": (THING, {"name": None}, [("null", "$.name", "", "null")]),
    "null in an enum": ({"type": "string", "enum": ["on"]}, None, [("null", "$", "", "null")]),
    "null behind a reference": (OWNER, {"part": None}, [("null", "$.part", "", "null")]),
    "null in a union": (
        {"type": "array", "items": {"anyOf": [THING, {"type": "string"}]}},
        [None],
        [("null", "$[]", "", "null")],
    ),
    "another type": (THING, {"size": "large"}, [("type", "$.size", "", "string")]),
    "another type behind a reference": (OWNER, {"part": [1]}, [("type", "$.part", "", "array")]),
    "one more type": ({"type": ["string", "null"]}, 1.5, [("type", "$", "", "number")]),
    "a field left out": (
        {**THING, "required": ["name", "size"]},
        {"size": 1},
        [("missing", "$.name", "name", "")],
    ),
    "a field of a whole left out": (
        {"allOf": [{**THING, "required": ["name"]}, THING]},
        {},
        [("missing", "$.name", "name", "")],
    ),
    "the only required field left out": ({**THING, "required": ["name"]}, {}, [("missing", "$.name", "name", "")]),
}


@pytest.mark.parametrize(("schema", "body", "noted"), DRIFTS.values(), ids=DRIFTS.keys())
def test_a_shape_and_its_mend(
    schema: Any, body: Any, noted: list[tuple[str, str, str, str]], file: Path, tmp_path: Path
) -> None:
    content = document(schema, PART)
    short, long = padded(body, 0), padded(body, 5_000)  # the latter goes by the quick check first
    for text in (short, long):
        show(watching(content, file), text)
    assert brief(seen(file)) == noted
    assert {one.count for one in seen(file)} == {2}
    overlay, left_out = overlay_for(seen(file), content, "test")
    assert not left_out
    mended = apply(content, overlay, "overlay")
    again = tmp_path / "again"
    for text in (short, long):
        show(watching(mended, again), text)
    assert seen(again) == []
    assert_valid(mended, body)
    # Against a document that has it all by now there is nothing to write, and it is said why.
    nothing, why = overlay_for(seen(file), mended, "test")
    assert nothing["actions"] == []
    assert {reason for _, reason in why} == {"documented by now"}


def assert_valid(content: Any, body: Any) -> None:
    """By a general validator: the mended schema is one, and says that the body is as it should be."""
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(content))
    schema = "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema"
    answered = registry.resolver("urn:document").lookup(f"#{schema}").contents
    Draft202012Validator.check_schema(answered)
    Draft202012Validator({"$ref": f"urn:document#{quote(schema)}"}, registry=registry).validate(body)


def test_a_mend_says_no_more_than_was_seen(file: Path) -> None:
    content = document(OWNER | {"required": ["part", "id"]}, PART)
    show(watching(content, file), {"part": None})
    overlay, _ = overlay_for(seen(file), content, "test")
    mended = apply(content, overlay, "overlay")
    assert mended["components"] == content["components"]  # others who use Part never saw null
    schema = mended["paths"]["/things/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["part"]


def padded(body: Any, size: int) -> bytes:
    return json.dumps(body).encode() + b" " * size


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (THING, {"name": "x", "size": 1}),
        ({"type": "number"}, 1),
        ({"type": "integer"}, 1.0),
        ({"type": ["integer", "null"]}, None),
        ({}, {"anything": [1, None]}),
        ({"type": "object"}, {"free": 1}),
        ({"type": "object", "additionalProperties": {}}, {"free": {"x": 1}}),
        ({"type": "object", "additionalProperties": TEXT}, {"Jane Doe": "x"}),
        ({"type": "string", "nullable": True}, None),
        ({"anyOf": [TEXT, {"type": "null"}]}, None),
        ({**THING, "additionalProperties": True}, {"name": "x", "4f1c9a77": 1}),
        ({"const": "x"}, "x"),
        ({"oneOf": [{"required": ["name"]}, {"required": ["size"]}], **THING}, {"name": "x"}),
    ],
)
@pytest.mark.parametrize("padding", [0, 5_000], ids=["walked", "quick first"])
def test_what_is_documented_is_not_noted(schema: Any, body: Any, padding: int, file: Path) -> None:
    show(watching(document(schema), file), padded(body, padding))
    assert seen(file) == []


def test_a_recursive_schema_ends(file: Path) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    watch = watching(document({"$ref": "#/components/schemas/Node"}, {"Node": node}), file)
    show(watch, padded({"next": {"next": {"other": 1}}}, 5_000))
    assert brief(seen(file)) == [("field", "$.next.next.other", "other", "integer")]
    show(watch, b'{"next":' * 5_000 + b"{}" + b"}" * 5_000)  # deeper than any reader goes
    assert {one.kind for one in seen(file)} == {"field", "body"}


@pytest.mark.parametrize(
    ("status", "media", "noted", "content"),
    [
        (204, "application/json", ("status", "204", "application/json"), {"application/json": {}}),
        (204, "text/html", ("status", "204", "text/html"), {"text/html": {"schema": TEXT}}),
        (200, "text/csv", ("media", "200", "text/csv"), None),
        (200, "", ("media", "200", "*/*"), None),
        (200, "Secret of somebody!", ("media", "200", "*/*"), None),
    ],
)
def test_statuses_and_media_types(
    status: int, media: str, noted: tuple[str, str, str], content: Any, file: Path, tmp_path: Path
) -> None:
    described = document(THING)
    show(watching(described, file), {"name": "x"}, status, media)
    assert [(one.kind, one.status, one.media) for one in seen(file)] == [noted]
    overlay, left_out = overlay_for(seen(file), described, "test")
    assert not left_out
    if content is not None:
        assert overlay["actions"][0]["update"][str(status)]["content"] == content
    again = tmp_path / "again"
    show(watching(apply(described, overlay, "overlay"), again), {"name": "x"}, status, media)
    assert seen(again) == []


def test_a_status_without_a_body(file: Path, tmp_path: Path) -> None:
    described = document(THING)
    show(watching(described, file), b"", 404, "")
    overlay, _ = overlay_for(seen(file), described, "test")
    assert overlay["actions"][0]["update"] == {"404": {"description": "Seen in replies."}}
    again = tmp_path / "again"
    show(watching(apply(described, overlay, "overlay"), again), b"", 404, "")
    assert seen(again) == []


def test_what_no_overlay_can_say(file: Path) -> None:
    described = document({"type": "object", "properties": {"code": {"type": "integer", "enum": [1]}}})
    watch = watching(described, file)
    show(watch, b"<not json>")
    show(watch, {"code": 2})
    overlay, left_out = overlay_for(seen(file), described, "test")
    assert overlay["actions"] == []
    assert [(shape.kind, shape.name) for shape, _ in left_out] == [("body", ""), ("word", "*")]


def test_a_document_that_has_moved_on(file: Path) -> None:
    described = document(OWNER, PART)
    show(watching(described, file), {"part": {"b": 1}})
    del described["components"]["schemas"]["Part"]
    overlay, ((_, reason),) = overlay_for(seen(file), described, "test")
    assert overlay["actions"] == []
    assert "no longer has /components/schemas/Part" in reason


def test_an_operation_that_the_document_does_not_have_is_left_alone(file: Path) -> None:
    show(watching(document(THING), file), {"new": 1}, operation="getOther")
    assert seen(file) == []


def test_large_replies_are_a_sample(file: Path) -> None:
    watch = watching(document({"type": "array", "items": THING}), file)
    large = b'[{"name": "x"}%s]' % (b" " * 1_100_000)
    show(watch, large)
    for _ in range(7):
        show(watch, large.replace(b"name", b"news"))
    assert seen(file) == []
    show(watch, large.replace(b"name", b"news"))
    assert brief(seen(file)) == [("field", "$[].news", "news", "string")]
