"""One change between two documents; ids as the field's standard checker, oasdiff, has them (see `levels`)."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openapi_drift.documents.pointers import Position


UNEXPLAINED = "unexplained-change"
"""The id of what differs and no rule explains: nobody can say yet whether it breaks anyone."""


class Level(enum.Enum):
    """How bad a change is; oasdiff calls them ERR, WARN and INFO."""

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"


class Direction(enum.Enum):
    """Where a change shows."""

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Side:
    """A change's place in one document: a JSON pointer (RFC 6901) and its position. Absent on a side: None."""

    pointer: str
    position: Position | None


@dataclass(frozen=True, slots=True)
class Change:
    """What changed.

    ``id`` and ``level`` are those of `levels.toml`. ``method`` and ``path`` name the operation as the revision spells
    it (or the base where it was removed); both are "" for changes of no single operation. ``operation_id`` is the
    document's.
    ``text`` is one sentence for people. ``base`` and ``revision`` are the places on both sides.
    """

    id: str
    level: Level
    text: str
    method: str = ""
    path: str = ""
    operation_id: str = ""
    place: Direction = Direction.BOTH
    base: Side | None = None
    revision: Side | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON objects: enums as their words, sides as pointer, file and line."""
        plain = asdict(self)
        plain["level"], plain["place"] = self.level.value, self.place.value
        return plain


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A change in a schema: what `Change` says, without the operations that use the schema."""

    id: str
    level: Level
    text: str
    base: Side | None
    revision: Side | None
