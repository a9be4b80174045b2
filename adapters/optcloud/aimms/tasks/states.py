"""The words for a task's state, of v2 and of v1, in our vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optcloud.core.states import State, Status

# The words of v2 (AIMMS facts 2), and of v1: executing, interrupted, finished.
STATES = {
    "queued": State.QUEUED,
    "assigned": State.QUEUED,
    "running": State.RUNNING,
    "solving": State.RUNNING,
    "executing": State.RUNNING,
    "completed": State.SUCCEEDED,
    "finished": State.SUCCEEDED,
    "failed": State.FAILED,
    "interrupted": State.CANCELLED,
}


def status_of(task: Mapping[str, Any]) -> Status:
    """Return the status that a task's JSON tells; an unknown word is kept and counts as not ended.

    v1 has no word for a task that failed: it is ``finished`` with an error message.
    """
    word = str(task.get("state") or task.get("status") or "")
    message = str(task.get("errorMessage") or task.get("errormessage") or "").strip()  # v2's name, v1's
    state = STATES.get(word.lower(), State.UNKNOWN)
    if word.lower() == "finished" and message:
        state = State.FAILED
    return Status(state, word, message or None, task)
