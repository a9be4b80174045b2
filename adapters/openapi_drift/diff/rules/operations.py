"""Rules: operations that come and go, their ids and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff import stability_levels
from openapi_drift.diff.change import Level
from openapi_drift.diff.document import operations
from openapi_drift.diff.pairing import make_change
from openapi_drift.diff.rules import sunset
from openapi_drift.diff.rules.sunset import Removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentOperation
    from openapi_drift.diff.pairing import OperationPair, Pairing
    from openapi_drift.diff.registry import DocumentRule, OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison
    from openapi_drift.documents.document import LoadedDocument

_REMOVED = {
    Removal.UNANNOUNCED: ("{}-removed-without-deprecation", "was removed without notice: calls of it fail"),
    Removal.DEPRECATED: ("{}-removed-with-deprecation", "was removed, as was announced: calls of it fail"),
    Removal.AFTER_SUNSET: ("{}-removed-with-deprecation", "was removed after its sunset"),
    Removal.BEFORE_SUNSET: ("{}-removed-before-sunset", "was removed before its sunset: it was to stay until then"),
    Removal.UNREADABLE_DATE: ("api-path-sunset-parse", "was removed, and nobody can read the sunset it had"),
}


def removed(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report operations that only the base has; where the whole path went, all of its operations."""
    for operation in pairing.removed:
        yield from _removed(operation, "api")
    for path, item in pairing.removed_paths.items():
        for operation in operations(path, item).values():
            yield from _removed(operation, "api-path")


def _removed(operation: DocumentOperation, prefix: str) -> Iterator[Change]:
    if not stability_levels.is_valid(operation.node):
        text = "The operation was removed, and nobody can read the stability level it had"
        yield make_change("api-invalid-stability-level", text, operation=operation, base=operation.node)
    elif stability_levels.is_promised(operation.node):
        removal = sunset.judge_removal(operation.node)
        id_, meaning = _REMOVED[removal]
        date = f" ({operation.node.plain(sunset.FIELD)})" if "sunset" in meaning else ""
        text = f"The operation {meaning}{date}"
        level = Level.WARNING if removal is Removal.AFTER_SUNSET else None
        yield make_change(id_.format(prefix), text, operation=operation, base=operation.node, level=level)


def added(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report operations that only the revision has."""
    for operation in pairing.added:
        yield make_change("endpoint-added", "The operation is new", operation=operation, revision=operation.node)


def operation_id(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report an operation's id that changed: generated functions are named after it."""
    old, new = pair.base.operation_id, pair.revision.operation_id
    if old == new:
        return
    if old:
        now = f"its id is now `{new}`" if new else "it has none any more"
        id_, text = "removed", f"The operation's id was `{old}`; {now}: generated functions change their name"
    else:
        id_, text = "added", f"The operation now has the id `{new}`: generated functions take that name"
    nodes = pair.base.node, pair.revision.node
    yield pair.change(f"api-operation-id-{id_}", text, base=nodes[0], revision=nodes[1], field="operationId")


def tags(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report tags that came and went: generators make modules of them."""
    old, new = pair.base.node.texts("tags"), pair.revision.node.texts("tags")
    base, revision, before, after = pair.base.node, pair.revision.node, set(old), set(new)
    for tag in [tag for tag in old if tag not in after]:
        text = f"The operation no longer has the tag `{tag}`: generated modules may change their place"
        yield pair.change("api-tag-removed", text, base=base, revision=revision, field="tags")
    for tag in [tag for tag in new if tag not in before]:
        text = f"The operation now has the tag `{tag}`: generated modules may change their place"
        yield pair.change("api-tag-added", text, base=base, revision=revision, field="tags")


OPERATION_RULES: tuple[OperationRule, ...] = (operation_id, tags)
DOCUMENT_RULES: tuple[DocumentRule, ...] = (removed, added)
