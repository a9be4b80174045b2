"""Rules: what travels in one direction only, in schemas that are no property of a body (those: `properties`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair


def one_way(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report readOnly and writeOnly where they have no meaning: OpenAPI gives them one for properties."""
    if pair.scope.is_property and pair.scope.body:
        return
    for flag, word in (("readOnly", "read-only"), ("writeOnly", "write-only")):
        if pair.base.flag(flag) != pair.revision.flag(flag):
            became, is_ = ("", "now") if pair.revision.flag(flag) else ("not-", "no longer")
            says = f"is {is_} {word}, which has a meaning only for properties of bodies"
            yield from pair.report(f"became-{became}{word}", says, flag)


RULES = (one_way,)
