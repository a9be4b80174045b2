"""Rows of a ledger, made up."""

from __future__ import annotations

from typing import Any

from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.rows import JobRow

BEGIN = 1_796_000_000.0  # 2026-11-30 00:53:20 UTC


def made_row(key: str = "a", state: JobState = JobState.OK, **more: Any) -> JobRow:
    """Return the row of a job that was added, armed, sent, started and has ended, each a second after the other."""
    plain: dict[str, Any] = {
        "key": key,
        "chunk": 0,
        "state": state,
        "attempt": 1,
        "ref": "aimms:prod/6f1c",
        "word": "completed",
        "message": "",
        "added": BEGIN,
        "armed": BEGIN + 1,
        "sent": BEGIN + 2,
        "started": BEGIN + 3,
        "ended": BEGIN + 4,
        "result": b'{"a":1}',
        "result_path": None,
        "result_sha256": None,
        "content_type": "application/json",
        "candidates": (),
    }
    return JobRow(**{**plain, **more})
