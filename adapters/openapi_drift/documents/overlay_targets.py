"""The targets of overlay actions: JSONPath, what it finds in a document, and where that stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from jsonpath_ng import Child, DatumInContext, Fields, Index, JSONPath, Slice  # type: ignore[import-untyped]
from jsonpath_ng.exceptions import JSONPathError  # type: ignore[import-untyped]
from jsonpath_ng.ext.filter import Filter  # type: ignore[import-untyped]
from jsonpath_ng.ext.parser import ExtentedJsonPathParser  # type: ignore[import-untyped]

from openapi_drift.documents.pointers import join
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document


@dataclass(frozen=True)
class Match:
    """A place that a target found. ``holders`` are the objects and lists on the way, the document first."""

    tokens: tuple[str | int, ...]
    value: Any
    holders: tuple[Any, ...]

    @property
    def pointer(self) -> str:
        """Where it stands."""
        return join("", *self.tokens)


@dataclass(frozen=True)
class Found:
    """What one name of a target found; ``name`` is the target, or the path of one name where it lists several."""

    name: str
    path: JSONPath
    matches: tuple[Match, ...]


def find(document: Document, target: str) -> list[Found]:
    """Look for each name of a target, since each of them can go stale. Raises SpecsError if it is no JSONPath."""
    path = parsed(target)
    named = _each_named(path)
    return [_found(document, each, target if len(named) == 1 else str(each)) for each in named]


def holder_exists(document: Document, found: Found) -> bool:
    """Tell whether what would hold the place that a name means is there, so that only the place itself is not.

    A list that has gone with its last item counts as there if its own holder is.
    """
    path = found.path
    while isinstance(path, Child):
        item, path = path.right, path.left
        if path.find(document):
            return True
        if not isinstance(item, Filter | Index | Slice):
            return False
    return False


def _found(document: Document, path: JSONPath, name: str) -> Found:
    return Found(name, path, tuple(_match(datum) for datum in path.find(document)))


def _match(datum: DatumInContext) -> Match:
    value, tokens, holders = datum.value, list[str | int](), list[Any]()
    while datum.context is not None:
        tokens.append(datum.path.fields[0] if isinstance(datum.path, Fields) else datum.path.index)
        datum = datum.context
        holders.append(datum.value)
    return Match(tuple(tokens[::-1]), value, tuple(holders[::-1]))


@cache
def _parser() -> ExtentedJsonPathParser:
    """The one parser: the library works out the grammar's tables for each anew, which takes longer than the rest."""
    return ExtentedJsonPathParser()


@lru_cache(maxsize=1024)
def parsed(target: str) -> JSONPath:
    """Return a target as a path. Raises SpecsError if it is no JSONPath."""
    try:
        return _parser().parse(target)
    except JSONPathError as error:
        raise SpecsError(f"the target is no JSONPath: {error}") from error


def _each_named(path: JSONPath) -> list[JSONPath]:
    """One path for each name of a list of names in the target."""
    if isinstance(path, Fields):
        return [Fields(name) for name in path.fields]
    if isinstance(path, Child):
        return [Child(left, right) for left in _each_named(path.left) for right in _each_named(path.right)]
    return [path]
