"""Rules: who may call (security requirements), and how one signs in (security schemes)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.document import root
from openapi_drift.diff.pairing import document_change
from openapi_drift.diff.rules.requirements import Requirement, compare_requirements, requirements

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
    if not any("security" in side.node.value for side in (pair.base, pair.revision)):
        return
    base, revision = _effective(pair.base), _effective(pair.revision)

    def change(id_: str, text: str) -> Change:
        return pair.change(
            id_, text, place=Direction.REQUEST, base=base or pair.base.node, revision=revision or pair.revision.node
        )

    yield from _requirements("api", base, revision, change)


def _effective(operation: DocumentOperation) -> DocumentNode | None:
    return operation.node.get("security") or root(operation.node.document).get("security")


def global_security(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report what the document asks of all callers."""
    old, new = root(base).get("security"), root(revision).get("security")

    def change(id_: str, text: str) -> Change:
        return document_change(id_, text, place=Direction.REQUEST, base=old, revision=new)

    yield from _requirements("api-global", old, new, change)


def _requirements(
    prefix: str, base: DocumentNode | None, revision: DocumentNode | None, change: Callable[[str, str], Change]
) -> Iterator[Change]:
    old, new = requirements(base), requirements(revision)
    difference = compare_requirements(old, new)
    subject = _SUBJECT[prefix]
    starting: defaultdict[str, list[Requirement]] = defaultdict(list)
    for requirement in new:
        starting[requirement[0][0] if requirement else ""].append(requirement)
    for requirement in difference.removed:
        asked = (other for name in ("", *dict(requirement)) for other in starting[name])
        refused = bool(new) and not any(_is_enough(requirement, other) for other in asked)
        text = "no longer takes {}: callers that use only them are refused" if refused else "no longer asks for {}"
        found = change(f"{prefix}-security-removed", f"{subject} {text.format(_named(requirement))}")
        yield found if refused else replace(found, level=Level.INFO)
    for requirement in difference.added:
        refused = not old and () not in new
        text = "now asks for {}: calls without them are refused" if refused else "now also takes {}"
        found = change(f"{prefix}-security-added", f"{subject} {text.format(_named(requirement))}")
        yield found if refused else replace(found, level=Level.INFO)
    for scheme, scope in difference.scopes_removed:
        yield change(f"{prefix}-security-scope-removed", f"{subject} no longer asks `{scheme}` for the scope `{scope}`")
    for scheme, scope in difference.scopes_added:
        text = f"{subject} now asks `{scheme}` for the scope `{scope}`: credentials without it are refused"
        yield change(f"{prefix}-security-scope-added", text)


def _is_enough(credentials: Requirement, requirement: Requirement) -> bool:
    """Return whether a call with these credentials meets a requirement; all calls meet that of none."""
    held = dict(credentials)
    return all(name in held and scopes <= held[name] for name, scopes in requirement)


def _named(requirement: Requirement) -> str:
    if not requirement:
        return "calls without credentials"
    schemes = [f"`{name}`" + (f" ({', '.join(sorted(scopes))})" if scopes else "") for name, scopes in requirement]
    return "credentials of " + " with ".join(schemes)


def schemes(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report security schemes that came, went, or changed."""
    old, new = _schemes(base), _schemes(revision)
    for name, node in old.items():
        if name not in new:
            text = f"The security scheme `{name}` was removed"
            yield document_change("api-security-component-removed", text, place=Direction.REQUEST, base=node)
        else:
            yield from _scheme(name, node, new[name])
    for name, node in new.items():
        if name not in old:
            text = f"The security scheme `{name}` is new"
            yield document_change("api-security-component-added", text, place=Direction.REQUEST, revision=node)


def _schemes(document: LoadedDocument) -> dict[str, DocumentNode]:
    components = root(document).get("components")
    node = components.get("securitySchemes") if components else None
    return dict(node.items()) if node else {}


def _scheme(name: str, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    if base.plain("type") != revision.plain("type"):
        text = f"The security scheme `{name}` is now {revision.plain('type')} instead of {base.plain('type')}"
        yield document_change(
            "api-security-component-type-changed",
            text,
            place=Direction.REQUEST,
            base=base.get("type") or base,
            revision=revision.get("type") or revision,
        )
    old, new = base.get("flows"), revision.get("flows")
    if old and new:
        for flow, before in old.items():
            if after := new.get(flow):
                yield from _flow(f"{name}` ({flow})", before, after)


def _flow(name: str, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    for field, id_ in (("authorizationUrl", "oauth-url-changed"), ("tokenUrl", "oauth-token-url-changed")):
        if base.plain(field) != revision.plain(field):
            yield document_change(
                f"api-security-component-{id_}",
                f"The {field} of `{name} is now {revision.plain(field)!r} instead of {base.plain(field)!r}",
                place=Direction.REQUEST,
                base=base.get(field) or base,
                revision=revision.get(field) or revision,
            )
    yield from _scopes(name, base, revision)


def _scopes(name: str, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    old, new = _plain_scopes(base), _plain_scopes(revision)
    words = {"removed": "went", "added": "is new", "changed": "has another description"}
    what = {
        **{scope: "removed" for scope in old if scope not in new},
        **{scope: "added" for scope in new if scope not in old},
        **{scope: "changed" for scope in old if scope in new and old[scope] != new[scope]},
    }
    before, after = base.get("scopes") or base, revision.get("scopes") or revision
    for scope, verb in what.items():
        yield document_change(
            f"api-security-component-oauth-scope-{verb}",
            f"The scope `{scope}` of `{name} {words[verb]}",
            place=Direction.REQUEST,
            base=before.get(scope) or before if verb != "added" else None,
            revision=after.get(scope) or after if verb != "removed" else None,
        )


def _plain_scopes(flow: DocumentNode) -> dict[str, Any]:
    value = flow.plain("scopes")
    return value if isinstance(value, dict) else {}


OPERATION_RULES: tuple[OperationRule, ...] = (operation_security,)
DOCUMENT_RULES: tuple[DocumentRule, ...] = (global_security, schemes)
