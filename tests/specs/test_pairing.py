"""Names that a vendor changed come back: operations, tags, schemas, parameters of paths, base paths, titles."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi_drift.adoption.pairing import operations_of, pair
from openapi_drift.adoption.renames import adopted_overlay
from openapi_drift.adoption.schema_uses import components
from openapi_drift.documents.effective import effective
from openapi_drift.documents.overlay import apply, read_overlay
from openapi_drift.documents.overlay_renames import rename, schema_pointer
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import parts, reference
from openapi_drift.errors import SpecsError
from openapi_drift.sources import load_sources

SOURCES = load_sources(Path(__file__).parents[2])
DOCUMENTS = {id_: effective(source).document for id_, source in SOURCES.items()}


def back(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The vendor's document under our names, by way of the file that is written."""
    overlay = adopted_overlay(old, new, pair(old, new), "orders-v1")
    if not overlay["actions"]:
        return new
    return apply(new, read_overlay(json.dumps(overlay), "adopted.yaml"), "adopted.yaml")


class Vendor:
    """Renames what a vendor might have called otherwise."""

    def __init__(self, document: dict[str, Any], random: Random) -> None:
        self.document: dict[str, Any] = copy.deepcopy(document)
        self.random = random

    def renamed_schemas(self) -> None:
        """Some with new names, and two that change theirs."""
        names = [name for name in components(self.document) if self.random.random() < 0.4]
        renames = {name: f"{name}{self.random.choice(['Dto', '_v2', 'Model'])}" for name in names}
        if len(names) > 1:
            one, other = names[:2]
            renames |= {one: other, other: one}
        rename(self.document, {schema_pointer(a): schema_pointer(b) for a, b in renames.items()})

    def other_operation_ids(self) -> None:
        for path, method in operations_of(self.document):
            operation = self.document["paths"][path][method]
            how = self.random.randrange(3)
            if how == 1:
                operation["operationId"] = re.sub("[a-z]+$", lambda end: end[0].upper(), operation["operationId"])
            elif how == 2:
                operation["operationId"] = f"{method}_{len(path)}_{path.count('/')}_{operation['operationId'].lower()}"

    def other_tags(self) -> None:
        for path, method in operations_of(self.document):
            operation = self.document["paths"][path][method]
            if self.random.random() < 0.5:
                operation["tags"] = [f"{tag}s" for tag in operation["tags"]] + ["Further"]

    def other_parameters(self) -> None:
        paths = {path: re.sub(r"\{(\w+)\}", r"{the_\1}", path) for path in self.document["paths"]}
        chosen = {a: b for a, b in paths.items() if a != b and self.random.random() < 0.5}
        rename(self.document, {join("/paths", a): join("/paths", b) for a, b in chosen.items()})

    def titles(self) -> None:
        for name, schema in components(self.document).items():
            if self.random.random() < 0.3 and "properties" in schema:
                schema["title"] = f"The {name}"

    def inline_schemas(self) -> None:
        """Components that are used once stand where they are used."""
        uses: dict[str, list[dict[str, Any]]] = {}
        for value, _, _ in parts(self.document):
            uses.setdefault(reference(value) or "", []).append(value)
        for name in list(components(self.document)):
            found = uses.get(f"#/components/schemas/{name}", [])
            schema = components(self.document)[name]
            if len(found) == 1 and len(found[0]) == 1 and "properties" in schema and self.random.random() < 0.5:
                del components(self.document)[name]
                found[0].clear()
                found[0].update(schema)

    def base_path(self) -> None:
        server = self.document["servers"][0]
        scheme, _, rest = server["url"].partition("://")
        host, _, base = rest.partition("/")
        server["url"] = f"{scheme}://{host}"
        rename(
            self.document, {join("/paths", a): join("/paths", f"/{base}{a}") for a in self.document["paths"] if base}
        )


def parameters_in_place(document: dict[str, Any]) -> dict[str, Any]:
    """Shared parameters, of which a renamed path has its own copies, written where they are used."""
    document = copy.deepcopy(document)
    shared = document.get("components", {}).get("parameters", {})
    for value, _, names_of in parts(document):
        if isinstance(value.get("parameters"), list) and not names_of:
            each = value["parameters"]
            value["parameters"] = [shared.get((reference(one) or "").rpartition("/")[2], one) for one in each]
    return document


CHANGES = [name for name in vars(Vendor) if not name.startswith("_")]


@pytest.mark.parametrize("id_", DOCUMENTS)
@settings(max_examples=8)
@given(st.randoms(use_true_random=False), st.sets(st.sampled_from(CHANGES), min_size=1))
def test_what_a_vendor_renamed_comes_back(id_: str, random: Random, changes: set[str]) -> None:
    vendor = Vendor(DOCUMENTS[id_], random)
    for change in sorted(changes, key=CHANGES.index):
        getattr(vendor, change)()
    found = back(DOCUMENTS[id_], vendor.document)
    assert parameters_in_place(found) == parameters_in_place(DOCUMENTS[id_])
    assert adopted_overlay(DOCUMENTS[id_], found, pair(DOCUMENTS[id_], found), id_)["actions"] == []


@given(st.randoms(use_true_random=False))
@settings(max_examples=8)
def test_operations_that_come_and_go_confuse_nothing(random: Random) -> None:
    old = DOCUMENTS["aimms-pro-v2"]
    vendor = Vendor(old, random)
    gone = random.sample(sorted(old["paths"]), 5)
    for path in gone:
        del vendor.document["paths"][path]
    vendor.document["paths"] |= {
        f"/further/{path.count('/')}{path}": copy.deepcopy(old["paths"][path]) for path in gone
    }
    vendor.renamed_schemas()
    vendor.other_operation_ids()
    found = back(old, vendor.document)
    for path, method in operations_of(found):
        if path in old["paths"]:
            assert found["paths"][path][method] == old["paths"][path][method]
    ids = [found["paths"][path][method]["operationId"] for path, method in operations_of(found)]
    assert len({re.sub(r"\W|_", "", id_).lower() for id_ in ids}) == len(ids)
    unpaired = pair(old, vendor.document).unpaired
    for path in gone:
        assert any(words.startswith("gone: ") and words.endswith(f" {path}") for words in unpaired)
        assert any(words.startswith("new: ") and words.endswith(path) and "/further/" in words for words in unpaired)


def test_a_name_that_the_vendor_gave_something_else_is_made_free() -> None:
    old = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders": {"get": operation("listOrders", "Order")}},
        "components": {"schemas": {"Order": {"properties": {"id": {}, "amount": {}}}}},
    }
    new = copy.deepcopy(old)
    new["paths"]["/orders"]["get"] = operation("listOrders", "Purchase")
    new["paths"]["/parcels"] = {"get": operation("list_orders", "Order")}
    new["components"]["schemas"] = {
        "Order": {"properties": {"weight": {}}},
        "Purchase": {"properties": {"id": {}, "amount": {}, "currency": {}}},
    }
    found = back(old, new)
    assert found["components"]["schemas"] == {
        "VendorOrder": new["components"]["schemas"]["Order"],
        "Order": new["components"]["schemas"]["Purchase"],
    }
    assert found["paths"]["/orders"]["get"] == operation("listOrders", "Order")
    assert found["paths"]["/parcels"]["get"] == operation("list_orders2", "VendorOrder")


def operation(id_: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"operationId": id_, "responses": {"200": {"description": "OK", "content": content}}}


@pytest.mark.parametrize(
    ("renames", "words"),
    [
        ({"/components/schemas/Gone": "/components/schemas/Order"}, "there is nothing at /components/schemas/Gone"),
        ({"/components/schemas/Order": "/components/schemas/Item"}, "/components/schemas/Item is there already"),
        ({"/components/schemas/Order": None}, "only a title can go"),
        ({"/paths/~1orders": "/components/schemas/New"}, "cannot become"),
        ({"/paths/~1orders": "/paths/~1orders~1{id}"}, "have other parameters"),
        (
            {"/components/schemas/Item": "/paths/~1orders/get/responses/200/content/application~1json/schema"},
            "no refer",
        ),
    ],
)
def test_what_cannot_be_renamed_is_told(renames: dict[str, str | None], words: str) -> None:
    document: dict[str, Any] = {
        "paths": {"/orders": {"get": operation("listOrders", "Order")}},
        "components": {"schemas": {"Order": {}, "Item": {}}},
    }
    with pytest.raises(SpecsError, match=re.escape(words)):
        rename(document, renames)


def test_a_path_that_is_two_on_the_other_side_keeps_its_operations_names() -> None:
    def document(**paths: dict[str, Any]) -> dict[str, Any]:
        return {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, "paths": paths, "components": {}}

    read, write = operation("readJob", "Job"), operation("writeJob", "Job")
    one = document(**{"/jobs/{id}": {"get": read, "post": write}})
    two = document(
        **{"/jobs/{key}": {"get": operation("get_it", "Job")}, "/jobs/{no}": {"post": operation("p", "Job")}}
    )
    found = back(one, two)["paths"]
    assert found == {"/jobs/{id}": {"get": read}, "/jobs/{no}": {"post": write}}
    apart = document(**{"/jobs/{id}": {"get": read}, "/jobs/{key}": {"post": write}})
    together = document(**{"/jobs/{no}": {"get": operation("get_it", "Job"), "post": operation("post_it", "Job")}})
    assert back(apart, together)["paths"] == {"/jobs/{id}": {"get": read, "post": write}}
