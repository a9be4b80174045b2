"""What belongs together in two versions of an operation: its parameters, headers and media types."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from openapi_drift.diff.change import Level
from openapi_drift.diff.document import content
from openapi_drift.diff.rules import media_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openapi_drift.diff.document import DocumentNode, DocumentOperation
    from openapi_drift.diff.pairing import OperationPair

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Pairs(Generic[T]):
    """Things that both sides have, and those that only one has."""

    both: list[tuple[T, T]] = field(default_factory=list)
    removed: list[T] = field(default_factory=list)
    added: list[T] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter of an operation; ``common``: said once for all operations of its path."""

    node: DocumentNode
    common: bool

    @property
    def place(self) -> str:
        """ "query", "path", "header" or "cookie"."""
        return self.node.text("in")

    @property
    def required(self) -> bool:
        # A path without one of its parts is another path.
        return self.place == "path" or self.node.flag("required")

    @property
    def level(self) -> Level | None:
        """The level of all its changes, if it has one: a header that OpenAPI ignores among parameters breaks nobody."""
        return Level.INFO if self.is_ignored else None

    @property
    def is_ignored(self) -> bool:
        """Whether it is a header that OpenAPI describes otherwise."""
        return self.place == "header" and self.node.text("name").lower() in IGNORED_HEADERS


IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Request headers that OpenAPI says otherwise (media types, security): as parameters they are ignored."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """An entry of a mapping, with its name: a header, or a media type."""

    name: str
    node: DocumentNode


# All rules look at one operation before the next, so the last one's pairs are worth keeping.
@lru_cache(maxsize=1)
def parameter_pairs(pair: OperationPair) -> Pairs[Parameter]:
    """Pair the parameters by place and name, those of the path included; renamed path parameters are the same."""
    base = {_renamed(key, pair.renamed): item for key, item in _parameters(pair.base).items()}
    return pairs_by_key(base, _parameters(pair.revision))


@lru_cache(maxsize=1)
def response_pairs(pair: OperationPair) -> Pairs[Named]:
    """Pair the responses by status; `2XX` and its like stand for each status that is not named itself."""
    return status_pairs(pair.base.responses, pair.revision.responses)


def status_pairs(base: dict[str, DocumentNode], revision: dict[str, DocumentNode]) -> Pairs[Named]:
    """Pair responses by status, as `response_pairs` does."""
    partners = [(old, new) for old in base for new in _partners(old, base, revision)]
    left, right = {old for old, _ in partners}, {new for _, new in partners}
    return Pairs(
        [(Named(old, base[old]), Named(new, revision[new])) for old, new in partners],
        [Named(status, node) for status, node in base.items() if status not in left],
        [Named(status, node) for status, node in revision.items() if status not in right],
    )


def _partners(old: str, base: dict[str, DocumentNode], revision: dict[str, DocumentNode]) -> list[str]:
    """Return the revision's statuses that a base's status covers, or is covered by."""
    named = [old] if old in revision else [_range(old)] if _range(old) in revision else []
    if old == _range(old):
        named += [new for new in revision if new not in base and new != old and _range(new) == old]
    return named


def _range(status: str) -> str:
    """Return `4XX` for `404`; "default" has no range and stands for itself."""
    return status[0] + "XX" if status[:1].isdigit() else status


def header_pairs(base: DocumentNode, revision: DocumentNode) -> Pairs[Named]:
    """Pair the headers of a response; their names know no capitals (RFC 9110)."""
    return pairs_by_key(_headers(base), _headers(revision))


def media_type_pairs(base: Mapping[str, DocumentNode], revision: Mapping[str, DocumentNode]) -> Pairs[Named]:
    """Pair media types: by name, else one that holds the other (`application/json`, `application/problem+json`)."""
    both = [name for name in base if name in revision]
    others = media_types.Related(name for name in base if name not in revision)
    result: Pairs[Named] = Pairs([(Named(name, base[name]), Named(name, revision[name])) for name in both])
    for name in (name for name in revision if name not in base):
        partner = others.take(name)
        if partner is None:
            result.added.append(Named(name, revision[name]))
        else:
            result.both.append((Named(partner, base[partner]), Named(name, revision[name])))
    result.removed.extend(Named(name, base[name]) for name in others.left())
    return result


def schema_pairs(base: DocumentNode, revision: DocumentNode) -> Iterator[tuple[DocumentNode, DocumentNode, str]]:
    """Yield the schemas of a parameter, header or body on both sides, with the media type; "" for one without."""
    sides = [(base.schema(), revision.schema(), "")]
    for old, new in media_type_pairs(content(base), content(revision)).both:
        sides.append((old.node.schema(), new.node.schema(), new.name))
    for before, after, media_type in sides:
        if before and after:
            yield before, after, media_type


def described(parameter: DocumentNode) -> str:
    """Return what people call a parameter: "Query parameter `limit`"; request headers are headers."""
    place, name = parameter.text("in"), parameter.text("name")
    return f"Request header `{name}`" if place == "header" else f"{place.capitalize() or 'The'} parameter `{name}`"


def pairs_by_key(base: Mapping[K, T], revision: Mapping[K, T]) -> Pairs[T]:
    """Pair what has the same key."""
    return Pairs(
        [(item, revision[key]) for key, item in base.items() if key in revision],
        [item for key, item in base.items() if key not in revision],
        [item for key, item in revision.items() if key not in base],
    )


def _parameters(operation: DocumentOperation) -> dict[object, Parameter]:
    listed = [Parameter(node, True) for node in operation.common_parameters.values()]
    listed += [Parameter(node, False) for node in operation.parameters.values()]
    return {_key(item.node): item for item in listed}  # an operation's own parameter takes the path's place


def _key(parameter: DocumentNode) -> tuple[str, str]:
    place, name = parameter.text("in"), parameter.text("name")
    return place, name.lower() if place == "header" else name


def _renamed(key: object, renamed: dict[str, str]) -> object:
    place, name = key if isinstance(key, tuple) else ("", "")
    return (place, renamed.get(name, name)) if place == "path" else key


def _headers(response: DocumentNode) -> dict[object, Named]:
    listed = response.get("headers")
    return {name.lower(): Named(name, node) for name, node in listed.items()} if listed else {}
