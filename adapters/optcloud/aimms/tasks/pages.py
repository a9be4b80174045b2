"""Pages of the list of tasks, and when an entry of one was created."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from optcloud.aimms.tasks.details import moment, named

PAGE = 100  # tasks a list request; the vendor's own default and maximum are not published


@frozen
class Page:
    """Some entries, and how many there are in all, if that was said."""

    entries: list[dict[str, Any]]
    total: int | None


def created_at(entry: Mapping[str, Any]) -> datetime | None:
    """Return when a task was created; a time without a zone is read as UTC (inferred: AIMMS facts 8.13)."""
    created = moment(named(entry, "createdAt"))
    return created if created is None or created.tzinfo else created.replace(tzinfo=UTC)
