"""What people call a place in a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.keywords import LISTS, MAPS
from openapi_drift.documents.pointers import tokens

if TYPE_CHECKING:
    from openapi_drift.diff.schemas.context import SchemaScope

_SIDES = {SchemaRole.REQUEST_BODY: "Request", SchemaRole.RESPONSE_BODY: "Response", SchemaRole.MODEL: "Component"}


def subject(pointer: str, scope: SchemaScope, name: str | None = None) -> str:
    """Return the words for the schema at a pointer, or for its property ``name``.

    "Request property `tasks/items/duration`", "Response property `id` of `Task`", "Query parameter `limit`", ...
    """
    owner, path = _split(tokens(pointer))
    steps = [*_readable(path), *([name] if name is not None else [])]
    if not scope.body:
        return _parameter(scope, steps)
    side = _SIDES[scope.kind]
    component = f"`{owner}`" if owner else ""
    if steps:
        return f"{side} property `{'/'.join(steps)}`" + (f" of {component}" if owner else "")
    if scope.nested:
        return f"{side} schema {component}" if owner else f"Part of the {side.lower()} body"
    return f"{side} body" + (f" ({component})" if owner else "")


def _parameter(scope: SchemaScope, steps: list[str]) -> str:
    if scope.kind is SchemaRole.HEADER:
        whole = f"response header `{scope.name}`"
    else:
        whole = (
            f"{scope.location} parameter `{scope.name}`"
            if scope.location != "header"
            else f"request header `{scope.name}`"
        )
    if not scope.nested:
        return whole[0].upper() + whole[1:]
    return f"Property `{'/'.join(steps)}` of {whole}" if steps else f"Part of {whole}"


def _split(path: list[str]) -> tuple[str, list[str]]:
    """Return the component's name and the path in it; for an inline schema, no name and the path below `schema`."""
    if path[:2] == ["components", "schemas"] and len(path) > 2:
        return path[2], path[3:]
    start = path.index("schema") + 1 if "schema" in path else len(path)
    return "", path[start:]


def _readable(path: list[str]) -> list[str]:
    """Return the names in a path of keywords: `properties/tasks/items/allOf/0` is `tasks`, `items`."""
    steps = []
    rest = iter(path)
    for word in rest:
        if word in LISTS:
            next(rest, None)
        elif word in MAPS:
            steps.append(next(rest, word))
        else:
            steps.append(word)
    return steps
