"""Results that come in several replies: pages of a list, lines of a log, jobs as they end."""

from __future__ import annotations

from typing import Protocol, TypeVar

from optcloud.core.flow import Flow

T = TypeVar("T")


class Batches(Protocol[T]):
    """Something that gives its results batch by batch; the facade turns it into an iterator."""

    def next(self) -> Flow[list[T] | None]:
        """Return the next batch, which may be empty, or None: there are no more."""
