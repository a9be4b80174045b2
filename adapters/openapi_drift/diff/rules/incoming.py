"""Rules: what the service sends to its user: webhooks and callbacks.

The user reads the request of such an operation as callers read a response, and sends the response as callers send a
request. Its pairs are ``incoming``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction
from openapi_drift.diff.pairing import make_change
from openapi_drift.diff.rules.headers import header_values
from openapi_drift.diff.rules.pairs import described, header_pairs, parameter_pairs, response_pairs, schema_pairs
from openapi_drift.diff.rules.request_bodies import types_sent
from openapi_drift.diff.rules.responses import types_read
from openapi_drift.diff.schemas.context import SchemaContext, SchemaRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode, DocumentOperation
    from openapi_drift.diff.pairing import OperationPair, Pairing
    from openapi_drift.diff.registry import DocumentRule, OperationRule
    from openapi_drift.diff.rules.pairs import Named, Parameter
    from openapi_drift.diff.schemas.comparison import SchemaComparison
    from openapi_drift.documents.document import LoadedDocument

_PLAIN = "text/plain"
"""The media type of what stands in parameters and headers: it does not tell numbers from text."""


def operations(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report operations of webhooks and callbacks that came and went (whole webhooks: see `document`)."""
    for operation in pairing.incoming_removed:
        text = f"{_named(operation)} is no longer sent: receivers wait for it in vain"
        id_ = f"{_kind(operation)}-operation-removed"
        yield make_change(id_, text, operation=operation, place=Direction.RESPONSE, base=operation.node)
    for operation in pairing.incoming_added:
        id_, text = f"{_kind(operation)}-operation-added", f"{_named(operation)} is new"
        yield make_change(id_, text, operation=operation, place=Direction.RESPONSE, revision=operation.node)


def _named(operation: DocumentOperation) -> str:
    return f"The {operation.method} request of the {_kind(operation)}"


def _kind(operation: DocumentOperation) -> str:
    return "webhook" if operation.path.startswith("webhook ") else "callback"


def body(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what became of the body that receivers read, but for what it may hold (`..schemas.bodies`)."""
    base, revision = pair.base.request_body, pair.revision.request_body
    if base is None and revision is not None:
        yield pair.change("webhook-body-added", "The request now has a body", place=pair.asks, revision=revision)
    elif base is not None and revision is None:
        text = "The request has no body any more: receivers that read it find nothing"
        yield pair.change("webhook-body-removed", text, place=pair.asks, base=base)
    elif base is not None and revision is not None:
        yield from _requirement(pair, "webhook-body", "The body of the request", base, revision)
        yield from types_read(pair, "The request", base, revision)


def _requirement(
    pair: OperationPair, prefix: str, name: str, base: DocumentNode, revision: DocumentNode
) -> Iterator[Change]:
    """Report what may newly be missing in a request that receivers read, or no longer."""
    if base.flag("required") == revision.flag("required"):
        return
    if base.flag("required"):
        id_, text = f"{prefix}-became-optional", f"{name} may now be missing: receivers that read it find nothing"
    else:
        id_, text = f"{prefix}-became-required", f"{name} is now always there"
    yield pair.change(id_, text, place=pair.asks, base=base, revision=revision, field="required")


def parameters(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what became of the parameters that receivers read."""
    pairs = parameter_pairs(pair)
    for old in pairs.removed:
        text = f"{described(old.node)} is no longer sent: receivers that read it find nothing"
        yield pair.change("webhook-parameter-removed", text, place=pair.asks, base=old.node)
    for new in pairs.added:
        text = f"{described(new.node)} is new"
        yield pair.change("webhook-parameter-added", text, place=pair.asks, revision=new.node)
    for old, new in pairs.both:
        if old.place != "path":
            yield from _requirement(pair, "webhook-parameter", described(new.node), old.node, new.node)
        yield from _values(pair, schemas, old, new)


def _values(pair: OperationPair, schemas: SchemaComparison, old: Parameter, new: Parameter) -> Iterator[Change]:
    where = f" ({described(new.node).lower()} sent to receivers)"
    for base, revision, media_type in schema_pairs(old.node, new.node):
        context = SchemaContext(SchemaRole.RESPONSE_BODY, media_type or _PLAIN)
        yield from schemas.compare(pair, base, revision, context, where)


def replies(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what became of the responses that receivers send, but for what their bodies may hold."""
    pairs = response_pairs(pair)
    for old in pairs.removed:
        text = f"Status {old.name} is no longer taken as a reply: receivers that send it are refused"
        yield pair.change("webhook-reply-status-removed", text, place=pair.answers, base=old.node)
    for new in pairs.added:
        text = f"Status {new.name} may now be sent as a reply"
        yield pair.change("webhook-reply-status-added", text, place=pair.answers, revision=new.node)
    for old, new in pairs.both:
        yield from types_sent(pair, old.node, new.node)
        yield from _reply_headers(pair, schemas, old, new)


def _reply_headers(pair: OperationPair, schemas: SchemaComparison, base: Named, revision: Named) -> Iterator[Change]:
    headers = header_pairs(base.node, revision.node)
    for old in headers.removed:
        text = f"The header `{old.name}` of the reply ({revision.name}) is no longer read"
        yield pair.change("webhook-reply-header-removed", text, place=pair.answers, base=old.node)
    for new in headers.added:
        word = "required" if new.node.flag("required") else "optional"
        meaning = ": replies without it are refused" if word == "required" else ""
        text = f"The reply ({revision.name}) has the new {word} header `{new.name}`{meaning}"
        yield pair.change(f"webhook-reply-{word}-header-added", text, place=pair.answers, revision=new.node)
    for old, new in headers.both:
        if old.node.flag("required") != new.node.flag("required"):
            required = new.node.flag("required")
            verb, meaning = ("required", ": replies without it are refused") if required else ("optional", "")
            yield pair.change(
                f"webhook-reply-header-became-{verb}",
                f"The header `{new.name}` of the reply ({revision.name}) is now {verb}{meaning}",
                place=pair.answers,
                base=old.node,
                revision=new.node,
                field="required",
            )
        context = SchemaContext(SchemaRole.PARAMETER, new.name, "header", required=new.node.flag("required"))
        yield from header_values(pair, schemas, context, old, new)


OPERATION_RULES: tuple[OperationRule, ...] = (body, parameters, replies)
DOCUMENT_RULES: tuple[DocumentRule, ...] = (operations,)
