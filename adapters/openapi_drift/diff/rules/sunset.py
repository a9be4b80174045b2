"""What an operation or a parameter says of its end: `deprecated`, and in `x-sunset` the date after which it may go."""

from __future__ import annotations

import datetime
import enum
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openapi_drift.diff.document import DocumentNode

FIELD = "x-sunset"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Removal(enum.Enum):
    """How a removal was announced."""

    UNANNOUNCED = enum.auto()
    DEPRECATED = enum.auto()
    """deprecated, without a date: it could go at any time"""
    UNREADABLE_DATE = enum.auto()
    BEFORE_SUNSET = enum.auto()
    AFTER_SUNSET = enum.auto()


def today() -> datetime.date:
    """Return today's date (UTC), by which sunsets are judged."""
    return datetime.datetime.now(datetime.UTC).date()


def has_sunset(node: DocumentNode) -> bool:
    """Return whether the node names a sunset, readable or not."""
    return node.plain(FIELD) is not None


def sunset(node: DocumentNode) -> datetime.date:
    """Return the date in `x-sunset`: RFC 3339, a full date or a date with time. Raises ValueError for anything else."""
    value = str(node.plain(FIELD))
    try:
        return datetime.date.fromisoformat(value) if _DAY.fullmatch(value) else _moment(value).date()
    except ValueError:
        raise ValueError(f'"{value}" is no date as in RFC 3339') from None


def _moment(value: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def judge_removal(node: DocumentNode) -> Removal:
    """Return how the removal of an operation or a parameter was announced in the document that still has it."""
    if not node.flag("deprecated"):
        return Removal.UNANNOUNCED
    if not has_sunset(node):
        return Removal.DEPRECATED
    try:
        date = sunset(node)
    except ValueError:
        return Removal.UNREADABLE_DATE
    return Removal.BEFORE_SUNSET if today() < date else Removal.AFTER_SUNSET


def problem(node: DocumentNode) -> str:
    """Return what is wrong with the node's date, or ""."""
    try:
        sunset(node)
    except ValueError as error:
        return str(error)
    return ""
