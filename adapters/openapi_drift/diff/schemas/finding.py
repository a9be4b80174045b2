"""What changed in a schema, apart from the operations that use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openapi_drift.diff.change import Level, Side


@dataclass(frozen=True, slots=True)
class Finding:
    """A change in a schema: what `Change` says, but for the operation."""

    id: str
    level: Level
    text: str
    base: Side | None
    revision: Side | None
