"""The comparison of large documents takes steps in proportion to their size: counted, not timed."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_drift.checks.acceptances import Acceptance, apply
from openapi_drift.diff.change import Change, Level
from openapi_drift.diff.compare import compare
from openapi_drift.diff.excerpts import DocumentSources
from openapi_drift.diff.rules.media_types import Related, holds
from openapi_drift.documents.document import LoadedDocument, load_text
from openapi_drift.reports import FORMATS, render
from openapi_drift.reports.report import ChangeReport
from optcloud.cli.spec.reporting import _json

SMALL, LARGE = 40, 160
"""Four times as many: a square would be sixteen times the steps."""

MOST = 6.0


class Steps:
    """Calls of functions, and comparisons of the words of a document, which no profiler sees."""

    number = 0


class Word(str):
    """A text that counts how often it is compared."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        Steps.number += 1
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        Steps.number += 1
        return str.__hash__(self)


def counting(value: Any) -> Any:
    """The same with words that count."""
    if isinstance(value, dict):
        return {Word(key): counting(item) for key, item in value.items()}
    if isinstance(value, list):
        return [counting(item) for item in value]
    return Word(value) if isinstance(value, str) else value


@contextmanager
def counted() -> Iterator[None]:
    def count(frame: object, event: str, argument: object) -> None:
        Steps.number += event in ("call", "c_call")

    Steps.number = 0
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def whole(**parts: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1.0.0"}, "paths": {}, **parts}


def operation(**parts: Any) -> dict[str, Any]:
    return whole(paths={"/jobs": {"post": {"responses": {"200": {"description": "OK"}}, **parts}}})


def body(schema: dict[str, Any], schemas: dict[str, Any] | None = None) -> dict[str, Any]:
    found = operation(requestBody={"content": {"application/json": {"schema": schema}}})
    return {**found, "components": {"schemas": schemas or {}}}


def refer(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def words(number: int, letter: str) -> list[str]:
    return [f"{letter}{index}" for index in range(number)]


def chain(number: int, letter: str) -> dict[str, Any]:
    names = words(number, letter)
    schemas: dict[str, Any] = {name: refer(after) for name, after in pairwise(names)}
    return body(refer(names[0]), {**schemas, names[-1]: {"type": "string"}})


def fields(number: int, letter: str) -> dict[str, Any]:
    return {name: {"type": "string"} for name in words(number, letter)}


def parameters(number: int, letter: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in words(number, letter)]


CASES: dict[str, Callable[[int, str], dict[str, Any]]] = {
    "enum": lambda number, letter: body({"type": "string", "enum": words(number, letter)}),
    "enum of objects": lambda number, letter: body({"enum": [{"name": word} for word in words(number, letter)]}),
    "extensible enum": lambda number, letter: operation(
        parameters=[{"name": "a", "in": "query", "schema": {"x-extensible-enum": words(number, letter)}}]
    ),
    "required": lambda number, letter: body(
        {"properties": fields(number, "a"), "required": words(number, "a") if letter == "a" else []}
    ),
    "properties": lambda number, letter: body({"properties": fields(number, letter)}),
    "dependentRequired": lambda number, letter: body({"dependentRequired": {"x": words(number, letter)}}),
    "oneOf": lambda number, letter: body(
        {"oneOf": [refer(name) for name in words(number, letter)]}, fields(number, letter)
    ),
    "allOf inline": lambda number, letter: body(
        {"allOf": [{"properties": {name: {}}} for name in words(number, letter)]}
    ),
    "types": lambda number, letter: body({"anyOf": [{"type": name} for name in words(number, letter)]}),
    "discriminator": lambda number, letter: body(
        {"discriminator": {"propertyName": "x", "mapping": dict.fromkeys(words(number, letter), "#/x")}}
    ),
    "chain of references": chain,
    "tags": lambda number, letter: operation(tags=words(number, letter)),
    "parameters": lambda number, letter: operation(parameters=parameters(number, letter)),
    "same parameters": lambda number, letter: operation(
        parameters=parameters(number, "a")[:: 1 if letter == "a" else -1]
    ),
    "servers": lambda number, letter: whole(servers=[{"url": f"/{name}"} for name in words(number, letter)]),
    "paths": lambda number, letter: whole(
        paths={f"/{name}/{{id}}": {"get": {"responses": {}}} for name in words(number, letter)}
    ),
    "renamed parameters of paths": lambda number, letter: whole(
        paths={f"/x/{name}/{{{letter}}}": {"get": {"responses": {}}} for name in words(number, "n")}
    ),
    "media types": lambda number, letter: operation(
        requestBody={"content": {f"application/{name}+json": {} for name in words(number, letter)}}
    ),
    "responses": lambda number, letter: operation(
        responses={f"{4 if letter == 'a' else 5}{number}": {} for number in range(number)}
    ),
    "headers": lambda number, letter: operation(
        responses={"200": {"headers": {name: {"schema": {}} for name in words(number, letter)}}}
    ),
    "security": lambda number, letter: operation(security=[{name: ["x"]} for name in words(number, letter)]),
    "scopes": lambda number, letter: operation(security=[{name: [letter]} for name in words(number, "a")]),
    "security schemes": lambda number, letter: whole(
        components={"securitySchemes": {name: {"type": "http"} for name in words(number, letter)}}
    ),
    "webhooks": lambda number, letter: whole(webhooks={name: {} for name in words(number, letter)}),
    "schemas": lambda number, letter: whole(components={"schemas": fields(number, letter)}),
}  # fmt: skip


def read(document: dict[str, Any], name: str) -> tuple[LoadedDocument, DocumentSources]:
    text = json.dumps(document, indent=1)
    loaded = load_text(text, f"{name}.json")
    loaded.position("/x")
    return loaded, DocumentSources(loaded, lambda: text)


def growth(small: Callable[[], object], large: Callable[[], object]) -> float:
    found = []
    for run in (small, large):
        with counted():
            run()
        found.append(Steps.number)
    return found[1] / found[0]


@pytest.mark.parametrize("case", CASES)
def test_the_steps_of_a_comparison_grow_with_the_documents(case: str) -> None:
    """Four times the document is no more than six times the steps."""
    runs = []
    for number in (SMALL, LARGE):
        both = [read(CASES[case](number, letter), letter)[0] for letter in "ab"]
        sides = [LoadedDocument(one.name, counting(one.content), {}) for one in both]
        runs.append(partial(compare, *sides))
    assert growth(*runs) < MOST


@pytest.mark.parametrize("form", [*FORMATS, "json"])
@pytest.mark.parametrize("case", ["enum", "properties", "paths", "schemas"])
def test_the_steps_of_a_report_grow_with_the_changes(case: str, form: str) -> None:
    """The same of each form of report, the text of both documents beside the changes included."""
    runs = []
    for number in (SMALL, LARGE):
        (base, old), (revision, new) = (read(CASES[case](number, letter), letter) for letter in "ab")
        report = ChangeReport("a", "b", compare(base, revision), base_sources=old, revision_sources=new)
        runs.append(partial(_json, report) if form == "json" else partial(render, report, form))
    assert growth(*runs) < MOST


def test_the_steps_of_accepting_grow_with_the_changes_and_the_entries() -> None:
    """Four times as many of both, each entry about one kind of change."""
    runs = []
    for number in (SMALL, LARGE):
        changes = [Change(f"kind-{index}", Level.INFO, "x") for index in range(number)]
        entries = [Acceptance(f"entry {index}", f"kind-{index}", "why") for index in range(number)]
        runs.append(partial(apply, entries, changes, datetime.date(2027, 1, 31)))
    assert growth(*runs) < MOST


NAMES = st.sampled_from(
    [
        "*/*",
        "a/*",
        "b/*",
        "a/x",
        "a/y",
        "a/x+y",
        "a/z+x",
        "a/z+y+x",
        "b/x",
        "a/x+x",
        "A/X; p=1",
        "any/any",
        "all/x",
        "x",
        "",
    ]
)


@given(olds=st.lists(NAMES, unique=True), news=st.lists(NAMES))
def test_related_names_are_those_that_a_search_finds(olds: list[str], news: list[str]) -> None:
    """The index gives what looking at each name in turn gives."""
    index, left = Related(olds), list(olds)
    for new in news:
        found = next((old for old in left if holds(old, new) or holds(new, old)), None)
        assert index.take(new) == found
        if found is not None:
            left.remove(found)
    assert index.left() == left
