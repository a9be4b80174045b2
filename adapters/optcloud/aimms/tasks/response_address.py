"""Where a task's response is, if AIMMS points to it instead of handing it out."""

from __future__ import annotations

from pathlib import Path

from optcloud.core.errors import ResponseMismatch
from optcloud.core.flow import Fetch, Flow, Progress, Reply
from optcloud.core.secret import Secret

_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})


def responded(ask: Flow[Reply], save_to: Path | None = None, progress: Progress | None = None) -> Flow[Reply]:
    """Ask for a response, and go where the answer points to, without the API key.

    Inferred: responses are kept in Azure Blob storage (facts, section 2), whose addresses carry a signature; whether
    AIMMS hands the bytes out or redirects is not published (facts, section 8.3).
    """
    try:
        return (yield from ask)
    except ResponseMismatch as error:
        address = error.headers.get("location", "")
        if error.status not in _REDIRECTIONS or not address.lower().startswith(("https://", "http://")):
            raise
    reply: Reply = yield Fetch(Secret(address), "getTaskResponse", save_to, progress)
    return reply
