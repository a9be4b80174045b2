"""Creating something, once: what was created is never lost, whatever the reply was.

The id of a task, the key of a plan or the secret of an API key is looked for before anything else of the reply is. A
success that the document does not name, or that broke off, counts as one if it is found there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec
from attrs import field, frozen

from optcloud.core.errors import ApiError, ResponseMismatch, TransportError
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.replies import UNREADABLE, json_of, mismatch
from optcloud.core.unknown_outcome import tell_how_to_look

Find: TypeAlias = Callable[[bytes], str | None]
_QUOTED = rb'"%s"\s*:\s*("(?:[^"\\]|\\.)+")'


@frozen
class Created:
    """What was looked for, and the reply that it stood in."""

    found: str = field(repr=False)
    status: int
    body: bytes = field(repr=False)


def created(
    call: Call, find: Find, *, vendor: str, missing: str, note: str | None = None, find_in_whole: Find | None = None
) -> Flow[Created]:
    """Create, and return what ``find`` finds in the reply (``find_in_whole``: in one that is as the document has it).

    Raises what the call raises, with ``note`` where it may have been created all the same; `ResponseMismatch`, in the
    words of ``missing``, for a success in which nothing is found.
    """
    try:
        reply: Reply = yield call
    except (ApiError, ResponseMismatch, TransportError) as error:
        status = error.status or 0
        found = find(error.body) if 200 <= status < 300 else None
        if found is not None:
            return Created(found, status, error.body)
        if note is not None:
            tell_how_to_look(error, note)
        raise
    found = (find_in_whole or find)(reply.content)
    if found is not None:
        return Created(found, reply.status_code, reply.content)
    nothing = mismatch(reply, missing, vendor=vendor, operation=call.arguments["extensions"]["operation"]["id"])
    if note is not None:
        nothing.add_note(note)
    raise nothing


def field_in(body: bytes, name: str) -> str | None:
    """Find a field of a JSON object, also in JSON that is cut or broken; None where it is not, is empty or null."""
    try:
        found = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        quoted = None if body.lstrip().startswith(b"<") else re.search(_QUOTED % name.encode(), body)
        with suppress(*UNREADABLE):
            return None if quoted is None else msgspec.json.decode(quoted[1], type=str)
        return None
    value = found.get(name) if isinstance(found, dict) else None
    return None if value in (None, "") else str(value)


def object_in(body: bytes) -> dict[str, Any]:
    """Return a JSON object as far as it can be read; {} when it cannot, since what counts is at hand already."""
    try:
        found = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        return {}
    return found if isinstance(found, dict) else {}
