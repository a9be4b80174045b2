"""Operations as the generator of the client takes them: parameters that it understands, bodies of types it knows."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.document import METHODS
from openapi_drift.documents.pointers import join
from openapi_drift.generation.normalisation.literals import effective
from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

_PLACEHOLDER = re.compile(r"{([^{}]*)}")
_IN_HEADERS = frozenset({"string", "integer", "number", "boolean"})


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each operation with its path and method."""
    for path, item in document["paths"].items():
        if isinstance(item, dict):
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield path, method, item[method]


def settle_parameters(document: Document) -> Iterator[Note]:
    """Give each operation its parameters in place: those of its path, too, none twice, each with a schema."""
    for path, method, operation in operations(document):
        place = join("", "paths", path, method)
        shared = document["paths"][path].get("parameters")
        listed = [*_list(operation.get("parameters")), *_list(shared)]
        if not listed and "{" not in path:
            continue
        kept: dict[tuple[str, str], dict[str, Any]] = {}
        own = len(_list(operation.get("parameters")))
        for number, item in enumerate(listed):
            parameter = _followed(document, item)
            if parameter is None:
                continue
            key = (parameter["name"], str(parameter.get("in")))
            if key in kept:
                if number < own:
                    yield Note(place, f"its parameter {key[0]!r} in {key[1]} is listed twice; the first one counts")
                continue
            kept[key] = parameter
        yield from _match_path(path, place, kept)
        for parameter in kept.values():
            yield from _settle(document, parameter, place)
        operation["parameters"] = list(kept.values())
    for item in document["paths"].values():
        if isinstance(item, dict):
            item.pop("parameters", None)


def _match_path(path: str, place: str, kept: dict[tuple[str, str], dict[str, Any]]) -> Iterator[Note]:
    named = _PLACEHOLDER.findall(path)
    for name in named:
        if (name, "path") not in kept:
            kept[name, "path"] = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            yield Note(place, f"its path has {{{name}}} without a parameter of that name: taken as text")
    for name, where in list(kept):
        if where == "path":
            kept[name, where]["required"] = True
            if name not in named:
                del kept[name, where]
                yield Note(place, f"its path parameter {name!r} is not in its path, so it is left out", lost=True)


def _settle(document: Document, parameter: dict[str, Any], place: str) -> Iterator[Note]:
    if not isinstance(parameter.get("schema"), dict):
        parameter["schema"] = {"type": "string"}
        if isinstance(parameter.get("content"), dict):
            del parameter["content"]
            yield Note(place, f"its parameter {parameter['name']!r} has a media type: give it as text, already written")
    if parameter.get("in") != "header":
        return
    schema = effective(document, parameter["schema"])
    kinds = [kind for kind in types(schema) if kind != "null"]
    composed = any(key in schema for key in ("anyOf", "oneOf", "allOf"))
    if len(kinds) == 1 and kinds[0] in _IN_HEADERS and not composed and schema.get("format") != "binary":
        if "null" in types(schema):
            bare = {**schema, "type": kinds[0]}
            if isinstance(bare.get("enum"), list):
                bare["enum"] = [value for value in bare["enum"] if value is not None]
            parameter["schema"] = bare
        return
    if schema.get("enum") and not kinds and not composed:
        return
    parameter["schema"] = {"type": "string"}
    yield Note(place, f"its header {parameter['name']!r} is no single value: give it as text, as it goes out")


def _followed(document: Document, item: Any) -> dict[str, Any] | None:
    """Return a parameter of its own for what is listed, since its name may be changed for one operation only."""
    if isinstance(item, dict) and isinstance(item.get("$ref"), str):
        name = item["$ref"].removeprefix("#/components/parameters/")
        item = document.get("components", {}).get("parameters", {}).get(name)
    if isinstance(item, dict) and isinstance(item.get("name"), str):
        return copy.deepcopy(item)
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def settle_responses(document: Document) -> Iterator[Note]:
    """Drop responses in place whose status is no status: extensions, and words that HTTP does not know."""
    for path, method, operation in operations(document):
        responses = operation.get("responses")
        if not isinstance(responses, dict):
            continue
        for status in list(responses):
            if not re.fullmatch(r"[1-5](XX|\d\d)|default", status):
                del responses[status]
                if not status.startswith("x-"):
                    yield Note(join("", "paths", path, method, "responses", status), "is no status of HTTP", lost=True)
