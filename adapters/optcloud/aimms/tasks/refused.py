"""A verb that AIMMS refused because of the task's state, with that state."""

from __future__ import annotations

import re
from collections.abc import Callable

from optcloud.core.errors import ApiError, BadRequest, Conflict, OptCloudError
from optcloud.core.flow import Flow
from optcloud.core.states import Status

# Inferred: only a local service's status is published (405). The cloud's may be a 400, told by its words.
_OF_STATE = re.compile(
    r"(?i)\b(states?|status|queued|assigned|running|executing|solving|completed|finished|failed|interrupted|deleted)\b"
)


def is_of_state(refusal: ApiError) -> bool:
    """Say whether a refusal is about the state that the task is in."""
    return isinstance(refusal, Conflict) or (
        isinstance(refusal, BadRequest) and refusal.status == 400 and _OF_STATE.search(refusal.message) is not None
    )


def with_state(refusal: ApiError, look: Callable[[], Flow[Status]]) -> Flow[Conflict]:
    """Look once, and return the refusal with the task's state and the vendor's own words.

    A look that fails leaves the state out: the refusal is what the caller asked about.
    """
    try:
        status = yield from look()
    except OptCloudError:
        return _conflict(refusal, refusal.message, None)
    return _conflict(refusal, f"{refusal.message} (the task is {status.word or 'in a state without a name'})", status)


def _conflict(refusal: ApiError, message: str, status: Status | None) -> Conflict:
    conflict = Conflict(
        message,
        status=refusal.status,
        vendor=refusal.vendor,
        operation=refusal.operation,
        request_id=refusal.request_id,
        headers=refusal.headers,
        body=refusal.body,
    )
    conflict.by_vendor = refusal.by_vendor
    conflict.state = status
    return conflict
