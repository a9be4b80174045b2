"""Rules: the links of responses, which say where to go on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction
from openapi_drift.diff.document import entries
from openapi_drift.diff.meaningless import is_meaningless
from openapi_drift.diff.rules.pairs import response_pairs
from openapi_drift.diff.values import equal, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def links(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report links that came, went, or lead elsewhere."""
    for base, revision in response_pairs(pair).both:
        old, new = entries(base.node, "links"), entries(revision.node, "links")
        of = f"of the {revision.name} response"
        for name in old.keys() - new.keys():
            text = f"The link `{name}` {of} was removed: callers that follow it are led nowhere"
            yield pair.change("response-link-removed", text, place=Direction.RESPONSE, base=old[name])
        for name in new.keys() - old.keys():
            text = f"The link `{name}` {of} is new"
            yield pair.change("response-link-added", text, place=Direction.RESPONSE, revision=new[name])
        for name in old.keys() & new.keys():
            yield from _link(pair, f"The link `{name}` {of}", old[name], new[name])


def _link(pair: OperationPair, name: str, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    fields = dict.fromkeys([*dict(base.items()), *dict(revision.items())])
    for field in fields:
        old, new = base.plain(field), revision.plain(field)
        if is_meaningless(field) or field == "server" or equal(old, new):
            continue
        text = f"{name} now has the {field} {shown(new)} instead of {shown(old)}: callers that follow it go elsewhere"
        yield pair.change("response-link-changed", text, place=pair.answers, base=base, revision=revision, field=field)


OPERATION_RULES: tuple[OperationRule, ...] = (links,)
