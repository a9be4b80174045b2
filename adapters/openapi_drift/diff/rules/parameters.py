"""Rules: parameters that come, go, or become required; and what they may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction
from openapi_drift.diff.defaults import explode, style
from openapi_drift.diff.rules import sunset
from openapi_drift.diff.rules.pairs import Parameter, described, parameter_pairs, schema_pairs
from openapi_drift.diff.rules.sunset import Removal
from openapi_drift.diff.schemas.context import SchemaContext, SchemaRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def added(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report parameters that only the revision has."""
    for parameter in parameter_pairs(pair).added:
        id_, meaning = _added(parameter)
        text = f"{described(parameter.node)} is new and {meaning}"
        yield pair.change(id_, text, place=Direction.REQUEST, revision=parameter.node, level=parameter.level)


_IGNORED = "OpenAPI ignores such a header among parameters"


def _added(parameter: Parameter) -> tuple[str, str]:
    if parameter.place == "path":
        return "new-request-path-parameter", "part of the path: calls need a value for it"
    word = "required" if parameter.required else "optional"
    meaning = "required: requests without it will be refused" if parameter.required else "optional"
    meaning = f"{word}: {_IGNORED}" if parameter.is_ignored else meaning
    if parameter.common:
        return f"new-{word}-request-default-parameter-to-existing-path", f"{meaning} (for all operations of the path)"
    return f"new-{word}-request-parameter", meaning


_REMOVED = {
    Removal.UNANNOUNCED: ("request-parameter-removed", "was removed: what callers send in it is ignored or refused"),
    Removal.DEPRECATED: ("request-parameter-removed-with-deprecation", "was removed; it was deprecated"),
    Removal.AFTER_SUNSET: ("request-parameter-removed-with-deprecation", "was removed after its sunset"),
    Removal.BEFORE_SUNSET: (
        "request-parameter-removed-before-sunset",
        "was removed before its sunset: it was to stay until then",
    ),
    Removal.UNREADABLE_DATE: (
        "request-parameter-sunset-parse",
        "was removed, and nobody can read the sunset it had",
    ),
}


def removed(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report parameters that only the base has, by how they were announced."""
    for parameter in parameter_pairs(pair).removed:
        id_, meaning = _REMOVED[sunset.judge_removal(parameter.node)]
        date = f" ({parameter.node.plain(sunset.FIELD)})" if "sunset" in meaning else ""
        text = f"{described(parameter.node)} {meaning}{date}"
        yield pair.change(id_, text, place=Direction.REQUEST, base=parameter.node, level=parameter.level)


def required(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report parameters that became required, or optional."""
    for base, revision in parameter_pairs(pair).both:
        if base.required == revision.required:
            continue
        name = described(revision.node)
        if revision.required:
            means = _IGNORED if revision.is_ignored else "requests without it are refused"
            id_, text = "request-parameter-became-required", f"{name} is now required: {means}"
        else:
            id_, text = "request-parameter-became-optional", f"{name} is no longer required"
        yield pair.change(
            id_,
            text,
            place=Direction.REQUEST,
            base=base.node,
            revision=revision.node,
            field="required",
            level=revision.level,
        )


def values(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Compare what parameters may hold: their schemas, or those of their one media type."""
    for base, revision in parameter_pairs(pair).both:
        for left, right, media_type in schema_pairs(base.node, revision.node):
            yield from schemas.compare(pair, left, right, _context(base, revision, media_type))


def _context(base: Parameter, revision: Parameter, media_type: str = "") -> SchemaContext:
    node, place = revision.node, revision.place
    return SchemaContext(
        SchemaRole.PARAMETER,
        node.text("name"),
        place,
        style=style(node, place),
        explode=explode(node, place),
        required=base.required or revision.required,
        media_type=media_type,
    )


OPERATION_RULES: tuple[OperationRule, ...] = (added, removed, required, values)
