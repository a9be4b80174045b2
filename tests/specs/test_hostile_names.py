"""Names and texts of a document that mean something in code: what is generated imports, or the document is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.errors import SpecsError
from openapi_drift.generation import client_generator, models_generator, tools
from openapi_drift.generation.client_generator import generate_client
from openapi_drift.generation.generate import generate
from openapi_drift.generation.models_generator import generate_models
from openapi_drift.generation.normalisation import for_client, for_models
from openapi_drift.generation.tools import GeneratorFailedError, finish_package

NAMES = [
    "a'b", "a'''b", "a{b}c", "{{ 7*7 }}", "{% raw %}", "{# x #}", "class", "None", "self", "import os", "a#b", "a%b",
    "__class__", "1a", "a-b", "a/b", "a~b", "é", "😀", "a)b(", "datetime", "Null", "on",
    "a\u2028b", "a\x85b", "a\u202eb", "a\x7fb", "typing", "Any", "Struct", "UNSET", "$ref", "a:b", "a,b", "a;b",
]  # fmt: skip
"""Names that are kept, in some spelling."""

NO_NAMES = ['a"b', '"""', "a\\b", "ab\\", "\\N{DIGIT ONE}", "a\nb", "a\rb", "a\x00b", "a\x1bb"]
"""Names that no model can have; a client can."""

TEXTS = [*NAMES, *NO_NAMES, '"""); import os #', "\\", "'", '"', "\\u", "\\x", "\r\n\t", " "]
TEXT = " ".join(TEXTS)
PROGRAM = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    importlib.import_module(module.name)
"""


def told_apart(names: list[str]) -> list[str]:
    """The names, of which Python makes different ones: signs that it does not have do not tell them apart."""
    return [name if name.isidentifier() else f"{name}{number}" for number, name in enumerate(names)]


def schema(names: list[str]) -> dict[str, Any]:
    names = told_apart(names)
    fields: dict[str, Any] = {name: {"type": "string", "description": TEXT, "title": name} for name in names}
    fields["word of many"] = {"type": "string", "enum": TEXTS, "default": TEXTS[0]}
    fields["fixed"] = {"type": "string", "const": TEXT}
    fields["with default"] = {"type": "string", "default": TEXT, "example": TEXT, "examples": [TEXT]}
    fields["inner"] = {"type": "object", "description": TEXT, "properties": {name: {} for name in names}}
    return {"type": "object", "title": "Thing", "description": TEXT, "required": names[::2], "properties": fields}


def document(names: list[str]) -> dict[str, Any]:
    """A document that has the names and the texts in every place where a generator makes code of them."""
    paths: dict[str, Any] = {}
    for number, name in enumerate(TEXTS):
        body = {"$ref": "#/components/schemas/Thing"}
        content = {"application/json": {"schema": body}, f"application/x-{number}+json": {"schema": body}}
        where = ("query", "header", "cookie")[number % 3]
        parameter = {"name": name if name.strip() else "x", "in": where, "description": TEXT}
        word = {"type": "string", "enum": TEXTS, "default": TEXTS[number], "description": TEXT}
        paths[f"/things/{number}"] = {
            "post": {
                "operationId": f"make {name} {number}",
                "tags": [name],
                "summary": TEXT,
                "description": TEXT,
                "parameters": [{**parameter, "schema": word}],
                "requestBody": {"content": content, "description": TEXT, "required": True},
                "responses": {"200": {"description": TEXT, "content": {"application/json": {"schema": body}}}},
                "security": [{name: []}],
            }
        }
    schemas = {f"{name} {number}": {"type": "object", "title": f"{number} {name}"} for number, name in enumerate(TEXTS)}
    schemes = {name: {"type": "apiKey", "in": "header", "name": "key", "description": TEXT} for name in TEXTS}
    return {
        "openapi": "3.1.0",
        "info": {"title": TEXT, "version": "1.0", "description": TEXT},
        "servers": [{"url": "https://things.invalid/", "description": TEXT}],
        "paths": paths,
        "components": {"schemas": {"Thing": schema(names), **schemas}, "securitySchemes": schemes},
    }


def stored(root: Path, content: dict[str, Any], kind: str) -> Path:
    """A checkout with this document only, without its overlay, and one package to generate."""
    (root / "specs" / "orders-v1" / "openapi.json").write_text(json.dumps(content))
    (root / "specs" / "orders-v1" / "overlay.yaml").unlink()
    registry = root / "specs" / "sources.toml"
    other = {"client": 'models = "orders_models"\n', "models": 'client = "orders"\n'}[kind]
    registry.write_text(registry.read_text().replace(other, ""))
    return root


def imported(root: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", PROGRAM, name],
        env={**os.environ, "PYTHONPATH": str(root / "generated")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["client", "models"])
def test_hostile_names_and_texts_give_code_that_imports(kind: str, checkout: Path) -> None:
    """Quotes, braces, keywords and the like in each place, with warnings being errors; a client can have any name."""
    names = [*NAMES, *NO_NAMES] if kind == "client" else NAMES
    generate(stored(checkout, document(names), kind))
    imported(checkout, {"client": "orders", "models": "orders_models"}[kind])


THINGS = {
    "": lambda thing: thing,
    "/properties/inner": lambda thing: {"properties": {"inner": thing}},
    "/allOf/0/items": lambda thing: {"allOf": [{"type": "array", "items": thing}]},
}


def with_property(name: str, place: str) -> dict[str, Any]:
    thing: dict[str, Any] = THINGS[place]({"type": "object", "properties": {name: {"type": "string"}}})
    return {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Thing": thing}}}


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("place", THINGS)
def test_a_property_that_no_model_can_have_is_left_out_with_a_note(name: str, place: str) -> None:
    """msgspec has no such names; a Struct reads past what it does not have."""
    normalised = for_models(with_property(name, place))
    assert json.dumps(name) not in json.dumps(normalised.document)
    (note,) = [note for note in normalised.notes if note.lost]
    assert note.place.startswith(f"/components/schemas/Thing{place}/properties/")


@pytest.mark.parametrize("name", ["to_dict", "toDict", "from-dict", "additionalProperties", "d", "field_dict", "prop"])
@pytest.mark.parametrize("place", THINGS)
def test_a_property_that_takes_a_models_own_name_gets_a_stand_in(name: str, place: str) -> None:
    """The class would not import, or lose its method, or mix its values up; what travels is the document's name."""
    normalised = for_client(with_property(name, place))
    ((stand_in, wire),) = normalised.wire_names.items()
    assert wire == name
    assert json.dumps({stand_in: {"type": "string"}}) in json.dumps(normalised.document)


@pytest.mark.parametrize("name", ["params", "headers", "Cookies", "body"])
def test_a_parameter_that_takes_a_functions_own_name_gets_a_stand_in(name: str) -> None:
    """The function would send itself, or have the same argument twice."""
    parameter = {"name": name, "in": "query", "schema": {"type": "string"}}
    content = {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [parameter], "responses": {}}}}}
    ((stand_in, wire),) = for_client(content).wire_names.items()
    assert (stand_in, wire) == (f"field_{name.lower()}", name)


def test_a_schema_with_a_dot_is_renamed_for_models_with_all_references() -> None:
    """To the generator a dot is a module."""
    schemas = {"a.B": {"type": "object"}, "a_B": {"type": "array", "items": {"$ref": "#/components/schemas/a.B"}}}
    content = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}}
    found = for_models(content).document["components"]["schemas"]
    assert found == {
        "a_B_2": {"type": "object"},
        "a_B": {"type": "array", "items": {"$ref": "#/components/schemas/a_B_2"}},
    }


def test_data_and_names_are_no_properties() -> None:
    """An example may hold anything, and a schema may be called `properties`."""
    hostile = {"properties": {'a"b': 1, "to_dict": 2}}
    schemas = {"properties": {"type": "object", "example": hostile, "x-note": hostile}}
    content = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}}
    assert for_models(content).document == content
    assert for_client(content).wire_names == {}


ODD: dict[str, Any] = {
    "paths of nothing": {"paths": {"/a": None, "/b": [], "/c": 1}},
    "operations of nothing": {"paths": {"/a": {"get": None, "post": [], "put": 1}}},
    "an id that is a number": {"paths": {"/a": {"get": {"operationId": 1, "responses": {}}}}},
    "bodies of nothing": {"paths": {"/a": {"get": {"responses": {"200": {"content": {"*/*": None, "a/b": 1}}}}}}},
    "components of nothing": {"components": {"schemas": None}},
    "schemas of nothing": {"components": {"schemas": {"a": None, "b": [], "c": "x"}}},
    "parameters of nothing": {"paths": {"/a": {"parameters": None, "get": {"parameters": [None, 1], "responses": 1}}}},
}


@pytest.mark.parametrize("odd", ODD)
def test_parts_of_the_wrong_kind_come_to_the_generator(
    odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What we look at ourselves may be of any kind: it is the generator that refuses it, in words."""
    document_path = tmp_path / "openapi.json"

    def refusing(module: str, arguments: list[str], *, cwd: Path) -> tools.ToolOutput:
        raise GeneratorFailedError("refused in words")

    for generator in (client_generator, models_generator):
        monkeypatch.setattr(generator, "run_tool", refusing)
    content = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {}}} | ODD[odd]
    document_path.write_text(json.dumps(content))
    with pytest.raises(GeneratorFailedError, match="refused in words"):
        generate_client(content, document_path, tmp_path / "things")
    with pytest.raises(SpecsError, match=r"refused in words|no schemas to make models of"):
        generate_models(content, document_path, tmp_path / "things")


@pytest.mark.parametrize("kind", ["client", "models"])
def test_what_makes_a_generator_fail_is_told_without_its_frames(kind: str, checkout: Path) -> None:
    """As deep as the reader allows: too deep for a program that recurses, whose traceback tells nothing."""
    deep = json.loads('{"items": ' * 190 + "{}" + "}" * 190)
    whole = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}}
    try:
        generate(stored(checkout, {**whole, "components": {"schemas": {"a": deep}}}, kind))
    except SpecsError as error:
        said = str(error)
        assert "Traceback" not in said
        assert ", line " not in said


def test_code_that_does_not_import_is_refused(tmp_path: Path) -> None:
    """Whatever a generator writes, a package is imported once before it counts."""
    (tmp_path / "things").mkdir()
    (tmp_path / "things" / "__init__.py").write_text("")
    module = tmp_path / "things" / "inner.py"
    for code, says in (
        ("1 / 0\n", "ZeroDivisionError"),
        ('x = "\\d"\n', "invalid escape sequence"),
        ("x =", "invalid"),
    ):
        module.write_text(code)
        with pytest.raises(SpecsError, match=says) as caught:
            finish_package(tmp_path / "things")
        assert "Traceback" not in str(caught.value)


def test_a_generator_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document can be too much for it."""
    monkeypatch.setattr(tools, "_DEADLINE", 0.3)
    (tmp_path / "forever.py").write_text("while True: pass\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SpecsError, match=r"forever had not ended after 0\.3 s"):
        tools.run_tool("forever", [], cwd=tmp_path)
