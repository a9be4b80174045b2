"""Rules: operations and parameters that are deprecated, or no longer, and dates of sunset that move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction
from openapi_drift.diff.rules import sunset
from openapi_drift.diff.rules.pairs import described, parameter_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids for one kind of thing, and what it is called."""

    deprecated: str
    with_sunset: str
    unreadable: str
    too_soon: str
    reactivated: str
    deleted: str
    moved_unreadable: str
    moved_too_soon: str


_OPERATION = _Ids(
    deprecated="endpoint-deprecated",
    with_sunset="endpoint-deprecated-with-sunset",
    unreadable="api-deprecated-sunset-parse",
    too_soon="api-sunset-date-too-small",
    reactivated="endpoint-reactivated",
    deleted="sunset-deleted",
    moved_unreadable="api-path-sunset-parse",
    moved_too_soon="api-sunset-date-changed-too-small",
)
_PARAMETER = _Ids(
    deprecated="request-parameter-deprecated",
    with_sunset="request-parameter-deprecated",
    unreadable="request-parameter-sunset-parse",
    too_soon="request-parameter-sunset-date-too-small",
    reactivated="request-parameter-reactivated",
    deleted="request-parameter-sunset-deleted",
    moved_unreadable="request-parameter-sunset-parse",
    moved_too_soon="request-parameter-sunset-date-changed-too-small",
)


@dataclass(frozen=True, slots=True)
class _Subject:
    """An operation or a parameter on both sides."""

    pair: OperationPair
    ids: _Ids
    name: str
    place: Direction
    base: DocumentNode
    revision: DocumentNode

    def change(self, id_: str, text: str, field: str) -> Change:
        return self.pair.change(
            id_, f"{self.name} {text}", place=self.place, base=self.base, revision=self.revision, field=field
        )


def operation_lifecycle(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report an operation's deprecation, its end, and dates of sunset that move."""
    nodes = pair.base.node, pair.revision.node
    yield from _lifecycle(_Subject(pair, _OPERATION, "The operation", Direction.BOTH, *nodes))


def parameter_lifecycle(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report the same of an operation's parameters."""
    for base, revision in parameter_pairs(pair).both:
        nodes = base.node, revision.node
        yield from _lifecycle(_Subject(pair, _PARAMETER, described(revision.node), Direction.REQUEST, *nodes))


def _lifecycle(subject: _Subject) -> Iterator[Change]:
    was, is_ = subject.base.flag("deprecated"), subject.revision.flag("deprecated")
    if was and not is_:
        yield subject.change(subject.ids.reactivated, "is no longer deprecated: it stays", "deprecated")
    elif is_ and not was:
        yield _deprecated(subject)
    if is_:
        yield from _sunset_moved(subject)


def _deprecated(subject: _Subject) -> Change:
    ids = subject.ids
    if not sunset.has_sunset(subject.revision):
        return subject.change(ids.deprecated, "is deprecated: stop using it before it goes", "deprecated")
    if wrong := sunset.problem(subject.revision):
        return subject.change(ids.unreadable, f"is deprecated with a sunset nobody can read: {wrong}", sunset.FIELD)
    date = sunset.sunset(subject.revision)
    if date < sunset.today():
        return subject.change(ids.too_soon, f"is deprecated, and its sunset {date} is already past", sunset.FIELD)
    return subject.change(ids.with_sunset, f"is deprecated: stop using it before {date}", "deprecated")


def _sunset_moved(subject: _Subject) -> Iterator[Change]:
    base, revision, ids = subject.base, subject.revision, subject.ids
    if not sunset.has_sunset(base) or base.plain(sunset.FIELD) == revision.plain(sunset.FIELD):
        return
    if not sunset.has_sunset(revision):
        yield subject.change(ids.deleted, "is deprecated and no longer says until when it stays", sunset.FIELD)
        return
    if wrong := sunset.problem(revision) or sunset.problem(base):
        yield subject.change(ids.moved_unreadable, f"has a sunset nobody can read: {wrong}", sunset.FIELD)
        return
    before, after = sunset.sunset(base), sunset.sunset(revision)
    if after < before and after < sunset.today():
        text = f"goes on {after}, sooner than promised ({before})"
        yield subject.change(ids.moved_too_soon, text, sunset.FIELD)


OPERATION_RULES: tuple[OperationRule, ...] = (operation_lifecycle, parameter_lifecycle)
