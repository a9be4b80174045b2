"""A task was created: its id is found in whatever the reply was, so that no job is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from optcloud.aimms.connection import VENDOR
from optcloud.core.errors import ApiError, ResponseMismatch, TransportError
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.replies import UNREADABLE, json_of, mismatch
from optcloud.core.unknown_outcome import tell_how_to_look

MAY_EXIST = "the task may have been created all the same; look for it in the list of tasks before it is run again"
_ID = re.compile(rb'"id"\s*:\s*"([!#-\[\]-~]+)"')  # printable ASCII without quote and backslash


def created_by(call: Call) -> Flow[tuple[str, Mapping[str, Any]]]:
    """Create the task; return its id, found before anything else of the reply is looked at, and its JSON if readable.

    A job is never lost.
    """
    try:
        reply: Reply = yield call
    except (ApiError, ResponseMismatch, TransportError) as error:
        # Such as a 201, which the document does not name, or a reply that broke off: the task exists all the same.
        known = _task_id(error.body) if error.status is not None and error.status < 300 else None
        if known is None:
            tell_how_to_look(error, MAY_EXIST)
            raise
        return known, {}
    known = _task_id(reply.content)
    if known is None:
        nameless = mismatch(reply, "the reply to a new task has no id", vendor=VENDOR, operation="createTask")
        nameless.add_note(MAY_EXIST)
        raise nameless
    return known, _readable(reply.content)


def _readable(body: bytes) -> Mapping[str, Any]:
    try:
        task = msgspec.json.decode(json_of(body))
    except UNREADABLE:  # its id was found all the same, and the next look tells the rest
        return {}
    return task if isinstance(task, dict) else {}


def _task_id(body: bytes) -> str | None:
    """Find the id, also in JSON that is cut or broken."""
    try:
        task = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        match = None if body.lstrip().startswith(b"<") else _ID.search(body)
        return None if match is None else match[1].decode()
    known = task.get("id") if isinstance(task, dict) else None
    return None if known in {None, ""} else str(known)
