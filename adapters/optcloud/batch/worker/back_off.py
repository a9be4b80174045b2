"""How long to wait after failures in a row, and which errors pass by waiting at all."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import (
    BadRequest,
    NotFound,
    RateLimited,
    ReplyError,
    ResponseMismatch,
    ServerError,
    TransportError,
)
from optcloud.core.retry import PASSING_STATUSES, growing_pause, unpredictable


def passes(error: BaseException) -> bool:
    """Say whether another try, later, may go well."""
    if isinstance(error, TransportError):
        return error.passing
    if isinstance(error, ResponseMismatch):
        return error.passing
    if isinstance(error, ServerError | RateLimited | StoreUnavailable):
        return True
    if isinstance(error, NotFound | BadRequest) and not error.refused:
        return True  # a gateway's, as while the vendor is set up anew
    return isinstance(error, ReplyError) and error.status in PASSING_STATUSES


@define
class BackOff:
    """Failures in a row: each waits longer, up to ``longest`` seconds, with half of it as jitter; a success forgets."""

    first: float = 0.5
    longest: float = 60.0
    random: Callable[[], float] = field(default=unpredictable, repr=False)
    failures: int = 0

    def failed(self, error: object = None) -> float:
        """Count a failure, and return the seconds to wait; not less than the vendor asks for (``retry_after``)."""
        self.failures += 1
        asked: float = getattr(error, "retry_after", None) or 0.0
        return max(growing_pause(self.failures, self.first, self.longest, self.random), min(asked, self.longest))

    def went_well(self) -> None:
        """Forget the failures."""
        self.failures = 0
