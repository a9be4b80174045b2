"""Rules: the properties of an object, which of them are required, and which travel in one direction only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.openness import Openness, openness
from openapi_drift.diff.schemas.rules.meanings import meaning
from openapi_drift.diff.values import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids for properties that came and went, by role of the schema; the others begin with its scope's prefix."""

    new: str
    new_required: str
    removed: str
    removed_required: str


_IDS = {
    SchemaRole.REQUEST_BODY: _Ids(
        "new-optional-request-property",
        "new-required-request-property",
        "request-property-removed",
        "request-property-removed",
    ),
    SchemaRole.RESPONSE_BODY: _Ids(
        "response-optional-property-added",
        "response-required-property-added",
        "response-optional-property-removed",
        "response-required-property-removed",
    ),
    SchemaRole.PARAMETER: _Ids(
        "new-optional-request-parameter-property",
        "new-required-request-parameter-property",
        "request-parameter-property-removed",
        "request-parameter-property-removed",
    ),
    SchemaRole.HEADER: _Ids(
        "response-header-property-added",
        "response-header-property-added",
        "response-header-property-removed",
        "response-header-property-removed",
    ),
}
_FLAGS = (("readOnly", "read-only"), ("writeOnly", "write-only"))


def properties(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report properties that came, went, or became required, optional, read-only or write-only."""
    old, new = pair.base.schemas("properties"), pair.revision.schemas("properties")
    for name in old.keys() | new.keys():
        if name not in new:
            if name not in pair.wrapped:
                yield from _removed(pair, name, old[name])
        elif name not in old:
            yield from _added(pair, name, new[name])
        else:
            yield from _requirement(pair, name, old[name], new[name])
            yield from _one_way(pair, name, old[name], new[name])


def undescribed(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report names that `required` gained or lost and no property describes."""
    described = pair.base.schemas("properties").keys() | pair.revision.schemas("properties").keys()
    for name in (pair.base.required ^ pair.revision.required) - described:
        is_ = name in pair.revision.required
        word = "now asks" if is_ else "no longer asks"
        text = f"{word} for `{name}`, which it does not describe: {meaning(pair, 'required', is_)}"
        yield from pair.named(_id_of_requirement(pair, is_), text, "required")


def _removed(pair: SchemaPair, name: str, schema: Schema) -> Iterator[SchemaChange]:
    ids = _IDS[pair.scope.kind]
    required = name in pair.base.required
    if schema.flag(pair.scope.unsent or "-"):
        id_ = _id_if_unsent(pair, ids.removed_required if required else ids.removed)
        yield from pair.of_property(id_, name, f"was removed: {_unsent(pair)}", schema, None, sent=False)
    elif pair.scope.request:
        closed = openness(pair.revision, "additionalProperties") is Openness.CLOSED
        means = "requests that have it are refused" if closed else "what callers send in it is ignored or refused"
        level = Level.BREAKING if closed else None
        yield from pair.of_property(ids.removed, name, f"was removed: {means}", schema, None, level=level)
    else:
        says = "was removed: readers find nothing" if required else "was removed: it never comes any more"
        level = None if required or pair.scope.body else Level.WARNING
        yield from pair.of_property(
            ids.removed_required if required else ids.removed, name, says, schema, None, level=level
        )


def _added(pair: SchemaPair, name: str, schema: Schema) -> Iterator[SchemaChange]:
    required = name in pair.revision.required
    if schema.flag(pair.scope.unsent or "-"):
        id_ = _id_if_unsent(pair, _id_of_new(pair, schema, required))
        yield from pair.of_property(id_, name, f"is new: {_unsent(pair)}", None, schema, sent=False)
        return
    if required and name in pair.base.required and pair.scope.request:
        yield from pair.of_property(_IDS[pair.scope.kind].new, name, "is described now", None, schema)
        return
    if not pair.scope.request:
        says = "is new, and always there" if required else "is new, and may be there"
    elif not required:
        says = "is new, and optional"
    elif schema.default is ABSENT or pair.scope.kind is not SchemaRole.REQUEST_BODY:
        says = "is new and required: requests without it are refused"
    else:
        says = "is new and required, with a default: requests without it may be refused"
    yield from pair.of_property(_id_of_new(pair, schema, required), name, says, None, schema)


def _id_of_new(pair: SchemaPair, schema: Schema, required: bool) -> str:
    ids = _IDS[pair.scope.kind]
    if not required:
        return ids.new
    if pair.scope.kind is SchemaRole.REQUEST_BODY and schema.default is not ABSENT:
        return f"{ids.new_required}-with-default"
    return "new-required-request-header-property" if pair.scope.in_request_header else ids.new_required


def _id_of_requirement(pair: SchemaPair, required: bool) -> str:
    return f"{pair.scope.below().prefix}-became-{'required' if required else 'optional'}"


def _requirement(pair: SchemaPair, name: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    is_ = name in pair.revision.required
    if (name in pair.base.required) == is_:
        return
    id_ = _id_of_requirement(pair, is_)
    if new.flag(pair.scope.unsent or "-"):
        says = f"is {'now' if is_ else 'no longer'} required: {_unsent(pair)}"
        yield from pair.of_property(_id_if_unsent(pair, id_), name, says, old, new, sent=False)
        return
    if not pair.scope.request:
        says = "is now always there" if is_ else "may now be missing"
    elif not is_:
        says = "is no longer required"
    elif new.default is not ABSENT and pair.scope.kind is SchemaRole.REQUEST_BODY:
        id_ = f"{id_}-with-default"
        says = "is now required, with a default: requests without it may be refused"
    else:
        id_ = "request-header-property-became-required" if pair.scope.in_request_header else id_
        says = "is now required: requests without it are refused"
    yield from pair.of_property(id_, name, says, old, new)


def one_way_by_reference(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report references that lead to what is now read-only or write-only, where both schemas say the same."""
    old, new = (schema.schemas("properties", pair.references.inside) for schema in (pair.base, pair.revision))
    for name in old.keys() & new.keys():
        yield from _one_way(pair, name, old[name], new[name])


_MEANINGS = {
    ("request", "readOnly", True): "what callers send in it is ignored or refused",
    ("response", "writeOnly", True): "it does not come any more",
}


def _one_way(pair: SchemaPair, name: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    if not pair.scope.body:
        return
    side = "request" if pair.scope.request else "response"
    required = name in pair.base.required
    for flag, word in _FLAGS:
        is_ = new.flag(flag)
        if old.flag(flag) == is_:
            continue
        became, says = ("", f"is now {word}") if is_ else ("not-", f"is no longer {word}")
        means = _MEANINGS.get((side, flag, is_), "")
        if required and side == "request" and flag == "readOnly" and not is_:
            means = "requests without it are refused" if name in pair.revision.required else ""
        id_ = f"{side}-{'required' if required else 'optional'}-property-became-{became}{word}"
        level = None if means or is_ else Level.INFO
        yield from pair.of_property(id_, name, f"{says}: {means}" if means else says, old, new, level=level)


def flags_elsewhere(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report readOnly and writeOnly where they have no meaning: OpenAPI gives them one for properties of bodies."""
    if pair.scope.is_property and pair.scope.body:
        return
    for flag, word in _FLAGS:
        if pair.base.flag(flag) != pair.revision.flag(flag):
            became, is_ = ("", "now") if pair.revision.flag(flag) else ("not-", "no longer")
            says = f"is {is_} {word}, which has a meaning only for properties of bodies"
            yield from pair.report(f"became-{became}{word}", says, flag)


def _id_if_unsent(pair: SchemaPair, id_: str) -> str:
    """Return the id for a property that does not travel: only those of responses have their own."""
    return id_ if pair.scope.request else id_.replace("property", "write-only-property", 1)


def _unsent(pair: SchemaPair) -> str:
    return "it is read-only and not sent" if pair.scope.request else "it is write-only and never comes"


RULES = (properties, undescribed, flags_elsewhere)
