"""What generators stumble over is mended on the way in: one small document has each kind, and is generated once."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_drift.documents.document import parse_openapi
from openapi_drift.generation.client_generator import generate_client
from openapi_drift.generation.models_generator import generate_models
from openapi_drift.generation.normalisation import for_client, for_models

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = """
openapi: 3.0.3
info: {title: Depots, version: 1.10}
paths:
  /depots/{id}:
    get:
      operationId: getDepot
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: open, in: query, schema: {type: string, enum: [on, off]}}
        - {name: day<, in: query, schema: {type: string}}
        - {name: day>, in: query, schema: {type: string}}
        - {name: body, in: query, schema: {type: string}}
      responses:
        200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Client'}}}}
        404: {description: none, content: {application/json: {schema: {$ref: '#/components/schemas/Response'}}}}
  /archive:
    get:
      operationId: getArchive
      parameters: [{$ref: '#/paths/~1depots~1{id}/get/parameters/1'}]
      responses:
        200: {$ref: '#/paths/~1depots~1{id}/get/responses/200'}
  /vehicle:
    get:
      operationId: getVehicle
      responses:
        200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Vehicle'}}}}
        406: {description: no, content: {application/pdf: {schema: {type: string}}}}
components:
  schemas:
    Client:
      type: object
      required: [kind]
      properties:
        kind: {type: string, nullable: true, enum: [road, rail]}
        part: {nullable: true, allOf: [{$ref: '#/components/schemas/Response'}]}
        parts: {type: array, nullable: true, items: {nullable: true, allOf: [{$ref: '#/components/schemas/Response'}]}}
        places: {type: object, additionalProperties: {type: integer, nullable: true}}
        motto: {type: string, default: 'say "hi" \\ and ''x'''}
        code: {type: string, enum: [007, 0x1F, 06:00]}
        to_dict: {type: string, example: {$ref: '#/nowhere'}}
        010: {type: integer, default: 1e3}
        site: {type: string, format: url}
        either: {oneOf: [{$ref: '#/components/schemas/Response'}, {$ref: '#/components/schemas/a.Truck'}]}
    Response: {type: object, required: [reason], properties: {reason: {type: string}}}
    Base: {type: object, required: [type], properties: {type: {type: string}}, discriminator: {propertyName: type}}
    a.Truck: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {axles: {type: integer}}}]}
    a.Van: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {seats: {type: integer}}}]}
    Vehicle:
      oneOf: [{$ref: '#/components/schemas/a.Truck'}, {$ref: '#/components/schemas/a.Van'}]
      discriminator: {propertyName: type, mapping: {truck: '#/components/schemas/a.Truck', van: a.Van}}
"""
VALUE = {
    "kind": None, "part": None, "parts": [None, {"reason": "late"}], "places": {"a": None, "b": 1},
    "code": "007", "to_dict": "x", "010": 4, "either": {"type": "truck", "axles": 2},
}  # fmt: skip


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with the packages `depots` and `depots_models`, which can be imported."""
    folder = tmp_path_factory.mktemp("depots")
    document = parse_openapi(TEXT, "depots.yaml")
    (folder / "in").mkdir()
    path = folder / "in" / "openapi.json"
    path.write_text(json.dumps(document))
    found = [*generate_client(document, path, folder / "depots")]
    found += generate_models(document, path, folder / "depots_models")
    assert [finding for finding in found if finding.lost] == []
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder


def answered(status: int, body: Any) -> tuple[Any, list[httpx.Request]]:
    """A generated client that gets one reply, and the requests it sent."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, json=body)

    transport = httpx.Client(base_url="http://depots.invalid", transport=httpx.MockTransport(answer))
    return importlib.import_module("depots").Client("http://depots.invalid").set_httpx_client(transport), seen


@pytest.mark.usefixtures("packages")
class TestClient:
    def test_nulls_and_the_names_of_the_document_travel(self) -> None:
        client, seen = answered(200, VALUE)
        get = importlib.import_module("depots.api.default.get_depot")
        found = get.sync("7", client=client, day="a", day_gt="b", field_body="c", open_="on")
        assert found.to_dict() == VALUE
        assert dict(seen[0].url.params) == {"open": "on", "day<": "a", "day>": "b", "body": "c"}

    def test_a_schema_with_the_name_of_a_class_of_ours_is_read_as_the_schema(self) -> None:
        client, _ = answered(404, {"reason": "gone"})
        found = importlib.import_module("depots.api.default.get_depot").sync_detailed("7", client=client).parsed
        assert found == importlib.import_module("depots.models").ResponseModel(reason="gone")

    def test_a_default_goes_out_as_it_is_written(self) -> None:
        model = importlib.import_module("depots.models").ClientModel(kind="road")
        assert model.to_dict()["motto"] == "say \"hi\" \\ and 'x'"
        assert model.to_dict()["010"] == 1000

    @pytest.mark.parametrize(("tag", "name"), [("truck", "ATruck"), ("van", "AVan")])
    def test_a_tag_tells_which_model_it_is(self, tag: str, name: str) -> None:
        client, _ = answered(200, {"type": tag})
        found = importlib.import_module("depots.api.default.get_vehicle").sync(client=client)
        assert type(found).__name__ == name

    def test_a_reference_into_a_path_is_what_stands_there(self) -> None:
        client, seen = answered(200, VALUE)
        found = importlib.import_module("depots.api.default.get_archive").sync(client=client, open_="off")
        assert found.code == "007"
        assert seen[0].url.query == b"open=off"


@pytest.mark.usefixtures("packages")
class TestModels:
    def test_what_the_document_allows_comes_back_as_it_came(self) -> None:
        models = importlib.import_module("depots_models")
        found = msgspec.json.decode(json.dumps(VALUE), type=models.Client)
        assert json.loads(msgspec.json.encode(found)) == {**VALUE, "motto": found.motto}
        assert found.motto == "say \"hi\" \\ and 'x'"

    @pytest.mark.parametrize(("tag", "name"), [("truck", "ATruck"), ("van", "AVan")])
    def test_a_tag_tells_which_struct_it_is(self, tag: str, name: str) -> None:
        models = importlib.import_module("depots_models")
        found = msgspec.json.decode(json.dumps({"type": tag}), type=models.Vehicle)
        assert type(found).__name__ == name
        assert json.loads(msgspec.json.encode(found)) == {"type": tag}


PLAIN = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
        {"type": "integer", "maximum": 1, "exclusiveMaximum": False},
        {"type": "string", "enum": ["a", "b"]},
        {"enum": ["a", None]},
        {"$ref": "#/components/schemas/Named"},
        {"$ref": "#/components/schemas/Open"},
        {"type": "boolean"},
    ]
)


def _nested(below: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda item: {"type": "array", "items": item}, below),
        st.builds(lambda item: {"type": "object", "additionalProperties": item}, below),
        st.builds(
            lambda key, members: {key: members},
            st.sampled_from(["allOf", "anyOf", "oneOf"]),
            st.lists(below, min_size=1, max_size=2),
        ),
        st.builds(lambda schema: {**schema, "nullable": True}, below),
    )


VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1, 2, "a", "c"]),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.just("k"), below, max_size=1),
    max_leaves=3,
)


def _wrapped(schema: Any) -> Any:
    """The 3.0 schema with null as JSON Schema says it, by the plainest rule: anything nullable is that, or null."""
    if isinstance(schema, list):
        return [_wrapped(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {key: _wrapped(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [rest, {"enum": [None]}]} if schema.get("nullable") else rest


@given(schema=st.recursive(PLAIN, _nested, max_leaves=4), values=st.lists(VALUES, min_size=1, max_size=4))
def test_nulls_said_as_31_take_the_same_values(schema: dict[str, Any], values: list[Any]) -> None:
    """Draft 4 knows the exclusive limits of 3.0 as they are; what the generators read is 2020-12."""
    named = {"Named": {"type": "string", "nullable": True}, "Open": {"type": "object"}, "It": schema}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": named},
    }
    before = {"components": {"schemas": _wrapped(named)}, **_wrapped({"allOf": [schema]})}
    after = for_client_nulls(document)
    for value in values:
        was = jsonschema.Draft4Validator(before).is_valid(value)
        assert jsonschema.Draft202012Validator(after).is_valid(value) == was, (schema, value)


def for_client_nulls(document: dict[str, Any]) -> dict[str, Any]:
    from openapi_drift.generation.normalisation.nulls import say_as_31

    copy = json.loads(json.dumps(document))
    assert list(say_as_31(copy)) == []
    return {"components": copy["components"], "$ref": "#/components/schemas/It"}


NAMES = st.sampled_from(
    [
        "d",
        "cls",
        "to_dict",
        "a-b",
        "a_b",
        "aB",
        "A B",
        "self",
        'q"x',
        "b\\s",
        "two\nlines",
        "nul\x00",
        "é",
        "😀",
        "1st",
        "",
    ]
)


@given(names=st.lists(NAMES, min_size=1, max_size=6, unique=True))
def test_each_property_has_its_own_python_name_and_stands_for_its_own(names: list[str]) -> None:
    from openapi_drift.generation.normalisation.client_names import identifier

    thing = {"type": "object", "required": names, "properties": {name: {"type": "string"} for name in names}}
    document = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Thing": thing}}}
    normalised = for_client(document)
    found = normalised.document["components"]["schemas"]["Thing"]
    assert [normalised.wire_names.get(name, name) for name in found["properties"]] == names
    assert [normalised.wire_names.get(name, name) for name in found["required"]] == names
    assert len({identifier(name) for name in found["properties"]}) == len(names)
    left_out = {note.place for note in for_models(document).notes if note.lost}
    assert len(left_out) == len([name for name in names if set(name) & set('"\\\n\x00')])
