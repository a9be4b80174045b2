"""Applying an OpenAPI Overlay 1.0, strictly: an action whose target matches nothing is stale and an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import oas_patch  # type: ignore[import-untyped]
from jsonpath_ng import Child, Fields, JSONPath  # type: ignore[import-untyped]
from jsonpath_ng.exceptions import JSONPathError  # type: ignore[import-untyped]
from jsonpath_ng.ext import parse as parse_path  # type: ignore[import-untyped]

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
    moved on, so the action is stale), or matches something that Overlay 1.0 cannot change.
    """
    result: Document = _unshared(document)
    for result in steps(document, overlay, name):  # noqa: B007  the last one counts
        pass
    return result


def steps(document: Document, overlay: dict[str, Any], name: str) -> Iterator[Document]:
    """Yield the document after each action, none sharing an object with another. Raises as `apply` does."""
    result: Document = _unshared(document)
    for number, action in enumerate(overlay["actions"], start=1):
        target = action["target"]
        place = f"{name}: action {number} ({target})"
        try:
            path = parse_path(target)
        except JSONPathError as error:
            raise SpecsError(f"{place}: the target is no JSONPath: {error}") from error
        for named in _each_named(path):
            if not named.find(result):
                gone = "" if named == path else f"; {named}"
                raise SpecsError(f"{place}{gone}: matches nothing, so it is stale; correct or remove it")
        matches = path.find(result)
        if not all(isinstance(match.value, dict | list) for match in matches):
            raise SpecsError(f"{place}: matches a plain value; Overlay 1.0 targets objects and arrays")
        # Serialised after each action: an update is put into every match as the same object, and a later
        # action on one of them would change all.
        result = _unshared(oas_patch.apply_overlay(_unshared(result), {"actions": [action]}))
        yield result


def _each_named(path: JSONPath) -> list[JSONPath]:
    """One path for each name of a list of names in the target, since each of them can go stale."""
    if isinstance(path, Fields):
        return [Fields(name) for name in path.fields]
    if isinstance(path, Child):
        return [Child(left, right) for left in _each_named(path.left) for right in _each_named(path.right)]
    return [path]


def _unshared(document: Document) -> Document:
    copy: Document = json.loads(json.dumps(document))
    return copy
