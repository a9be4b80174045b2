"""Rules: `servers`: where the calls go. The document says it for all operations, a path or an operation for itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.document import entries, root
from openapi_drift.diff.meaningless import meaningful
from openapi_drift.diff.pairing import Inheritance, inheritance, make_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode, DocumentOperation
    from openapi_drift.diff.pairing import OperationPair, Pairing
    from openapi_drift.diff.registry import DocumentRule, OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison
    from openapi_drift.documents.document import LoadedDocument

MakeChange = Callable[[str, str, "DocumentNode | None", "DocumentNode | None"], "Change"]
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_OUTSIDE_BRACES = re.compile(r"[^{}]+(?![^{}]*\})")


@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A server: its address as written, and its object; None for the one that is meant where none is named."""

    url: str
    node: DocumentNode | None

    @property
    def key(self) -> str:
        """The address in the form by which it is known: a slash at the end, and capitals of a host, mean nothing."""
        scheme, separator, rest = self.url.rstrip("/").partition("://")
        host, slash, path = rest.partition("/")
        start = _OUTSIDE_BRACES.sub(lambda found: found[0].lower(), f"{scheme}{separator}{host}")
        return start + slash + path if separator else scheme

    @property
    def path(self) -> str:
        """The address's path with the defaults of its variables: what stands before each path of the document."""
        variables = entries(self.node, "variables")
        url = _VARIABLE.sub(lambda name: _default(variables.get(name[1])) or name[0], self.url)
        try:
            return urlsplit(url).path.rstrip("/")
        except ValueError:  # such as a host in an open bracket
            return url


def _default(variable: DocumentNode | None) -> str:
    return str(variable.plain("default") or "") if variable else ""


def listed(node: DocumentNode | None) -> dict[str, Server]:
    """Return the servers of a list by their key; without any, `/` is meant.

    An address may be listed more than once, with other variables: each is a server of its own, in whatever order.
    """
    nodes = [item for item in node.elements() if isinstance(item.plain("url"), str)] if node else []
    servers = [Server(item.text("url"), item) for item in nodes] or [Server("/", None)]
    found: dict[str, dict[str, Server]] = {}
    for server in servers:
        said = meaningful(server.node.value) if server.node else None
        found.setdefault(server.key, {})[json.dumps(said, sort_keys=True, default=str)] = server
    return {
        key if index == 0 else f"{key} {index}": alike[said]
        for key, alike in found.items()
        for index, said in enumerate(sorted(alike))
    }


def own_servers(operation: DocumentOperation) -> DocumentNode | None:
    """Return the servers that an operation or its path names; None: those of the document count."""
    found = operation.node.get("servers") or operation.path_item.get("servers")
    return found if found and found.value else None


def of_operation(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report where an operation's calls go, if it or its path says so; else the document's word counts."""
    own = own_servers(pair.base), own_servers(pair.revision)
    if pair.incoming or own == (None, None):
        return
    old, new = (
        node or root(side.node.document).get("servers")
        for node, side in zip(own, (pair.base, pair.revision), strict=True)
    )

    def change(id_: str, text: str, base: DocumentNode | None, revision: DocumentNode | None) -> Change:
        return pair.change(id_, text, place=Direction.REQUEST, base=base, revision=revision)

    left, right = listed(old), listed(new)
    if old is None and not left.keys() & right.keys():
        now = next(iter(right.values()))
        text = f"Calls go to `{now.url}`, no longer to where those of the whole document go: it may not answer there"
        yield change("api-server-removed", text, None, now.node)
        return
    yield from _servers(left, right, change)


def of_document(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report where the calls of all operations go, unless each operation says so itself."""
    old, new = root(base).get("servers"), root(revision).get("servers")
    heirs = inheritance(pairing.pairs, lambda operation: own_servers(operation) is not None)
    if heirs is Inheritance.MOVED:
        return
    level, suffix = (Level.INFO, " (each operation says it for itself)") if heirs is Inheritance.NOBODY else (None, "")

    def change(id_: str, text: str, before: DocumentNode | None, after: DocumentNode | None) -> Change:
        return make_change(id_, text + suffix, place=Direction.REQUEST, base=before, revision=after, level=level)

    yield from _servers(listed(old), listed(new), change)


def _servers(old: dict[str, Server], new: dict[str, Server], change: MakeChange) -> Iterator[Change]:
    removed = [server for key, server in old.items() if key not in new]
    added = [server for key, server in new.items() if key not in old]
    for key in old.keys() & new.keys():
        yield from _variables(new[key].url, old[key].node, new[key].node, change)
    if removed and added and len(removed) == len(old) and _elsewhere(removed, added):
        first, now = removed[0], added[0]
        text = (
            f"Calls go to `{now.url}` instead of `{first.url}`: those to the old path "
            f"(`{first.path or '/'}`, now `{now.path or '/'}`) fail"
        )
        yield change("api-server-path-changed", text, _url(first), _url(now))
        removed, added = removed[1:], added[1:]
    for server in removed:
        if server.node:
            text = f"The server `{server.url}` was removed: it may no longer answer"
            yield change("api-server-removed", text, server.node, None)
    for server in added:
        if server.node:
            yield change("api-server-added", f"The server `{server.url}` is new", None, server.node)


def _elsewhere(removed: list[Server], added: list[Server]) -> bool:
    """Whether no old path is served any more. A document that named no server said nothing of a host's paths."""
    if removed[0].node is None and all("://" in server.url for server in added):
        return False
    return {server.path for server in removed}.isdisjoint(server.path for server in added)


def _url(server: Server) -> DocumentNode | None:
    return server.node.get("url") if server.node else None


def _variables(
    url: str, base: DocumentNode | None, revision: DocumentNode | None, change: MakeChange
) -> Iterator[Change]:
    old, new = entries(base, "variables"), entries(revision, "variables")
    for name in set(_VARIABLE.findall(url)) & old.keys() & new.keys():
        before, after = old[name], new[name]
        where = f"`{name}` in the address `{url}`"
        if before.plain("default") != after.plain("default"):
            text = (
                f"The default of {where} is now {after.plain('default')!r} instead of {before.plain('default')!r}: "
                "calls that rely on it go elsewhere"
            )
            yield change(
                "api-server-variable-default-changed", text, before.get("default"), after.get("default") or after
            )
        values, words = before.texts("enum"), after.texts("enum")
        if not values or not words:
            continue
        sides = before.get("enum"), after.get("enum")
        for value in sorted(set(values) - set(words)):
            text = f"{where} can no longer be `{value}`: calls with it fail"
            yield change("api-server-variable-enum-value-removed", text, *sides)
        for value in sorted(set(words) - set(values)):
            yield change("api-server-variable-enum-value-added", f"{where} may now be `{value}`", *sides)


OPERATION_RULES: tuple[OperationRule, ...] = (of_operation,)
DOCUMENT_RULES: tuple[DocumentRule, ...] = (of_document,)
