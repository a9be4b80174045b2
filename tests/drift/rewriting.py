"""Ways of writing the same differently: each changes a document at a random place and leaves its meaning as it was.

A rewrite is a function of a document, which it changes, and a source of chance; it returns whether it found a place.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from drift.openapi_kinds import Path, walk

Document = dict[str, Any]
Rewrite = Callable[[Document, random.Random], bool]
REWRITES: dict[str, Rewrite] = {}


def rewrite(function: Rewrite) -> Rewrite:
    """Add a function to the rewrites."""
    REWRITES[function.__name__] = function
    return function


def at(document: Document, path: Path) -> Any:
    """Return what stands at a path."""
    value: Any = document
    for key in path:
        value = value[key]
    return value


def put(document: Document, path: Path, value: Any) -> None:
    """Set what stands at a path."""
    at(document, path[:-1])[path[-1]] = value


def of_kind(document: Document, *kinds: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return the objects of these kinds with their paths."""
    return [(path, value) for path, value, kind in walk(document) if kind in kinds and isinstance(value, dict)]


def chosen(
    document: Document, chance: random.Random, suits: Callable[[dict[str, Any]], Any], kind: str = "schema"
) -> tuple[Path, dict[str, Any]]:
    """Return one of the objects of a kind that suit. Raises NoPlaceError if none does.

    None that has definitions: references name the place of those, so that it cannot be moved.
    """
    found = [(path, value) for path, value in of_kind(document, kind) if "$defs" not in value and suits(value)]
    if not found:
        raise NoPlaceError
    return chance.choice(found)


class NoPlaceError(Exception):
    """The document has no place for a rewrite."""


def applied(name: str, document: Document, chance: random.Random) -> bool:
    """Apply a rewrite; return whether it found a place."""
    try:
        return REWRITES[name](document, chance)
    except NoPlaceError:
        return False


def inline(schema: dict[str, Any]) -> bool:
    """Return whether a value is written out, not referred to."""
    return "$ref" not in schema


def is_31(document: Document) -> bool:
    """Return whether a document is written in the words of 3.1."""
    return str(document["openapi"]).startswith("3.1")


def needs(right: bool) -> None:
    """Raise NoPlaceError unless the place is right."""
    if not right:
        raise NoPlaceError


def told_apart(document: Document, path: Path) -> bool:
    """Return whether a schema is an alternative that a discriminator tells by its name."""
    return len(path) > 1 and path[-2] in ("oneOf", "anyOf") and "discriminator" in at(document, path[:-2])


def target(document: Document, reference: str) -> Any:
    """Return what a reference leads to."""
    value: Any = document
    for token in reference.removeprefix("#/").split("/"):
        value = value[token.replace("~1", "/").replace("~0", "~")]
    return value


def resolved(document: Document, value: dict[str, Any]) -> dict[str, Any]:
    """Return a value with its references followed."""
    while "$ref" in value:
        value = target(document, value["$ref"])
    return value
