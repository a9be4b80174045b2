"""Tasks of AIMMS PRO: submit, look, wait, fetch the response, interrupt, delete, list.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; facts, sections 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from attrs import field, frozen

from aimms_pro.api.task import (
    create_task,
    create_task_latest_version,
    delete_task,
    get_task,
    get_task_response,
    interrupt_task,
)
from aimms_pro.models.task_interrupt import TaskInterrupt
from aimms_pro.models.task_interrupt_setstatus import TaskInterruptSetstatus
from aimms_pro.types import UNSET, File, Unset
from optcloud.clouds.aimms.connection import VENDOR
from optcloud.clouds.aimms.hooks import Hooked, check_hook, hiding
from optcloud.clouds.aimms.schedule import schedule
from optcloud.clouds.aimms.states import status_of
from optcloud.core.errors import (
    ConfigError,
    JobFailed,
    JobGone,
    NotFound,
    PayloadTooLarge,
    ResponseMismatch,
    TransportError,
)
from optcloud.core.events import Submitted
from optcloud.core.flow import Call, Flow, Notify, Reply
from optcloud.core.pace import Pace
from optcloud.core.redact import Secret
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE, decode
from optcloud.core.states import State, Status
from optcloud.core.waiting import wait

TaskInput: TypeAlias = Mapping[str, Any] | list[Any] | str | bytes | Path | None
LARGEST_BODY = 256 * 1024 * 1024  # facts, section 7: 256 MB since PRO 2.48.1; read as binary megabytes (inferred)
PACE = Pace(first=1.0, longest=15.0)
HOOKED_PACE = Pace(first=5.0, factor=2.0, longest=120.0)  # where a hook is called: looks are for calls that are lost
FIRST_RUN = "0"  # groupIndex of the first run of a repeated task
_ID = re.compile(rb'"id"\s*:\s*"([!#-\[\]-~]+)"')  # printable ASCII without quote and backslash


@frozen
class TaskResult:
    """A task's response: the bytes as received, and their content type as the vendor said it."""

    bytes: bytes = field(repr=False)
    content_type: str

    def json(self) -> Any:
        """Read the bytes as JSON. Raises `ResponseMismatch` (with the body kept) when they are none."""
        try:
            return msgspec.json.decode(self.bytes)
        except UNREADABLE as error:
            raise ResponseMismatch(
                f"the task's response is not JSON: {error}", vendor=VENDOR, body=self.bytes
            ) from error

    def text(self, encoding: str = "utf-8") -> str:
        """Decode the bytes, strictly: nothing is guessed (`UnicodeDecodeError`)."""
        return self.bytes.decode(encoding)

    def save(self, path: str | Path) -> Path:
        """Write the bytes as received and return the path."""
        target = Path(path)
        target.write_bytes(self.bytes)
        return target


def encode_input(data: TaskInput, content_type: str | None) -> tuple[bytes, str] | None:
    """Return the body and its media type, or None for no input.

    A mapping or list becomes JSON; text is UTF-8 text/plain; bytes and a file's content go as they are, by default as
    application/octet-stream. Raises `PayloadTooLarge` above 256 MB, before anything is sent.
    """
    if data is None:
        return None
    if isinstance(data, Path):
        body, default = data.read_bytes(), _type_of_file(data)
    elif isinstance(data, bytes):
        body, default = data, "application/octet-stream"
    elif isinstance(data, str):
        body, default = data.encode(), "text/plain; charset=utf-8"
    else:
        body, default = msgspec.json.encode(dict(data) if isinstance(data, Mapping) else data), "application/json"
    if len(body) > LARGEST_BODY:
        raise PayloadTooLarge(
            f"the input has {len(body):,} bytes, {len(body) - LARGEST_BODY:,} more than AIMMS PRO takes",
            vendor=VENDOR,
        )
    return body, content_type or default


def _type_of_file(path: Path) -> str:
    known = {".json": "application/json", ".csv": "text/csv", ".xml": "application/xml", ".txt": "text/plain"}
    return known.get(path.suffix.lower(), "application/octet-stream")


def submit(
    profile: str,
    app: str,
    service: str,
    *,
    version: str | None = None,
    input: TaskInput = None,  # noqa: A002 - the word a person thinks in
    content_type: str | None = None,
    at: datetime | str | None = None,
    after: timedelta | str | None = None,
    every: timedelta | str | None = None,
    hook: str | Secret | None = None,
) -> Flow[TaskFlows]:
    """Create a task of the given or the latest-tagged version; sent at most once unless it provably never left.

    ``at``, ``after``, ``every``: see `optcloud.clouds.aimms.schedule`; a repeated task is returned as its first run.
    ``hook``: see `optcloud.clouds.aimms.hooks`; its key is not shown, also where AIMMS's words repeat it. Raises
    `TransportError` with ``sent="unknown"`` when the reply was lost: the task may exist (look with the list).
    """
    encoded = encode_input(input, content_type)
    body = UNSET if encoded is None else File(payload=encoded[0], mime_type=encoded[1])
    more: dict[str, Any] = {**schedule(at, after, every)}
    if hook is not None:
        more["task_state_hook"] = check_hook(hook)
    if version is None:
        arguments = create_task_latest_version._get_kwargs(app, service, body=body, **more)
    else:
        arguments = create_task._get_kwargs(app, version, service, body=body, **more)
    with hiding(hook):
        known, created = yield from _created(arguments)
    path = (known,) if every is None else (known, FIRST_RUN)
    task = TaskFlows(Reference("aimms", profile, path), created)
    yield Notify(Submitted(str(task.reference)))
    return task


def _created(arguments: Mapping[str, Any]) -> Flow[tuple[str, Mapping[str, Any]]]:
    """Create the task; return its id, found before anything else of the reply is looked at, and its JSON if readable.

    A job is never lost.
    """
    try:
        reply: Reply = yield Call(arguments)
    except (ResponseMismatch, TransportError) as error:
        # Such as a 201, which the document does not name, or a reply that broke off: the task exists all the same.
        known = _task_id(error.body) if error.status is not None and error.status < 300 else None
        if known is None:
            raise
        return known, {}
    known = _task_id(reply.content)
    if known is None:
        raise ResponseMismatch(
            "a task was created, but the reply has no id; look for it in the list of tasks",
            status=reply.status_code,
            vendor=VENDOR,
            operation="createTask",
            headers=reply.headers,
            body=reply.content,
        )
    return known, _readable(reply.content)


def _readable(body: bytes) -> Mapping[str, Any]:
    try:
        task = msgspec.json.decode(body)
    except UNREADABLE:  # its id was found all the same, and the next look tells the rest
        return {}
    return task if isinstance(task, dict) else {}


def _task_id(body: bytes) -> str | None:
    """Find the id, also in JSON that is cut or broken."""
    try:
        task = msgspec.json.decode(body)
    except UNREADABLE:
        match = None if body.lstrip().startswith(b"<") else _ID.search(body)
        return None if match is None else match[1].decode()
    known = task.get("id") if isinstance(task, dict) else None
    return None if known in {None, ""} else str(known)


def task_of(reference: Reference) -> TaskFlows:
    """Return the verbs of a task created earlier. Raises `ConfigError` when the reference is not a task's."""
    run = reference.path[1:]
    if len(run) > 1 or not all(index.isascii() and index.isdigit() for index in run):
        raise ConfigError(
            f"{reference} is not a task: one looks like aimms:default/ID, a run of a series like aimms:default/ID/3"
        )
    return TaskFlows(reference)


@frozen
class TaskFlows:
    """The verbs of one task, or of one run of a repeated task.

    ``created`` is what AIMMS answered to the submit, where that was here.
    """

    reference: Reference
    created: Mapping[str, Any] = field(factory=dict, eq=False, repr=False)

    @property
    def id(self) -> str:
        """The id that all runs of a repeated task share."""
        return self.reference.path[0]

    @property
    def run(self) -> int | None:
        """Which run of a repeated task (``groupIndex``); None: AIMMS takes the last one."""
        return int(self.reference.path[1]) if len(self.reference.path) > 1 else None

    @property
    def _index(self) -> int | Unset:
        return UNSET if self.run is None else self.run

    def poll(self) -> Flow[Status]:
        """Look once. Raises `JobGone` when AIMMS no longer knows the task."""
        reply = yield from self._ask(get_task._get_kwargs(self.id, group_index=self._index))
        return status_of(decode(reply, dict[str, Any], vendor=VENDOR, operation="getTask"))

    def wait(
        self, *, timeout: float | None = None, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Flow[Status]:
        """Look until the task has ended: each time ``hook`` hears of it, and else at the pace (slower with a hook)."""
        alarm = None if hook is None else hook.alarm([self.id])
        pace = pace or (PACE if hook is None else HOOKED_PACE)
        return (yield from wait(self.poll, ref=str(self.reference), pace=pace, timeout=timeout, alarm=alarm))

    def result(
        self, *, timeout: float | None = None, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Flow[TaskResult]:
        """Wait, then fetch the response. Raises `JobFailed` with AIMMS's own message when the task failed."""
        status = yield from self.wait(timeout=timeout, pace=pace, hook=hook)
        if status.state is not State.SUCCEEDED:
            raise JobFailed(
                f"the task ended as {status.word}: {status.message or 'no message'}",
                ref=str(self.reference),
                detail=status.reply,
            )
        reply = yield from self._ask(get_task_response._get_kwargs(self.id, group_index=self._index))
        return TaskResult(reply.content, reply.headers.get("content-type", ""))

    def stop(self) -> Flow[None]:
        """Interrupt the solve: the procedure goes on with what was found and the task completes."""
        yield from self._interrupt("interrupt-solve")

    def cancel(self) -> Flow[None]:
        """Interrupt the execution: the task fails (PRO 24.12.2 or later)."""
        yield from self._interrupt("interrupt-execution")

    def delete(self) -> Flow[None]:
        """Delete the task; documented for queued and completed ones. Raises `Conflict` when refused."""
        yield from self._ask(delete_task._get_kwargs(self.id, group_index=self._index))

    def _interrupt(self, word: TaskInterruptSetstatus) -> Flow[None]:
        body = TaskInterrupt(setstatus=word)
        yield from self._ask(interrupt_task._get_kwargs(self.id, body=body, group_index=self._index))

    def _ask(self, arguments: Mapping[str, Any]) -> Flow[Reply]:
        try:
            reply: Reply = yield Call(arguments)
        except NotFound as error:
            raise JobGone(f"AIMMS PRO does not know the task: {error.message}", ref=str(self.reference)) from error
        return reply
