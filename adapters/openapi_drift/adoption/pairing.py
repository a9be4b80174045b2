"""Which operation, and which schema, of the vendor's document is which of ours.

Operations are the same by method and path, whatever path parameters are called and wherever the base path stands.
Schemas are the same by where paired operations use them; what no operation uses, by its name, then by its shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from openapi_drift.adoption.schema_uses import SchemaVotes, components, properties
from openapi_drift.documents.document import METHODS
from openapi_drift.documents.overlay_renames import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_drift.documents.document import Document

_SAID_TO_PEOPLE = frozenset({"description", "title", "example", "examples", "enum", "x-inferred"})
_ALIKE = 0.6
"""The share of property names that two schemas must have in common to be one by their shape alone."""


@dataclass(frozen=True)
class PairedOperation:
    """An operation's method, and its path in both documents."""

    method: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.new}"


@dataclass(frozen=True)
class DocumentPairing:
    """What is the same in both documents: operations; schemas of the components, ours to the vendor's; other schemas.

    ``out`` are schemas that are components with us and stand at places of the vendor's (name to pointers), ``inline``
    those that are the vendor's components and stand at a place with us (pointer in the vendor's document to name);
    ``titles`` maps pointers of the vendor's schemas to the title ours has, where it differs. ``unpaired`` says in words
    what was found on one side only.
    """

    operations: list[PairedOperation]
    schemas: dict[str, str]
    out: dict[str, list[str]]
    inline: dict[str, str]
    titles: dict[str, str | None]
    unpaired: list[str] = field(default_factory=list)


def pair(old: Document, new: Document) -> DocumentPairing:
    """Pair our document (``old``, corrected) with the vendor's (``new``, as it came)."""
    operations = _operations(old, new)
    votes = SchemaVotes(old, new)
    for each in operations:
        votes.operation(each.method, each.old, each.new)
    schemas = _schemas(old, new, votes)
    out, inline = _moved(votes, schemas)
    moved = {pointer for pointers in out.values() for pointer in pointers}
    titles = {pointer: title for pointer, title in votes.titles.items() if pointer not in moved}
    paired = DocumentPairing(operations, schemas, out, inline, titles)
    return replace(paired, unpaired=_unpaired(old, new, paired))


def _operations(old: Document, new: Document) -> list[PairedOperation]:
    left, right = _by_route(old), _by_route(new)
    found = [PairedOperation(route[0], left[route], right[route]) for route in left if route in right]
    used = {(paired.method, paired.old) for paired in found}, {(paired.method, paired.new) for paired in found}
    full = [_by_route(document, _base_path(document)) for document in (old, new)]
    for route in full[0]:
        if route in full[1]:
            paired = PairedOperation(route[0], full[0][route], full[1][route])
            if (paired.method, paired.old) not in used[0] and (paired.method, paired.new) not in used[1]:
                found.append(paired)
    return found


def _by_route(document: Document, base: str = "") -> dict[tuple[str, str], str]:
    """The operations' paths, by method and path without names of parameters; of two that are one by that, the first."""
    found: dict[tuple[str, str], str] = {}
    for path, method in operations_of(document):
        found.setdefault((method, PLACEHOLDER.sub("{}", f"{base}{path}").rstrip("/")), path)
    return found


def operations_of(document: Document) -> Iterable[tuple[str, str]]:
    """The paths and methods of a document's operations."""
    items = ((path, item) for path, item in document["paths"].items() if isinstance(item, dict))
    return [(path, method) for path, item in items for method in METHODS if isinstance(item.get(method), dict)]


def _base_path(document: Document) -> str:
    """The path of the first server, its variables filled in by their defaults."""
    servers = document.get("servers")
    server = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], dict) else {}
    variables = server.get("variables") or {}
    url = PLACEHOLDER.sub(
        lambda name: str((variables.get(name[1]) or {}).get("default", name[1])), str(server.get("url", ""))
    )
    return urlsplit(url).path.rstrip("/")


def _schemas(old: Document, new: Document, votes: SchemaVotes) -> dict[str, str]:
    """Ours to the vendor's, one to one: by use, then by name where the shape agrees, by shape, and by name alone.

    Whatever is paired is looked into, so that its parts have votes before the next step.
    """
    ours, theirs = components(old), components(new)
    found: dict[str, str] = {}

    def rank(names: tuple[str, str]) -> tuple[Any, ...]:
        alike = likeness(ours[names[0]], theirs[names[1]])
        return -votes.votes[names], -alike, -SequenceMatcher(None, *names).ratio(), names

    def take(candidates: Iterable[tuple[str, str]]) -> None:
        taken = set(found.values())
        for name, other in candidates:
            if name not in found and other not in taken:
                found[name] = other
                taken.add(other)
        votes.components(found)

    def voted() -> list[tuple[str, str]]:
        return sorted((names for names in votes.votes if names[0] in ours and names[1] in theirs), key=rank)

    take(voted())
    same = [(name, name) for name in ours if name in theirs]
    take(names for names in same if likeness(ours[names[0]], theirs[names[1]]) >= _ALIKE)
    take(voted())
    take(sorted(_left(ours, theirs, found, votes), key=rank))
    take(voted())
    take(same)
    return found


def _left(
    ours: dict[str, Any], theirs: dict[str, Any], found: dict[str, str], votes: SchemaVotes
) -> Iterable[tuple[str, str]]:
    """Pairs of alike schemas, of those that are not paired yet, nor known to stand elsewhere on the other side."""
    known = {*found, *votes.out}, {*found.values(), *votes.inline.values()}
    rest = ((a, b) for a in ours if a not in known[0] for b in theirs if b not in known[1])
    return (names for names in rest if likeness(ours[names[0]], theirs[names[1]]) >= _ALIKE)


def likeness(one: Any, other: Any) -> float:
    """How alike two schemas are by their shape, 0 to 1: what of their properties, or else of their words, is common."""
    left, right = properties(one), properties(other)
    if not left and not right:
        left, right = _words(one), _words(other)
    return len(left & right) / len(left | right) if left or right else 0.0


def _words(schema: Any) -> set[str]:
    """What a schema of no object says: its keywords with their values, each word of an enum by itself."""
    if not isinstance(schema, dict):
        return set()
    said = {
        f"{key}: {value!r}" for key, value in schema.items() if key not in _SAID_TO_PEOPLE and "$ref" not in repr(value)
    }
    return said | {f"enum: {word!r}" for word in schema.get("enum") or []}


def _moved(votes: SchemaVotes, schemas: dict[str, str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Components of one side that stand at a place on the other, unless they are paired with components."""
    out = {name: pointers for name, pointers in votes.out.items() if name not in schemas}
    taken = set(schemas.values())
    inline = {pointer: name for pointer, name in votes.inline.items() if name not in taken}
    return out, inline


def _unpaired(old: Document, new: Document, paired: DocumentPairing) -> list[str]:
    ours = {(each.method, each.old) for each in paired.operations}
    theirs = {(each.method, each.new) for each in paired.operations}
    words = [f"gone: {m.upper()} {path}" for path, m in operations_of(old) if (m, path) not in ours]
    words += [f"new: {m.upper()} {path}" for path, m in operations_of(new) if (m, path) not in theirs]
    words += [f"gone: schema {name}" for name in components(old) if name not in {*paired.schemas, *paired.out}]
    known = {*paired.schemas.values(), *paired.inline.values()}
    return words + [f"new: schema {name}" for name in components(new) if name not in known]
