"""Reading OpenAPI documents: safely, refusing duplicate keys, and checked to be OpenAPI 3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import yaml

from optcloud.specs.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optcloud.specs.sources import Format

Document = dict[str, Any]


class _UniqueKeyLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice, where YAML readers silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool | None):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a scalar", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# Dates stay text: an unquoted 2026-01-31 is a string in JSON, and JSON is what a document means.
_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(text: str, name: str, format_: Format = "yaml") -> Any:
    """The data of a YAML or JSON text. Raises SpecsError with `name`, line and column."""
    if format_ == "json":
        return _parse_json(text, name)
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader  # nosec B506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise SpecsError(f"{place}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SpecsError(f"{name}: {error}") from error


def _parse_json(text: str, name: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise SpecsError(f"{name}: the key {twice!r} is given twice")
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise SpecsError(f"{name}:{error.lineno}:{error.colno}: {error.msg}") from error


def parse_openapi(text: str, name: str, format_: Format = "yaml") -> Document:
    """An OpenAPI 3 document from its text. Raises SpecsError if it is none: HTML, Swagger, cut, no paths."""
    data = parse(text, name, format_)
    if not isinstance(data, dict):
        raise SpecsError(f"{name}: not an OpenAPI document: expected an object, found {type(data).__name__}")
    if "swagger" in data:
        raise SpecsError(f"{name}: Swagger {data['swagger']}; OpenAPI 3 is needed")
    version = data.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        raise SpecsError(f"{name}: not an OpenAPI 3 document: openapi is {version!r}")
    info = data.get("info")
    if not isinstance(info, dict) or not isinstance(info.get("version"), str | int | float):
        raise SpecsError(f"{name}: info.version is missing")
    if not isinstance(data.get("paths"), dict) or not data["paths"]:
        raise SpecsError(f"{name}: paths is missing or empty")
    _refuse_dangling_references(data, name)
    return data


def _refuse_dangling_references(document: Document, name: str) -> None:
    """A text cut in the middle can still be YAML with paths; then what stood at its end is missing."""
    for reference in sorted(set(_references(document))):
        node: Any = document
        for part in reference[2:].split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, dict) else None
        if node is None:
            raise SpecsError(f"{name}: {reference} is referred to and missing; the document is cut or broken")


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            yield reference
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _references(child)
