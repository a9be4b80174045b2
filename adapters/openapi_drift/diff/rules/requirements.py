"""Security requirements: a list of alternatives, each of which asks for one or more schemes with their scopes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from openapi_drift.diff.document import entries, root
from openapi_drift.diff.meaningless import meaningful
from openapi_drift.diff.schemas.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.documents.document import LoadedDocument

Requirement = tuple[tuple[str, frozenset[str]], ...]
"""One alternative: its schemes with their scopes, by name; () asks for nothing."""


@dataclass(frozen=True, slots=True)
class RequirementChanges:
    """What differs between two lists; scopes are (scheme, scope)."""

    removed: list[Requirement] = field(default_factory=list)
    added: list[Requirement] = field(default_factory=list)
    scopes_removed: list[tuple[str, str]] = field(default_factory=list)
    scopes_added: list[tuple[str, str]] = field(default_factory=list)


def requirements(node: DocumentNode | None, names: Mapping[str, str] | None = None) -> list[Requirement]:
    """Return the alternatives of a `security` field, in a fixed order; none, [] and [{}] all ask for nothing.

    ``names`` are those by which schemes are to be called (`same_schemes`).
    """
    listed = node.value if node and isinstance(node.value, list) else []
    found = {_requirement(item, names or {}) for item in listed if isinstance(item, dict)}
    return sorted(found - {()} if found == {()} else found, key=_order)


def _requirement(item: dict[str, object], names: Mapping[str, str]) -> Requirement:
    scopes = {names.get(name, name): value if isinstance(value, list) else [] for name, value in item.items()}
    return tuple((name, frozenset(map(str, scopes[name]))) for name in sorted(scopes))


def _order(requirement: Requirement) -> list[tuple[str, list[str]]]:
    return [(name, sorted(scopes)) for name, scopes in requirement]


def compare_requirements(base: list[Requirement], revision: list[Requirement]) -> RequirementChanges:
    """Return what differs. Two alternatives of the same schemes differ in scopes only if no others could be meant."""
    result = RequirementChanges()
    removed, added = _missing(base, revision), _missing(revision, base)
    by_names = {_names(item): item for item in added}
    counts = Counter(map(_names, removed)), Counter(map(_names, added))
    for item in removed:
        names = _names(item)
        if counts[0][names] == counts[1][names] == 1:
            _scopes(result, item, by_names.pop(names))
        else:
            result.removed.append(item)
    result.added.extend(item for item in added if counts[1][_names(item)] > 1 or _names(item) in by_names)
    return result


def satisfying(among: list[Requirement]) -> Callable[[Requirement], bool]:
    """Return what tells whether callers who fulfil a requirement also fulfil one of these."""
    by_first: dict[str, list[Requirement]] = {}
    for other in among:
        by_first.setdefault(other[0][0] if other else "", []).append(other)

    def is_enough(requirement: Requirement) -> bool:
        given = dict(requirement)
        possible = chain.from_iterable(by_first.get(name, ()) for name in ("", *given))
        return any(all(name in given and scopes <= given[name] for name, scopes in other) for other in possible)

    return is_enough


@lru_cache(maxsize=1)
def same_schemes(base: LoadedDocument, revision: LoadedDocument) -> tuple[dict[str, str], dict[str, str]]:
    """Return for each security scheme of both documents the name to call it by: one name for schemes that are equal.

    A scheme is the same under the same name, whatever became of it, and under another name if both say the same.
    """
    old, new = security_schemes(base), security_schemes(revision)
    first: dict[object, str] = {}
    left = {name: first.setdefault(_said(node), name) for name, node in old.items()}
    right = {name: left[name] if name in left else first.setdefault(_said(node), name) for name, node in new.items()}
    return left, right


def security_schemes(document: LoadedDocument) -> dict[str, DocumentNode]:
    """Return the security schemes of a document by name."""
    return entries(root(document).get("components"), "securitySchemes")


def _said(scheme: DocumentNode) -> object:
    return frozen(meaningful(scheme.value))


def _missing(items: list[Requirement], among: list[Requirement]) -> list[Requirement]:
    known = set(among)
    return [item for item in items if item not in known]


def _names(requirement: Requirement) -> tuple[str, ...]:
    return tuple(name for name, _ in requirement)


def _scopes(result: RequirementChanges, base: Requirement, revision: Requirement) -> None:
    newer = dict(revision)
    for name, scopes in base:
        result.scopes_removed.extend((name, scope) for scope in sorted(scopes - newer[name]))
        result.scopes_added.extend((name, scope) for scope in sorted(newer[name] - scopes))
