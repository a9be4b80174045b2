"""Security requirements: a list of alternatives, each of which asks for one or more schemes with their scopes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openapi_drift.diff.document import DocumentNode

Requirement = tuple[tuple[str, frozenset[str]], ...]
"""One alternative: its schemes with their scopes, by name; () asks for nothing."""


@dataclass(frozen=True, slots=True)
class RequirementChanges:
    """What differs between two lists; scopes are (scheme, scope)."""

    removed: list[Requirement] = field(default_factory=list)
    added: list[Requirement] = field(default_factory=list)
    scopes_removed: list[tuple[str, str]] = field(default_factory=list)
    scopes_added: list[tuple[str, str]] = field(default_factory=list)


def requirements(node: DocumentNode | None) -> list[Requirement]:
    """Return the alternatives of a `security` field, in a fixed order; none, [] and [{}] all ask for nothing."""
    listed = node.value if node and isinstance(node.value, list) else []
    found = {_requirement(item) for item in listed if isinstance(item, dict)}
    return sorted(found - {()} if found == {()} else found, key=_order)


def _requirement(item: dict[str, object]) -> Requirement:
    scopes = {name: value if isinstance(value, list) else [] for name, value in item.items()}
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
