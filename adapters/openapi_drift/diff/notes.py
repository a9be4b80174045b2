"""Differences that mean nothing to callers (see `meaningless`), as changes of level info for who wants to see them.

Places are compared by their pointers: what moved is not followed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.diff.meaningless import OF_DOCUMENT, OF_INFO, is_meaningless
from openapi_drift.diff.values import ABSENT, difference, equal, frozen
from openapi_drift.documents.document import METHODS
from openapi_drift.documents.pointers import join, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import LoadedDocument

_NAMES = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "paths", "webhooks", "responses"}
    | {"schemas", "requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems", "content"}
    | {"encoding", "variables", "mapping", "scopes"}
)
"""Fields below which keys are names: a property may be called `description`."""

_DATA = frozenset({"default", "const"})
_OF_PLACE = {"": OF_DOCUMENT, "/info": OF_INFO}


def notes(base: LoadedDocument, revision: LoadedDocument) -> Iterator[Change]:
    """Yield a change for each such difference, in the order of the documents."""
    for kind, pointer, old, new in _differences(base.content, revision.content, "", names=False):
        yield Change(
            *_told(kind, tokens(pointer)[-1], old, new),
            *_operation(revision, pointer),
            base=None if old is ABSENT else Side(pointer, base.position(pointer)),
            revision=None if new is ABSENT else Side(pointer, revision.position(pointer)),
        )


def _told(kind: str, field: str, old: Any, new: Any) -> tuple[str, Level, str]:
    if kind == "order":
        return "order-changed", Level.INFO, f"`{field}` is in another order"
    event = "added" if old is ABSENT else "removed" if new is ABSENT else "changed"
    return f"{kind}-{event}", Level.INFO, difference(field, old, new)


def _differences(old: Any, new: Any, pointer: str, *, names: bool) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield kind, pointer and values of what means nothing; ``names``: the keys here are names, not fields."""
    if isinstance(old, list) and isinstance(new, list):
        if _is_reordered(old, new):
            yield "order", pointer, old, new
            return
        for index, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _differences(before, after, join(pointer, index), names=False)
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return
    for key in dict.fromkeys([*old, *new]):
        before, after, below = old.get(key, ABSENT), new.get(key, ABSENT), join(pointer, key)
        if not names and (is_meaningless(key) or key in _OF_PLACE.get(pointer, ())):
            if not equal(before, after):
                yield "extension" if key.startswith("x-") else "documentation", below, before, after
        elif names or key not in _DATA:
            yield from _differences(before, after, below, names=key in _NAMES and not names)


def _is_reordered(old: Any, new: Any) -> bool:
    """Whether two lists have the same members in another order."""
    if not (isinstance(old, list) and isinstance(new, list) and len(old) == len(new)):
        return False
    before, after = (list(map(frozen, items)) for items in (old, new))
    return before != after and Counter(before) == Counter(after)


def _operation(document: LoadedDocument, pointer: str) -> tuple[str, str, str]:
    """The method, path and id of the operation that a place is in."""
    top, path, method = (tokens(pointer) + [""] * 3)[:3]
    item = document.content.get("paths", {}).get(path)
    if top != "paths" or method not in METHODS or not isinstance(item, dict) or not isinstance(item.get(method), dict):
        return "", "", ""
    return method.upper(), path, str(item[method].get("operationId", ""))
