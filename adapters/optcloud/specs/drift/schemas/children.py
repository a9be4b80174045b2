"""Which schemas inside two schemas belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optcloud.specs.drift.schemas.fingerprint import MAPS, SINGLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optcloud.specs.drift.schemas.model import Schema
    from optcloud.specs.drift.schemas.pair import SchemaPair


def children(pair: SchemaPair) -> Iterator[tuple[Schema, Schema]]:
    """Yield the schemas inside that both sides have. One that only one side has is its keyword's rule's affair."""
    base, revision = pair.base, pair.revision
    for key in ("allOf", "anyOf", "oneOf"):
        if key in base.value and key in revision.value and not pair.type_lists:
            yield from pair.matched(key).both
    if "prefixItems" in base.value and "prefixItems" in revision.value:
        yield from zip(base.alternatives("prefixItems"), revision.alternatives("prefixItems"), strict=False)
    for key in MAPS:
        if key in base.value and key in revision.value:
            yield from _named(base.schemas(key), revision.schemas(key))
    for key in SINGLE:
        if key in base.value and key in revision.value:
            yield from _single(base.schema(key), revision.schema(key))


def _named(base: dict[str, Schema], revision: dict[str, Schema]) -> Iterator[tuple[Schema, Schema]]:
    for name, schema in base.items():
        if name in revision:
            yield schema, revision[name]


def _single(base: Schema | None, revision: Schema | None) -> Iterator[tuple[Schema, Schema]]:
    if base is not None and revision is not None:
        yield base, revision
