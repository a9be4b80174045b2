"""Rules: the properties of an object, which of them are required, and which travel in one direction only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.values import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair


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


def _removed(pair: SchemaPair, name: str, schema: Schema) -> Iterator[SchemaChange]:
    if pair.scope.kind is SchemaRole.REQUEST_BODY:
        if not schema.flag("readOnly"):
            says = "was removed: what callers send in it is ignored or refused"
            yield from pair.of_property("request-property-removed", name, says, schema, None)
    elif pair.scope.kind is SchemaRole.RESPONSE_BODY:
        word = "required" if name in pair.base.required else "optional"
        write_only = "-write-only" if schema.flag("writeOnly") else ""
        says = "was removed: readers find nothing" if word == "required" else "was removed: it never comes any more"
        yield from pair.of_property(f"response-{word}{write_only}-property-removed", name, says, schema, None)


def _added(pair: SchemaPair, name: str, schema: Schema) -> Iterator[SchemaChange]:
    required = name in pair.revision.required
    if pair.scope.kind is SchemaRole.REQUEST_BODY:
        if not schema.flag("readOnly"):
            yield from _added_to_request(pair, name, schema, required)
    elif pair.scope.kind is SchemaRole.RESPONSE_BODY:
        write_only = "-write-only" if schema.flag("writeOnly") else ""
        word, says = ("required", "is new, and always there") if required else ("optional", "is new, and may be there")
        yield from pair.of_property(f"response-{word}{write_only}-property-added", name, says, None, schema)
    elif pair.scope.kind is SchemaRole.PARAMETER and pair.scope.location == "header" and required:
        says = "is new and required: requests without it are refused"
        yield from pair.of_property("new-required-request-header-property", name, says, None, schema)


def _added_to_request(pair: SchemaPair, name: str, schema: Schema, required: bool) -> Iterator[SchemaChange]:
    if not required:
        yield from pair.of_property("new-optional-request-property", name, "is new, and optional", None, schema)
    elif schema.default is ABSENT:
        says = "is new and required: requests without it are refused"
        yield from pair.of_property("new-required-request-property", name, says, None, schema)
    else:
        says = "is new and required, with a default: requests without it may be refused"
        yield from pair.of_property("new-required-request-property-with-default", name, says, None, schema)


def _requirement(pair: SchemaPair, name: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    was, is_ = name in pair.base.required, name in pair.revision.required
    if was == is_:
        return
    if pair.scope.kind is SchemaRole.RESPONSE_BODY:
        write_only = "write-only-" if new.flag("writeOnly") else ""
        word, says = ("required", "is now always there") if is_ else ("optional", "may now be missing")
        yield from pair.of_property(f"response-{write_only}property-became-{word}", name, says, old, new)
        return
    if not is_:
        id_, says = "request-property-became-optional", "is no longer required"
    elif new.default is ABSENT:
        id_, says = "request-property-became-required", "is now required: requests without it are refused"
    else:
        id_ = "request-property-became-required-with-default"
        says = "is now required, with a default: requests without it may be refused"
    if pair.scope.kind is SchemaRole.REQUEST_BODY and not (is_ and new.flag("readOnly")):
        yield from pair.of_property(id_, name, says, old, new)
    elif pair.scope.kind is SchemaRole.PARAMETER and pair.scope.location == "header" and is_:
        says = "is now required: requests without it are refused"
        yield from pair.of_property("request-header-property-became-required", name, says, old, new)


def _one_way(pair: SchemaPair, name: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    if not pair.scope.body:
        return
    side = "request" if pair.scope.request else "response"
    need = "required" if name in pair.base.required else "optional"
    for flag, word, only in (("readOnly", "read-only", "responses"), ("writeOnly", "write-only", "requests")):
        if old.flag(flag) != new.flag(flag):
            became, says = ("", f"is now {word}") if new.flag(flag) else ("not-", f"is no longer {word}")
            meaning = f": it belongs in {only} only" if new.flag(flag) else ""
            yield from pair.of_property(f"{side}-{need}-property-became-{became}{word}", name, says + meaning, old, new)


RULES = (properties,)
