"""What a task writes while it runs, and the account's figures about tasks.

Source: vendor page "AIMMS PRO REST API", Managing Tasks, which names the four paths and nothing else (AIMMS facts 1
and 8.7; logs since Task Scheduler 25.2.1.0). All that is read here is therefore inferred, in `entries_of`: text whose
lines are entries, or JSON, as an array or in the list of an object. A log grows at its end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from attrs import field, frozen

from aimms_pro.api.task import download_task_logs, get_task_current_stats, get_task_logs, get_task_stats
from optcloud.aimms.replies import ask
from optcloud.aimms.tasks.task_flows import PACE, TaskFlows
from optcloud.core.errors import NotFound
from optcloud.core.flow import Call, Flow, Progress, Reply, Sleep
from optcloud.core.local_paths import local_path
from optcloud.core.polling import PASSING, Pace
from optcloud.core.replies import UNREADABLE, json_of
from optcloud.core.states import Status


@frozen
class LogEntry:
    """One line, or one entry, of a log: its text, and its fields where it is a JSON object."""

    text: str
    fields: Mapping[str, Any] | None = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return self.text


class Logs:
    """The entries of a task's log (`Pages`): what there is, or with ``follow`` what comes until the task has ended.

    While following, a log that is not there yet counts as empty, and faults that pass do not end it; otherwise raises
    `NotFound` without a log, and `JobGone` without the task.
    """

    def __init__(self, task: TaskFlows, *, follow: bool = False, pace: Pace | None = None) -> None:
        self._task = task
        self._follow = follow
        self._delays = (pace or PACE).delays()
        self._seen: list[str] = []
        self._looked = False
        self._ended = False

    def next(self) -> Flow[list[LogEntry] | None]:
        """Return the entries that are new since the last time, which may be none; None when there will be no more."""
        if self._ended:
            return None
        if self._looked and self._follow:
            yield Sleep(next(self._delays))
        self._looked = True
        try:
            return (yield from self._read())
        except PASSING:
            if not self._follow:
                raise
            return []

    def _read(self) -> Flow[list[LogEntry]]:
        status: Status | None = None
        if self._follow:
            status = yield from self._task.poll()  # before the log, so that the last log is whole
        last = status is None or status.state.ended
        try:
            entries = yield from self._entries(whole=last)
        except NotFound:
            if status is None:
                yield from self._task.poll()  # raises JobGone where it is the task that is not there
                raise
            entries = []
        self._ended = last
        return self._new(entries)

    def _entries(self, *, whole: bool) -> Flow[list[LogEntry]]:
        reply: Reply = yield Call(get_task_logs._get_kwargs(self._task.id, group_index=self._task.group_index))
        return entries_of(reply.content, whole=whole)

    def _new(self, entries: list[LogEntry]) -> list[LogEntry]:
        """Return what follows on what was seen. A log that lost its beginning goes on where the two overlap."""
        texts = [entry.text for entry in entries]
        known = len(self._seen)
        if texts[:known] != self._seen:
            most = min(known, len(texts))
            known = next((count for count in range(most, 0, -1) if self._seen[-count:] == texts[:count]), 0)
            if not texts:
                return []  # a log that is gone or was moved away is no reason to tell all again
        self._seen = texts
        return entries[known:]


def entries_of(body: bytes, *, whole: bool = True) -> list[LogEntry]:
    """Read a log. Not ``whole``: a last line without its end is left for later."""
    try:
        found = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        found = None
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), found)
    if isinstance(found, list):
        return [_entry(value) for value in found]
    if isinstance(found, str):
        body = found.encode()
    lines = body.decode("utf-8", errors="replace").splitlines(keepends=True)
    if lines and not whole and not lines[-1].endswith(("\n", "\r")):
        lines.pop()
    return [_line(line.rstrip("\r\n")) for line in lines]


def _entry(value: Any) -> LogEntry:
    if isinstance(value, str):
        return _line(value)
    text = json.dumps(value, ensure_ascii=False)
    return LogEntry(text, value if isinstance(value, dict) else None)


def _line(text: str) -> LogEntry:
    try:
        value = json.loads(text) if text.startswith("{") else None
    except ValueError:  # a line that only begins like JSON is text
        value = None
    return LogEntry(text, value)


def save_log(task: TaskFlows, path: str | Path, *, progress: Progress | None = None) -> Flow[Path]:
    """Download the log into a file as AIMMS hands it out (its form is not published), piece by piece.

    Raises `NotFound` without a log, `OSError`.
    """
    target = local_path(path)
    yield Call(download_task_logs._get_kwargs(task.id, group_index=task.group_index), save_to=target, progress=progress)
    return target


def stats(*, current: bool = False) -> Flow[Any]:
    """Read the account's figures about tasks, or the ``current`` ones, as received: the shape is not published."""
    arguments = get_task_current_stats._get_kwargs() if current else get_task_stats._get_kwargs()
    return (yield from ask(arguments)).read(Any)
