"""AIMMS task states in our vocabulary.

Source: facts, section 2 (v2 words), and the v1 words ``executing``, ``interrupted``, ``finished``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optcloud.core.states import State, Status

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
    """Return the status that a task's JSON tells; an unknown word is kept and counts as not ended."""
    word = str(task.get("state") or task.get("status") or "")
    message = task.get("errorMessage") or task.get("errormessage")  # v2's name, v1's
    return Status(STATES.get(word.lower(), State.UNKNOWN), word, str(message) if message else None, task)
