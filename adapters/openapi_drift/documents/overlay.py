"""Applying an OpenAPI Overlay 1.0, strictly: an action whose target matches nothing is stale and an error."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from jsonpath_ng import Child, DatumInContext, Fields, JSONPath  # type: ignore[import-untyped]
from jsonpath_ng.exceptions import JSONPathError  # type: ignore[import-untyped]
from jsonpath_ng.ext.parser import ExtentedJsonPathParser  # type: ignore[import-untyped]

from openapi_drift.documents.pointers import join
from openapi_drift.documents.reading import parse_text, read_text
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openapi_drift.documents.document import Document

_FIELDS = {"target", "description", "update", "remove"}


def load_overlay(path: Path) -> dict[str, Any]:
    """An overlay from its file. Raises SpecsError unless it is Overlay 1.0 with a reason for each action."""
    return read_overlay(read_text(path), str(path))


def read_overlay(text: str, name: str) -> dict[str, Any]:
    """The same from its text; `name` is how messages call it."""
    overlay = parse_text(text, name).content
    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1.0."):
        raise SpecsError(f"{name}: not an Overlay 1.0 document (overlay: 1.0.0)")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise SpecsError(f"{name}: actions is missing or empty")
    for number, action in enumerate(actions, start=1):
        _check_action(f"{name}: action {number}", action)
    return overlay


def _check_action(name: str, action: Any) -> None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        raise SpecsError(f"{name}: target is missing")
    name = f"{name} ({action['target']})"
    unknown = [key for key in action if key not in _FIELDS and not key.startswith("x-")]
    if unknown:
        raise SpecsError(f"{name}: unknown {', '.join(unknown)}")
    if ("update" in action) == (action.get("remove") is True):
        raise SpecsError(f"{name}: needs either update or remove: true")
    for key in ("description", "x-evidence"):
        if not action.get(key):
            raise SpecsError(f"{name}: {key} is missing; say why, and where it is known from")


def apply(document: Document, overlay: dict[str, Any], name: str) -> Document:
    """A new document with the overlay's actions applied in order.

    Raises SpecsError with the number and target of an action whose target matches nothing (the document has
    moved on, so the action is stale), or that is something Overlay 1.0 cannot do.
    """
    result: Document = _unshared(document)
    for _written in apply_in_place(result, overlay, name):
        pass
    return result


def apply_in_place(document: Document, overlay: dict[str, Any], name: str) -> Iterator[list[str]]:
    """Apply one action after the other to the document itself, and yield the pointers of what each of them wrote.

    The document may share no object between two of its places. Raises as `apply` does.
    """
    for number, action in enumerate(overlay["actions"], start=1):
        target = action["target"]
        place = f"{name}: action {number} ({target})"
        try:
            path = _path(target)
        except JSONPathError as error:
            raise SpecsError(f"{place}: the target is no JSONPath: {error}") from error
        for named in _each_named(path):
            if not named.find(document):
                gone = "" if named == path else f"; {named}"
                raise SpecsError(f"{place}{gone}: matches nothing, so it is stale; correct or remove it")
        matches = path.find(document)
        if not all(isinstance(match.value, dict | list) for match in matches):
            raise SpecsError(f"{place}: matches a plain value; Overlay 1.0 targets objects and arrays")
        try:
            yield _removed(matches) if action.get("remove") else _updated(matches, action["update"])
        except SpecsError as error:
            raise SpecsError(f"{place}: {error}") from None


@cache
def _parser() -> ExtentedJsonPathParser:
    """The one parser: the library works out the grammar's tables for each anew, which takes longer than the rest."""
    return ExtentedJsonPathParser()


@lru_cache(maxsize=1024)
def _path(target: str) -> JSONPath:
    return _parser().parse(target)


def _updated(matches: list[DatumInContext], update: Any) -> list[str]:
    return [
        pointer for match in matches for pointer in _merge(match.value, _unshared(update), join("", *_tokens(match)))
    ]


def _merge(target: Any, update: Any, pointer: str) -> Iterator[str]:
    """Put an update into an object or a list, and yield the pointers of what is new or another value."""
    if isinstance(target, list):
        for item in update if isinstance(update, list) else [update]:
            yield join(pointer, len(target))
            target.append(item)
        return
    if not isinstance(update, dict):
        raise SpecsError("the update of an object must be an object")
    for key, value in update.items():
        old, below = target.get(key), join(pointer, key)
        if isinstance(old, dict | list) and isinstance(value, type(old)):
            yield from _merge(old, value, below)
        elif key not in target or type(old) is not type(value) or old != value:
            target[key] = value
            yield below


def _removed(matches: list[DatumInContext]) -> list[str]:
    """Remove each match. In a list, what stands behind it moves up, and so counts as written."""
    written = []
    for match in reversed(matches):  # of one list, the last first
        tokens = _tokens(match)
        if not tokens:
            raise SpecsError("removes the whole document")
        parent = match.context.value
        del parent[tokens[-1]]
        if isinstance(parent, list):
            written += [join("", *tokens[:-1], index) for index in range(tokens[-1], len(parent))]
    return written


def _tokens(match: DatumInContext) -> list[Any]:
    """The keys and indices that lead to a match."""
    found: list[Any] = []
    while match.context is not None:
        found.append(match.path.fields[0] if isinstance(match.path, Fields) else match.path.index)
        match = match.context
    return found[::-1]


def _each_named(path: JSONPath) -> list[JSONPath]:
    """One path for each name of a list of names in the target, since each of them can go stale."""
    if isinstance(path, Fields):
        return [Fields(name) for name in path.fields]
    if isinstance(path, Child):
        return [Child(left, right) for left in _each_named(path.left) for right in _each_named(path.right)]
    return [path]


def _unshared(value: Any) -> Any:
    return json.loads(json.dumps(value))
