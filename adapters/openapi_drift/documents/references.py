"""`$ref`: following references inside a document, and saying where one leads nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from openapi_drift.documents.pointers import join, tokens
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.pointers import Position

DATA = frozenset({"example", "examples", "default", "enum", "const"})
"""Keys whose values are data, not parts of the document: a `$ref` in there is just a word."""


NAMED = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "schemas", "$defs", "responses", "headers", "parameters"}
    | {"requestBodies", "securitySchemes", "links", "callbacks", "pathItems", "webhooks", "encoding", "variables"}
)
"""Keys below which names are free: a property may be called `example`, and a response is called `default`."""

_OUT_OF_IT = "leads out of the document"
_BUNDLE = "bundle it into one file first, e.g. with `redocly bundle openapi.yaml -o bundled.yaml`"

_INDEX = re.compile(r"[0-9]{1,8}")

Trail = tuple[Any, str | int]
"""A path from the inside out: (the path of the parent, the last key)."""


class Referring(Protocol):
    """The part of a document that following its references needs (`openapi_drift.documents.document`)."""

    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def followed(self) -> dict[str, tuple[Any, str]]: ...
    def position(self, pointer: str) -> Position: ...


def reference(value: Any) -> str | None:
    """Return a value's `$ref`, if it is one."""
    if isinstance(value, dict):
        target = value.get("$ref")
        return target if isinstance(target, str) else None
    return None


def follow(document: Referring, value: Any, pointer: str) -> tuple[Any, str]:
    """Return what a value is after its references, and the pointer of that real place.

    Raises SpecsError, with file and line, for a reference that leads nowhere, out of the document or in a circle.
    """
    target = reference(value)
    if target is None:
        return value, pointer
    if target not in document.followed:
        try:
            _follow(document, target)
        except ValueError as error:
            line = document.position(join(pointer, "$ref"))
            raise SpecsError(f"{line}: the reference {target!r} {error}") from None
    return document.followed[target]


def follow_once(document: Referring, value: dict[str, Any], pointer: str) -> tuple[Any, str]:
    """Return what a reference leads to, which may be a reference in turn, and its pointer. Raises as `follow` does."""
    try:
        found, path = _look_up(document.content, value["$ref"])
    except ValueError as error:
        raise SpecsError(
            f"{document.position(join(pointer, '$ref'))}: the reference {value['$ref']!r} {error}"
        ) from None
    return found, join("", *path)


def exists(document: Referring, target: str) -> bool:
    """Return whether a reference leads somewhere in a document."""
    try:
        _look_up(document.content, target)
    except ValueError:
        return False
    return True


def find_reference(content: dict[str, Any], target: str) -> Any:
    """Return what a reference leads to, in however many steps, or None if it leads nowhere."""
    seen: set[str] = set()
    while target not in seen:
        seen.add(target)
        try:
            value, _ = _look_up(content, target)
        except ValueError:
            return None
        further = reference(value)
        if further is None:
            return value
        target = further
    return None


def _follow(document: Referring, target: str) -> None:
    """Keep what a reference leads to, and each further one on the way. Raises ValueError if one leads nowhere."""
    chain: dict[str, None] = {}
    further: str | None = target
    while further is not None and further not in document.followed:
        if further in chain:
            raise ValueError("refers to itself in a circle")
        chain[further] = None
        value, path = _look_up(document.content, further)
        found = value, join("", *path)
        further = reference(value)
    if further is not None:
        found = document.followed[further]
    document.followed.update(dict.fromkeys(chain, found))


def _look_up(content: dict[str, Any], target: str) -> tuple[Any, list[str]]:
    if not target.startswith("#"):
        raise ValueError(f"{_OUT_OF_IT}; {_BUNDLE}")
    pointer = unquote(target[1:])
    if pointer and not pointer.startswith("/"):
        raise ValueError("is no JSON pointer")
    value: Any = content
    path = tokens(pointer)
    for token in path:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise ValueError("leads nowhere")
    return value, path


def check_references(document: Referring) -> None:
    """Follow each reference of the document once. Raises SpecsError for the first that cannot be followed.

    Those that lead out of it are one error, with their number.
    """
    outside: list[tuple[str, Trail | None]] = []
    for value, trail, _ in parts(document.content):
        target = reference(value)
        if target is not None and not target.startswith("#"):
            outside.append((target, trail))
        elif target is not None and target not in document.followed:
            follow(document, value, trail_pointer(trail))
    if outside:
        target, trail = outside[-1]
        place = document.position(join(trail_pointer(trail), "$ref"))
        raise SpecsError(f"{place}: the reference {target!r} {_OUT_OF_IT}{_how_many(len(outside))}; {_BUNDLE}")


def _how_many(count: int) -> str:
    return f", the first of {count} that do" if count > 1 else ""


def parts(content: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Trail | None, str]]:
    """Yield each object of a document that is no data, with the path to it, shared ones once.

    The third is "" for an object whose keys are OpenAPI's, and "properties" or the like for one whose keys are names.
    """
    seen: set[int] = set()
    work: list[tuple[Any, Trail | None, str]] = [(content, None, "")]
    while work:
        value, trail, names_of = work.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, list):
            work += [(item, (trail, index), "") for index, item in enumerate(value) if isinstance(item, dict | list)]
            continue
        yield value, trail, names_of
        work += [
            (item, (trail, key), key if key in NAMED and not names_of else "")
            for key, item in value.items()
            if isinstance(item, dict | list) and (names_of or not (key in DATA or key.startswith("x-")))
        ]


def trail_pointer(trail: Trail | None) -> str:
    """Return the JSON pointer of a path."""
    tokens_: list[str | int] = []
    while trail is not None:
        trail, part = trail
        tokens_.append(part)
    return join("", *reversed(tokens_))
