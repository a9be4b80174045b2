"""Rules: schemas that are deprecated, with or without a sunset, and how stable they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff import stability_levels
from openapi_drift.diff.levels import levels
from openapi_drift.diff.rules import sunset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair


_TOLD = ("deprecated", sunset.FIELD)


def deprecation(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a schema that is to go, or stays after all."""
    was, is_ = pair.base.flag("deprecated"), pair.revision.flag("deprecated")
    if was == is_:
        return
    if was:
        yield from pair.report("reactivated", "is no longer deprecated: it stays", "deprecated", explains=_TOLD)
        return
    yield from _deprecated(pair)


def _deprecated(pair: SchemaPair) -> Iterator[SchemaChange]:
    node = pair.revision.node
    dated = pair.id_of("deprecated-with-sunset") in levels()
    if not (dated and sunset.has_sunset(node)):
        says = "is deprecated: stop using it before it goes"
        yield from pair.report("deprecated", says, "deprecated", explains=_TOLD)
        return
    if problem := sunset.problem(node):
        says = f"is deprecated with a sunset nobody can read: {problem}"
        yield from pair.report("deprecated-sunset-invalid", says, sunset.FIELD, explains=_TOLD)
        return
    date = sunset.sunset(node)
    if date < sunset.today():
        says = f"is deprecated, and its sunset {date} is already past"
        yield from pair.report("sunset-date-too-small", says, sunset.FIELD, explains=_TOLD)
    else:
        says = f"is deprecated: stop using it before {date}"
        yield from pair.report("deprecated-with-sunset", says, "deprecated", explains=_TOLD)


def property_stability(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a schema that promises less, or more, than before."""
    old, new = (stability_levels.level(schema.node) for schema in (pair.base, pair.revision))
    if old == new:
        return
    decreased = stability_levels.LEVELS.index(new) < stability_levels.LEVELS.index(old)
    event = "decreased" if decreased else "increased"
    yield from pair.report(f"stability-{event}", f"is now {new}, it was {old}", stability_levels.FIELD)


RULES = (deprecation, property_stability)
