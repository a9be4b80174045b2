"""What a document says of files and addresses outside of it is never opened: it is refused, or just words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.documents.document import load
from openapi_drift.errors import SpecsError
from openapi_drift.generation.generate import generate
from specs.test_fetch import Server, serving, text

BAIT = "bait-for-readers.yaml"
WATCH = """
import os, sys
def watch(event, arguments):
    if event in ("open", "socket.connect", "socket.getaddrinfo") and (event != "open" or "bait" in str(arguments[0])):
        with open(os.environ["WATCH_LOG"], "a") as log:
            log.write(f"{event} {arguments}\\n")
with open(os.environ["WATCH_LOG"], "a") as log:
    log.write("watching\\n")
sys.addaudithook(watch)
"""
opened: list[str] = []
sys.addaudithook(
    lambda event, arguments: opened.append(str(arguments)) if event == "open" and BAIT in str(arguments) else None
)


@pytest.fixture
def bait(checkout: Path) -> Path:
    path = checkout / "specs" / "orders-v1" / BAIT
    path.write_text("get: {responses: {}}\n")
    return path


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.routes["/x"] = text("{}")
        yield running


def addresses(bait: Path, server: Server) -> list[str]:
    return [BAIT, f"./{BAIT}#/get", str(bait), bait.as_uri(), f"{server.url}/x", f"{server.url}/x#/a", "//127.0.0.1/x"]


def stored(root: Path, document: dict[str, Any]) -> Path:
    path = root / "specs" / "orders-v1" / "openapi.json"
    path.write_text(json.dumps(document))
    return path


PLACES = {
    "path item": ("paths", "/elsewhere"),
    "operation's body": ("paths", "/orders", "post", "requestBody"),
    "response": ("paths", "/orders", "post", "responses", "404"),
    "parameter": ("paths", "/orders", "parameters", 0),
    "schema": ("components", "schemas", "Order", "properties", "id"),
    "component": ("components", "schemas", "Batch"),
    "path item of the components": ("components", "pathItems", "P"),
    "callback": ("paths", "/orders", "post", "callbacks", "done"),
    "webhook": ("webhooks", "done"),
    "in a list": ("components", "schemas", "Order", "allOf", 0),
}


def put(document: dict[str, Any], place: tuple[str | int, ...], value: Any) -> None:
    target: Any = document
    for key, after in pairwise(place):
        target = target.setdefault(key, [] if isinstance(after, int) else {})
    if isinstance(target, list):
        target.append(value)
    else:
        target[place[-1]] = value


@pytest.mark.parametrize("place", PLACES)
def test_a_reference_out_is_refused_and_nothing_is_opened(
    place: str, checkout: Path, bait: Path, server: Server, document: dict[str, Any]
) -> None:
    """Comparing and generating name the line; no operation behind it is dropped in silence."""
    for address in addresses(bait, server):
        copy = json.loads(json.dumps(document))
        put(copy, PLACES[place], {"$ref": address})
        path = stored(checkout, copy)
        for read in (partial(load, path), partial(generate, checkout)):
            opened.clear()
            with pytest.raises(SpecsError, match=r"openapi\.json:1: the reference .* leads out of the document"):
                read()
            assert opened == []
    assert server.seen == []


def test_what_is_only_said_is_not_opened_by_a_generator(
    checkout: Path, bait: Path, server: Server, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and addresses in data, notes and links are words, to the generators' own processes too."""
    order = document["components"]["schemas"]["Order"]
    post = document["paths"]["/orders"]["post"]
    there = addresses(bait, server)
    document["externalDocs"] = {"url": there[4]}
    document["jsonSchemaDialect"] = there[4]
    document["servers"] = [{"url": address} for address in there]
    document["x-more"] = {"$ref": there[0]}
    order["externalDocs"] = {"url": there[3]}
    order["example"] = {"$ref": there[0], "id": there[2]}
    order["examples"] = [{"$ref": address} for address in there]
    order["properties"]["at"] = {"type": "string", "format": "uri", "default": there[4], "enum": there}
    post["externalDocs"] = {"url": there[4]}
    post["responses"]["200"]["links"] = {"next": {"operationRef": there[0]}}
    body = post["requestBody"]["content"]["application/json"]
    body["examples"] = {"one": {"externalValue": there[4]}, "two": {"value": {"$ref": there[1]}}}
    for name in ("A", "B"):
        kind = {"type": "string", "const": name}
        document["components"]["schemas"][name] = {"type": "object", "required": ["is"], "properties": {"is": kind}}
    document["components"]["schemas"]["Either"] = {
        "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
        "discriminator": {"propertyName": "is", "mapping": {"A": there[1], "B": there[5]}},
    }
    path = stored(checkout, document)
    watcher = checkout / "watcher"
    watcher.mkdir()
    (watcher / "sitecustomize.py").write_text(WATCH)
    log = checkout / "log"
    monkeypatch.setenv("PYTHONPATH", str(watcher))
    monkeypatch.setenv("WATCH_LOG", str(log))
    opened.clear()
    load(path)
    generate(checkout)
    assert opened == []
    assert set(log.read_text().splitlines()) == {"watching"}
    assert server.seen == []
