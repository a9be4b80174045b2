"""Rules: who may call: the security requirements of the document and of each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.document import root
from openapi_drift.diff.pairing import Inheritance, document_change, inheritance
from openapi_drift.diff.rules.requirements import (
    Requirement,
    compare_requirements,
    requirements,
    same_schemes,
    satisfying,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode, DocumentOperation
    from openapi_drift.diff.pairing import OperationPair, Pairing
    from openapi_drift.diff.registry import DocumentRule, OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison
    from openapi_drift.documents.document import LoadedDocument

_SUBJECT = {"api": "The operation", "api-global": "The API"}


def operation_security(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what an operation asks of its callers, where it says so itself; else the document's word counts."""
    if not (_says(pair.base) or _says(pair.revision)):
        return
    base, revision = _effective(pair.base), _effective(pair.revision)

    def change(id_: str, text: str, level: Level | None) -> Change:
        return pair.change(
            id_,
            text,
            place=pair.asks,
            base=base or pair.base.node,
            revision=revision or pair.revision.node,
            level=level,
        )

    yield from _requirements("api", _both(pair.base.node.document, pair.revision.node.document, base, revision), change)


def _says(operation: DocumentOperation) -> bool:
    return operation.node.get("security") is not None


def _effective(operation: DocumentOperation) -> DocumentNode | None:
    return operation.node.get("security") or root(operation.node.document).get("security")


def global_security(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report what the document asks of all callers, unless each operation says so itself."""
    old, new = root(base).get("security"), root(revision).get("security")
    heirs = inheritance(pairing.pairs, _says)
    if heirs is Inheritance.MOVED or (heirs is Inheritance.NOBODY and pairing.pairs):
        return

    def change(id_: str, text: str, level: Level | None) -> Change:
        return document_change(id_, text, place=Direction.REQUEST, base=old, revision=new, level=level)

    yield from _requirements("api-global", _both(base, revision, old, new), change)


def _both(
    base: LoadedDocument, revision: LoadedDocument, old: DocumentNode | None, new: DocumentNode | None
) -> tuple[list[Requirement], list[Requirement]]:
    names = same_schemes(base, revision)
    return requirements(old, names[0]), requirements(new, names[1])


def _requirements(
    prefix: str,
    both: tuple[list[Requirement], list[Requirement]],
    change: Callable[[str, str, Level | None], Change],
) -> Iterator[Change]:
    old, new = both
    difference = compare_requirements(old, new)
    subject, is_enough = _SUBJECT[prefix], satisfying(new)
    for requirement in difference.removed:
        kept = not new or is_enough(requirement)
        text = "no longer asks for {}" if kept else "no longer takes {}: callers that use only them are refused"
        level = Level.INFO if kept else None
        yield change(f"{prefix}-security-removed", f"{subject} {text.format(_named(requirement))}", level)
    for requirement in difference.added:
        open_ = bool(old) or () in new
        text = "now also takes {}" if open_ else "now asks for {}: calls without them are refused"
        level = Level.INFO if open_ else None
        yield change(f"{prefix}-security-added", f"{subject} {text.format(_named(requirement))}", level)
    for scheme, scope in difference.scopes_removed:
        text = f"{subject} no longer asks `{scheme}` for the scope `{scope}`"
        yield change(f"{prefix}-security-scope-removed", text, None)
    for scheme, scope in difference.scopes_added:
        text = f"{subject} now asks `{scheme}` for the scope `{scope}`: credentials without it are refused"
        yield change(f"{prefix}-security-scope-added", text, None)


def _named(requirement: Requirement) -> str:
    if not requirement:
        return "calls without credentials"
    schemes = [f"`{name}`" + (f" ({', '.join(sorted(scopes))})" if scopes else "") for name, scopes in requirement]
    return "credentials of " + " with ".join(schemes)


OPERATION_RULES: tuple[OperationRule, ...] = (operation_security,)
DOCUMENT_RULES: tuple[DocumentRule, ...] = (global_security,)
