"""The proof of what is generated finds faults that are put into it, each kind of them, and else none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi_drift.__main__ import main
from openapi_drift.errors import SpecsError
from openapi_drift.generation import proof
from openapi_drift.generation.generate import generate
from openapi_drift.generation.proof.bodies import body_difference
from openapi_drift.generation.proof.comparison import difference
from openapi_drift.generation.proof.described import DescribedPart
from openapi_drift.generation.proof.examples import ExampleBuilder, ExampleStyle
from openapi_drift.generation.proof.json_schema import SchemaDocument
from openapi_drift.generation.proof.report import ProofReport
from openapi_drift.generation.proof.serialization import joined, pairs

REPOSITORY = Path(__file__).parents[2]
ORDER = {"$ref": "#/components/schemas/Order"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "tags": ["orders"],
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                    {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "boolean"}},
                    {"name": "region", "in": "cookie", "schema": {"type": "string", "default": "eu"}},
                ],
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": {"type": "array", "items": ORDER}}},
                    }
                },
            },
            "post": {
                "operationId": "createOrder",
                "tags": ["orders"],
                "requestBody": {"required": True, "content": {"application/json": {"schema": ORDER}}},
                "responses": {"204": {"description": "Created"}},
            },
        },
        "/orders/{orderId}": {
            "parameters": [{"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getOrder",
                "tags": ["orders"],
                "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": ORDER}}}},
            },
            "delete": {
                "operationId": "deleteOrder",
                "tags": ["orders"],
                "responses": {"204": {"description": "Gone"}},
            },
        },
        "/files": {
            "put": {
                "operationId": "putFile",
                "tags": ["files"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file"],
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "note": {"type": "string"},
                                    "numbers": {"type": "array", "items": {"type": "integer"}},
                                },
                            }
                        }
                    },
                },
                "responses": {"204": {"description": "Kept"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[A-Z]{3}$"},
                    "state": {"type": "string", "enum": ["new", "sent"]},
                    "at": {"type": "string", "format": "date-time"},
                    "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                    "parent": ORDER,
                },
            },
            "Line": {
                "type": "object",
                "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "default": 1}},
            },
            "Customer": {
                "type": "object",
                "properties": {"fullName": {"type": ["string", "null"]}, "mail": {"type": "string", "format": "email"}},
            },
        }
    },
}
ENTRY = """\
[{id}]
vendor = "Shop"
url = "https://shop.example/{id}"
format = "json"
provenance = "reconstructed"
version = "1"
sha256 = ""  # not asked for here
date = "2026-01-01"
client = "{id}"
"""
# Each fault: file, text there, what it becomes, then place and words of what is found.
FAULTS = {
    "a wire name": ("models/customer.py", '"fullName"', '"full_name"', "schemas/Customer", "keeps 'fullName'"),
    "a field that is not sent": ("models/line.py", 'field_dict["sku"] = sku', "pass", "schemas/Line", "sku is lost"),
    "a required field": ("models/order.py", 'd.pop("id")', 'd.pop("id", "")', "schemas/Order", "required 'id'"),
    "a word refused": ("models/order_state.py", '"sent"', '"send"', "schemas/Order", "refuses what the schema allows"),
    "a type": ("models/customer.py", 'T = TypeVar("T', 'wrong: int = "x"\nT = TypeVar("T', "customer.py:", "mypy: "),
    "a query name": ("api/orders/list_orders.py", 'params["page"]', 'params["pages"]', "parameter 'page'", "pages=1"),
    "a header's name": ("api/orders/list_orders.py", 'headers["X-Trace"]', 'headers["X-Trail"]', "'X-Trace'", "None"),
    "a cookie's name": ("api/orders/list_orders.py", 'cookies["region"]', 'cookies["area"]', "'region'", "None"),
    "a path": ("api/orders/get_order.py", '"url": "/orders/', '"url": "/order/', "GET /orders/{orderId}", "/order/"),
    "a status": ("api/orders/get_order.py", "== 200", "== 201", "GET /orders/{orderId}, reply 200", "is not read"),
    "a media type": ("api/orders/create_order.py", '"application/json"', '"text/json"', "POST /orders", "text/json"),
    "a part": ("models/put_file_body.py", '"note"', '"notes"', "PUT /files, body", "keeps 'note'"),
    "a method": ("api/orders/delete_order.py", '"delete"', '"put"', "DELETE /orders/{orderId}", "no function"),
    "a Struct's field": ("_models/__init__.py", "sku:", "sku_:", "schemas/Line", "sku is lost"),
    "a Struct's type": ("_models/__init__.py", "mail: str", "mail: int", "schemas/Customer", "Expected `int"),
    "a Struct's required": ("_models/__init__.py", '{3}$")]', '{3}$")] = "AAA"', "schemas/Order", "required 'id'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of a shop, generated; of the same with all faults in it; and of one that does not import."""
    root = tmp_path_factory.mktemp("shop") / "checkout"
    entries = [ENTRY.format(id="shop") + 'models = "shop_models"\n']
    _write_entry(root, "shop", DOCUMENT, entries)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    generate(root)
    for id_ in ("faulty", "broken"):
        shutil.copytree(root / "generated" / "shop", root / "generated" / id_)
    entries += [ENTRY.format(id="faulty") + 'models = "faulty_models"\n', ENTRY.format(id="broken")]
    for id_ in ("faulty", "broken"):
        _write_entry(root, id_, DOCUMENT, entries)
    models = root / "generated" / "faulty_models"
    shutil.copytree(root / "generated" / "shop_models", models)
    _replace(models / "__init__.py", "shop_models", "faulty_models")
    for file, there, becomes, _, _ in FAULTS.values():
        folder = models if file.startswith("_models") else root / "generated" / "faulty"
        _replace(folder / file.removeprefix("_models/"), there, becomes)
    _replace(root / "generated" / "broken" / "api" / "orders" / "get_order.py", "import httpx", "import no_such_module")
    return root


@pytest.fixture(scope="module")
def reports(checkout: Path) -> dict[str, ProofReport]:
    return proof.proven(checkout)


def _write_entry(root: Path, id_: str, document: dict[str, Any], entries: list[str]) -> None:
    folder = root / "specs" / id_
    folder.mkdir(parents=True)
    (folder / "openapi.json").write_text(json.dumps(document))
    (root / "specs" / "sources.toml").write_text("\n".join(entries))


def _replace(path: Path, there: str, becomes: str) -> None:
    text = path.read_text()
    assert there in text, f"{path} has no {there!r}"
    path.write_text(text.replace(there, becomes))


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_each_kind_is_found(reports: dict[str, ProofReport], kind: str) -> None:
    """With its place, what went wrong, and, but for types, the example."""
    file, _, _, place, words = FAULTS[kind]
    package = "faulty_models" if file.startswith("_models") else "faulty"
    findings = [one for one in reports["faulty"].findings if one.package == package]
    found = [one for one in findings if place in one.place and words in one.words]
    assert found, "\n".join(map(str, findings))
    assert found[0].example or words in ("mypy: ", "no function")


def test_where_no_fault_is_none_is_found(reports: dict[str, ProofReport]) -> None:
    report = reports["shop"]
    assert [str(finding) for finding in report.findings] == []
    assert report.untried == []
    assert report.counts["operations"] == 5


def test_what_cannot_be_imported_is_found_with_the_module(reports: dict[str, ProofReport]) -> None:
    [import_, *types] = reports["broken"].findings
    assert import_.place == "broken.api.orders.get_order"
    assert "ModuleNotFoundError: No module named 'no_such_module'" in import_.words
    assert any("no_such_module" in one.words for one in types)


def test_an_operation_that_may_be_missing_is_no_finding(reports: dict[str, ProofReport]) -> None:
    """By its entry in sources.toml; any other fault of the same operation stays one."""
    report = ProofReport.from_json(reports["faulty"].to_json())
    before = list(report.findings)
    report.accept({"DELETE /orders/{orderId}": "nobody calls it", "POST /orders": "not missing"})
    assert [one.place for one in before if one not in report.findings] == ["DELETE /orders/{orderId}"]
    assert report.untried == ["faulty: DELETE /orders/{orderId}: accepted as missing: nobody calls it"]


def test_the_command_tells_all_findings_and_fails(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(checkout), "prove", "broken"]) == 1
    out = capsys.readouterr().out
    assert "broken: 4 findings" in out
    assert "broken.api.orders.get_order: cannot be imported" in out


def test_an_entry_that_is_not_there_is_told(checkout: Path) -> None:
    with pytest.raises(SpecsError, match=r"no entry of sources.toml: nothing; there are shop, faulty, broken"):
        proof.prove(checkout, ["nothing"])


def test_a_package_that_is_not_there_is_told(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecsError, match=r"has no package shop, shop_models; generate first"):
        proof.prove(checkout, ["shop"], tmp_path)


def test_a_missing_tool_is_told_with_the_extra(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "find_spec", lambda name: None if name == "mypy" else object())
    with pytest.raises(SpecsError, match=r'a proof needs mypy, .*: pip install "optcloud\[codegen\]"'):
        proof.prove(checkout)


SCALARS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": "^[a-z]{2}[0-9]$"},
        {"type": "string", "minLength": 9, "maxLength": 12},
        {"type": ["integer", "null"], "minimum": 3},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        {"type": "integer", "multipleOf": 7, "minimum": 1},
        {"type": "boolean"},
        {"enum": ["a", 1, None]},
        {"const": "word"},
        {},
    ]
)
NAMES = st.sampled_from(["A", "B", "C"])
REFERENCES = NAMES.map(lambda name: {"$ref": f"#/components/schemas/{name}"})


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    properties = st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, max_size=3)
    return st.builds(
        lambda found, closed, least: {
            "type": "object",
            "properties": found,
            "required": [name for name in found if name in least],
            **({"additionalProperties": False} if closed else {}),
        },
        properties,
        st.booleans(),
        st.sets(st.sampled_from(["x", "y"])),
    )


SCHEMAS = st.recursive(
    SCALARS | REFERENCES,
    lambda inner: (
        _objects(inner)
        | st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 2))
        | st.lists(inner, min_size=1, max_size=3).map(lambda found: {"anyOf": found})
        | inner.map(lambda found: {"allOf": [found]})
    ),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"A": _objects(SCHEMAS), "B": SCALARS, "C": _objects(SCHEMAS)}))
@settings(max_examples=25, suppress_health_check=[HealthCheck.nested_given])  # texts for patterns are found with it
def test_examples_are_valid_the_same_each_time_and_bounded(schemas: dict[str, Any]) -> None:
    """Of any schemas, those that contain themselves included: building ends, and what is built is what they allow."""
    document = SchemaDocument.of({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}}, "d")
    builders = [ExampleBuilder(document), ExampleBuilder(document)]
    for name, schema in schemas.items():
        place = f"/components/schemas/{name}"
        first, second = (builder.examples(place, schema, ExampleStyle(undeclared=True)) for builder in builders)
        assert first == second
        assert [document.error(place, example) for example in first] == [None] * len(first)
        assert len(json.dumps(first)) < 200_000


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        {"type": "string", "nullable": True, "enum": ["a"]},
        {"nullable": True, "allOf": [{"type": "object"}]},
    ],
)
def test_the_words_of_openapi_3_0_are_understood(schema: dict[str, Any]) -> None:
    components = {"schemas": {"A": schema}}
    document = SchemaDocument.of({"openapi": "3.0.3", "paths": {}, "components": components}, "d")
    place = "/components/schemas/A"
    assert (document.error(place, None) is None) == ("nullable" in schema)
    assert document.error(place, 0) is not None
    assert ExampleBuilder(document).examples(place, document.content["components"]["schemas"]["A"], ExampleStyle())


LISTS = st.lists(st.text(st.characters(codec="ascii", exclude_characters=",|; ."), min_size=1), min_size=2, max_size=4)


@given(LISTS, st.sampled_from(["form", "spaceDelimited", "pipeDelimited"]), st.booleans())
def test_a_list_in_a_query_is_repeated_or_delimited(items: list[str], style: str, explode: bool) -> None:
    found = pairs({"name": "q", "in": "query", "style": style, "explode": explode}, items)
    delimiter = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}[style]
    assert found == ([("q", item) for item in items] if explode else [("q", delimiter.join(items))])


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ({"in": "path"}, "a,1,b,true"),
        ({"in": "path", "explode": True}, "a=1,b=true"),
        ({"in": "path", "style": "label"}, ".a,1,b,true"),
        ({"in": "path", "style": "label", "explode": True}, ".a=1.b=true"),
        ({"in": "path", "style": "matrix"}, ";p=a,1,b,true"),
        ({"in": "path", "style": "matrix", "explode": True}, ";a=1;b=true"),
        ({"in": "header", "content": {"application/json": {}}}, '{"a": 1, "b": true}'),
    ],
)
def test_an_object_in_a_path_is_written_by_its_style(parameter: dict[str, Any], text: str) -> None:
    """As in the table of OpenAPI's page on styles."""
    assert joined({"name": "p"} | parameter, {"a": 1, "b": True}) == text


@pytest.mark.parametrize(
    ("got", "given_", "words"),
    [
        ({"a": 1.0, "at": "2026-01-02T03:04:05+00:00"}, {"a": 1, "at": "2026-01-02T03:04:05Z"}, None),
        ({"at": "2026-01-02T05:04:05+02:00"}, {"at": "2026-01-02T03:04:05Z"}, "at is"),
        ({"a": 5}, {}, None),
        ({"a": 6}, {}, "a has come"),
        ({}, {"a": None}, "a is lost"),
        ({"a": True}, {"a": 1}, "a is True"),
        ({"a": [{"b": "PT90S"}]}, {"a": [{"b": "PT1M30S"}]}, None),
        ({"a": [1]}, {"a": [1, 2]}, "a has 1 items"),
    ],
)
def test_only_spelling_and_defaults_may_differ(got: Any, given_: Any, words: str | None) -> None:
    found = difference(got, given_, {"a": [5]})
    assert found is None if words is None else found is not None and words in found


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    import httpx

    with httpx.Client(base_url="http://localhost") as client:
        yield client


def test_a_form_is_held_to_its_encoding(client: Any) -> None:
    """Lists repeated by default, joined where the document says so."""
    content = {"schema": {}, "encoding": {"b": {"style": "form", "explode": False}}}
    form = DescribedPart("application/x-www-form-urlencoded", "", content, True, {}, "")
    example = {"a": [1, 2], "b": [1, 2], "c": True}
    right = client.build_request("POST", "/", data={"a": ["1", "2"], "b": "1,2", "c": "true"})
    wrong = client.build_request("POST", "/", data={"a": ["1", "2"], "b": ["1", "2"], "c": "true"})
    assert body_difference(right, form, example) is None
    assert "the form sent is" in str(body_difference(wrong, form, example))
