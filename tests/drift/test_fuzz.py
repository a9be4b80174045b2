"""Documents made by hypothesis: what says the same differs in nothing, and nothing makes the comparison crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import LoadedDocument, load_text
from openapi_drift.errors import SpecsError

FUZZ = settings(max_examples=30)
NAMES = ("Task", "Job", "Plan")
REFERENCES = st.sampled_from(NAMES).map(lambda name: {"$ref": f"#/components/schemas/{name}"})
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.text("ab", max_size=2))

LEAVES = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "number", "boolean"])},
    optional={
        "enum": st.lists(SCALARS, min_size=1, max_size=3),
        "default": SCALARS,
        "maximum": st.integers(0, 9),
        "minLength": st.integers(0, 9),
        "pattern": st.sampled_from(["^a", ".*"]),
        "format": st.sampled_from(["int32", "int64", "date", "uuid"]),
        "nullable": st.booleans(),
        "deprecated": st.booleans(),
        "readOnly": st.booleans(),
        "description": st.text("xy ", max_size=5),
        "example": SCALARS,
    },
)


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"minItems": st.integers(0, 3)}),
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3)},
            optional={
                "required": st.lists(st.sampled_from("abc"), unique=True),
                "additionalProperties": st.one_of(st.booleans(), inner),
            },
        ),
        st.dictionaries(st.sampled_from(["allOf", "anyOf", "oneOf"]), some, min_size=1, max_size=1),
        inner.map(lambda schema: {"not": schema}),
    )


SCHEMAS = st.recursive(st.one_of(LEAVES, REFERENCES), _composed, max_leaves=8)
CONTENTS = SCHEMAS.map(lambda schema: {"content": {"application/json": {"schema": schema}}})
PARAMETERS = st.builds(
    lambda name, schema, required: {"in": "query", "name": name, "schema": schema, "required": required},
    st.sampled_from(["limit", "sort"]),
    SCHEMAS,
    st.booleans(),
)
OPERATIONS = st.fixed_dictionaries(
    {"responses": st.dictionaries(st.sampled_from(["200", "4XX", "default"]), CONTENTS, min_size=1)},
    optional={
        "requestBody": CONTENTS,
        "parameters": st.lists(PARAMETERS, max_size=2, unique_by=lambda parameter: parameter["name"]),
        "tags": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "deprecated": st.booleans(),
        "security": st.just([{"key": []}]),
    },
)
PATHS = st.dictionaries(
    st.sampled_from(["/jobs", "/jobs/{id}", "/plans"]),
    st.dictionaries(st.sampled_from(["get", "post"]), OPERATIONS, min_size=1),
    min_size=1,
)
DOCUMENTS = st.builds(
    lambda paths, schemas: {
        "openapi": "3.0.3",
        "info": {"title": "Jobs", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": dict(zip(NAMES, schemas, strict=True))},
    },
    PATHS,
    st.tuples(*[st.one_of(LEAVES, _composed(st.one_of(LEAVES, REFERENCES)))] * 3),
)


def loaded(document: dict[str, Any], form: str = "json") -> LoadedDocument:
    text = json.dumps(document) if form == "json" else yaml.safe_dump(document, sort_keys=False)
    return load_text(text, f"jobs.{form}")


def changed(base: dict[str, Any], revision: dict[str, Any], form: str = "json") -> list[str]:
    return [f"{change.id}: {change.text}" for change in compare(loaded(base), loaded(revision, form))]


SETS = ("required", "enum", "allOf", "anyOf", "oneOf", "parameters", "tags")


def reordered(value: Any, key: str = "") -> Any:
    """Return the value with its keys, and the lists whose order means nothing, the other way round."""
    if isinstance(value, dict):
        return {key: reordered(item, key) for key, item in reversed(value.items())}
    if isinstance(value, list):
        items = [reordered(item) for item in value]
        return items[::-1] if key in SETS else items
    return value


def in_words_of_31(value: Any) -> Any:
    """Return the document as OpenAPI 3.1 writes it: null among the types."""
    if isinstance(value, list):
        return [in_words_of_31(item) for item in value]
    if not isinstance(value, dict):
        return value
    new = {key: in_words_of_31(item) for key, item in value.items()}
    if new.pop("nullable", None) is True:
        new["type"] = [new["type"], "null"]
    if "openapi" in new:
        new["openapi"] = "3.1.0"
    return new


def referred(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the schemas of its bodies moved to the components."""
    new = copy.deepcopy(document)
    schemas = new["components"]["schemas"]
    for path, item in new["paths"].items():
        for method, operation in item.items():
            bodies = [operation.get("requestBody"), *operation["responses"].values()]
            for index, body in enumerate(body for body in bodies if body):
                media_type = body["content"]["application/json"]
                name = f"{path}-{method}-{index}".replace("/", "-").replace("{", "").replace("}", "")
                schemas[name] = media_type["schema"]
                media_type["schema"] = {"$ref": f"#/components/schemas/{name}"}
    return new


def unreferred(value: Any, schemas: dict[str, Any]) -> Any:
    """Return the value with each reference replaced, once, by what it refers to."""
    if isinstance(value, list):
        return [unreferred(item, schemas) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return schemas[value["$ref"].rsplit("/", 1)[1]]
    return {key: unreferred(item, schemas) for key, item in value.items()}


SAME: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "itself": lambda document: document,
    "reordered": reordered,
    "in the words of 3.1": in_words_of_31,
    "schemas moved to the components": referred,
    "references replaced by what they refer to": lambda document: {
        **document,
        "paths": unreferred(document["paths"], document["components"]["schemas"]),
    },
}


@pytest.mark.parametrize("how", SAME, ids=list(SAME))
@given(document=DOCUMENTS, form=st.sampled_from(["json", "yaml"]))
@FUZZ
def test_a_document_differs_in_nothing_from_itself(how: str, form: str, document: dict[str, Any]) -> None:
    same = SAME[how](document)
    assert changed(document, same, form) == []
    assert [change for change in changed(same, document) if not change.startswith("api-schema-removed")] == []


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, item in entries for place in places(item, (*path, key))]


JUNK = st.one_of(
    SCALARS,
    SCHEMAS,
    st.sampled_from([{}, [], [[]], {"$ref": "#/paths"}, {"$ref": "#/components/schemas/Task"}, {"": None}, 1e300, "x"]),
)


def mutated(document: dict[str, Any], place: tuple[str | int, ...], junk: Any) -> dict[str, Any]:
    new = copy.deepcopy(document)
    target: Any = new
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    return new


@given(document=DOCUMENTS, data=st.data())
@settings(FUZZ, max_examples=80)
def test_no_mutation_crashes(document: dict[str, Any], data: st.DataObject) -> None:
    mutant = document
    for _ in range(data.draw(st.integers(1, 3))):
        mutant = mutated(mutant, data.draw(st.sampled_from(places(mutant))), data.draw(JUNK))
    for base, revision in ((document, mutant), (mutant, document)):
        try:
            changes = compare(loaded(base), loaded(revision, "yaml"))
        except SpecsError as error:
            assert "jobs." in str(error)  # it names the file
        else:
            json.dumps([change.as_dict() for change in changes])


@given(document=DOCUMENTS, other=DOCUMENTS)
@FUZZ
def test_any_two_documents_are_compared_and_every_place_is_found(
    document: dict[str, Any], other: dict[str, Any]
) -> None:
    base, revision = loaded(document), loaded(other, "yaml")
    for change in compare(base, revision):
        assert change.text
        assert "\n" not in change.text
        for side, name in ((change.base, base.name), (change.revision, revision.name)):
            assert side is None or side.position is None or side.position.file == name
        assert change.base is not None or change.revision is not None
