"""Changes whose fate is unknown: the error says how to look, since nothing is sent twice on its own."""

from __future__ import annotations

from optcloud.core.errors import ResponseMismatch, ServerError, TransportError
from optcloud.core.flow import Call, Flow, Reply


def looked_up(call: Call, note: str) -> Flow[Reply]:
    """Make a call that changes something; ``note`` goes along with an error after which it may have happened."""
    try:
        reply: Reply = yield call
    except (TransportError, ServerError, ResponseMismatch) as error:
        if not isinstance(error, TransportError) or error.sent == "unknown":
            error.add_note(note)
        raise
    return reply
