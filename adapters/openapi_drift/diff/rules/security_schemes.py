"""Rules: how one signs in: the security schemes that came, went, or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.document import operations, paths, root, without_extensions
from openapi_drift.diff.pairing import make_change
from openapi_drift.diff.rules.requirements import same_schemes, security_schemes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import Pairing
    from openapi_drift.diff.registry import DocumentRule
    from openapi_drift.documents.document import LoadedDocument

_ID = "api-security-component"
_URLS = {
    "authorizationUrl": "oauth-url-changed",
    "tokenUrl": "oauth-token-url-changed",
    "refreshUrl": "oauth-refresh-url-changed",
}


@dataclass(frozen=True, slots=True)
class _Scheme:
    """A scheme on both sides, by its name in a sentence; not ``used``: no operation asks for it, so nobody breaks."""

    name: str
    base: DocumentNode
    revision: DocumentNode
    used: bool

    def change(self, id_: str, text: str, base: DocumentNode | None, revision: DocumentNode | None) -> Change:
        return make_change(
            f"{_ID}-{id_}",
            text if self.used else f"{text} (no operation asks for it)",
            place=Direction.REQUEST,
            base=base,
            revision=revision,
            level=None if self.used else Level.INFO,
        )

    def fields(self, field: str) -> tuple[DocumentNode, DocumentNode]:
        """The field on both sides, or the scheme where it does not say it."""
        return self.base.get(field) or self.base, self.revision.get(field) or self.revision

    def differs(self, field: str) -> bool:
        return bool(self.base.plain(field) != self.revision.plain(field))


def schemes(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report security schemes that came, went, or changed; another name for the same scheme is none of that."""
    old, new = security_schemes(base), security_schemes(revision)
    left, right = same_schemes(base, revision)
    used = _used(base)
    for name, node in old.items():
        if name in new:
            yield from _scheme(_Scheme(f"`{name}`", node, new[name], name in used))
        elif left[name] not in right.values():
            text = f"The security scheme `{name}` was removed"
            yield make_change(f"{_ID}-removed", text, place=Direction.REQUEST, base=node)
    for name, node in new.items():
        if name not in old and right[name] not in left.values():
            text = f"The security scheme `{name}` is new"
            yield make_change(f"{_ID}-added", text, place=Direction.REQUEST, revision=node)


def _used(document: LoadedDocument) -> set[str]:
    """Return the schemes that the document or one of its operations asks for."""
    whole = root(document)
    asked = [whole.plain("security")]
    for path, item in paths(document).items():
        asked += [operation.node.plain("security") for operation in operations(path, item).values()]
    listed = [item for requirements in asked if isinstance(requirements, list) for item in requirements]
    return {name for item in listed if isinstance(item, dict) for name in item}


def _scheme(scheme: _Scheme) -> Iterator[Change]:
    if scheme.differs("type"):
        old, new = _kind(scheme.base), _kind(scheme.revision)
        text = f"Calls that sign in by {scheme.name} fail: it is now {new} instead of {old}"
        yield scheme.change("type-changed", text, *scheme.fields("type"))
        return
    yield from _key(scheme)
    if str(scheme.base.plain("scheme")).lower() != str(scheme.revision.plain("scheme")).lower():
        old, new = (f"`{node.plain('scheme')}`" for node in (scheme.base, scheme.revision))
        text = f"Calls that sign in by {scheme.name} fail: the Authorization header is now of scheme {new}, not {old}"
        yield scheme.change("scheme-changed", text, *scheme.fields("scheme"))
    if scheme.differs("bearerFormat"):
        old, new = scheme.base.plain("bearerFormat"), scheme.revision.plain("bearerFormat")
        text = f"The tokens of {scheme.name} are now said to be {_said(new)}; they were {_said(old)}"
        yield scheme.change("bearer-format-changed", text, *scheme.fields("bearerFormat"))
    if scheme.differs("openIdConnectUrl"):
        text = _address(scheme.name, "openIdConnectUrl", scheme.base, scheme.revision)
        yield scheme.change("open-id-connect-url-changed", text, *scheme.fields("openIdConnectUrl"))
    yield from _flows(scheme)


def _kind(scheme: DocumentNode) -> str:
    way = scheme.text("scheme") or scheme.text("in")
    return f"`{scheme.plain('type')}`" + (f" ({way})" if way else "")


def _said(value: Any) -> str:
    return "of no named format" if value is None else f"`{value}`"


def _key(scheme: _Scheme) -> Iterator[Change]:
    """The key of an apiKey: its place and its name."""
    base, revision = scheme.base, scheme.revision
    if scheme.differs("in"):
        text = (
            f"Calls that sign in by {scheme.name} fail: the key goes into the {revision.plain('in')} "
            f"as `{revision.plain('name')}`, no longer into the {base.plain('in')} as `{base.plain('name')}`"
        )
        yield scheme.change("in-changed", text, *scheme.fields("in"))
    if not _same_name(base, revision):
        text = (
            f"Calls that sign in by {scheme.name} fail: the key in the {revision.plain('in')} is now called "
            f"`{revision.plain('name')}`, no longer `{base.plain('name')}`"
        )
        yield scheme.change("name-changed", text, *scheme.fields("name"))


def _same_name(base: DocumentNode, revision: DocumentNode) -> bool:
    """Return whether a key has the same name; that of a header knows no capitals (RFC 9110)."""
    old, new = (str(scheme.plain("name")) for scheme in (base, revision))
    headers = base.plain("in") == revision.plain("in") == "header"
    return old == new or (headers and old.lower() == new.lower())


def _flows(scheme: _Scheme) -> Iterator[Change]:
    old, new = (without_extensions(node.get("flows")) for node in (scheme.base, scheme.revision))
    for flow in old.keys() - new.keys():
        text = f"The flow `{flow}` of {scheme.name} was removed: callers that sign in by it cannot any more"
        yield scheme.change("oauth-flow-removed", text, old[flow], None)
    for flow in new.keys() - old.keys():
        yield scheme.change("oauth-flow-added", f"{scheme.name} now has the flow `{flow}`", None, new[flow])
    for flow in old.keys() & new.keys():
        inner = _Scheme(f"{scheme.name} ({flow})", old[flow], new[flow], scheme.used)
        for field, id_ in _URLS.items():
            if inner.differs(field):
                yield inner.change(id_, _address(inner.name, field, inner.base, inner.revision), *inner.fields(field))
        yield from _scopes(inner)


def _address(name: str, field: str, base: DocumentNode, revision: DocumentNode) -> str:
    return f"The {field} of {name} is now {revision.plain(field)!r} instead of {base.plain(field)!r}"


def _scopes(flow: _Scheme) -> Iterator[Change]:
    old, new = _plain_scopes(flow.base), _plain_scopes(flow.revision)
    words = {"removed": "went", "added": "is new", "changed": "has another description"}
    what = {
        **{scope: "removed" for scope in old if scope not in new},
        **{scope: "added" for scope in new if scope not in old},
        **{scope: "changed" for scope in old if scope in new and old[scope] != new[scope]},
    }
    before, after = flow.fields("scopes")
    for scope, verb in what.items():
        yield flow.change(
            f"oauth-scope-{verb}",
            f"The scope `{scope}` of {flow.name} {words[verb]}",
            before.get(scope) or before if verb != "added" else None,
            after.get(scope) or after if verb != "removed" else None,
        )


def _plain_scopes(flow: DocumentNode) -> dict[str, Any]:
    value = flow.plain("scopes")
    return value if isinstance(value, dict) else {}


DOCUMENT_RULES: tuple[DocumentRule, ...] = (schemes,)
