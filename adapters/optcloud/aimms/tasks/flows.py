"""Tasks of AIMMS PRO: submit, look, wait, fetch the response, interrupt, delete, list.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; facts, sections 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

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
from aimms_pro.types import UNSET, Unset
from optcloud.aimms.connection import CLOUD, VENDOR, Endpoint
from optcloud.aimms.local_service import create_arguments, refuse_cloud_only, status_arguments
from optcloud.aimms.tasks.created import created_by
from optcloud.aimms.tasks.hooks import Hooked, check_hook, hiding
from optcloud.aimms.tasks.input import TaskInput, measured_input
from optcloud.aimms.tasks.refused import is_of_state, with_state
from optcloud.aimms.tasks.response_address import responded
from optcloud.aimms.tasks.result import SavedResult, TaskResult, check_folder
from optcloud.aimms.tasks.schedule import schedule
from optcloud.aimms.tasks.states import status_of
from optcloud.core.errors import (
    BadRequest,
    ConfigError,
    Conflict,
    JobFailed,
    JobGone,
    NotFound,
    Unsupported,
)
from optcloud.core.events import Submitted
from optcloud.core.flow import Call, Flow, Notify, Progress, Reply, RunBlocking
from optcloud.core.local_paths import local_path
from optcloud.core.payload import Payload, with_payload
from optcloud.core.polling import Pace, TimeLeft, wait
from optcloud.core.reference import Reference
from optcloud.core.replies import decode
from optcloud.core.secret import Secret, as_secret
from optcloud.core.states import State, Status

__all__ = ["SavedResult", "TaskFlows", "TaskInput", "TaskResult", "submit", "task_of"]

PACE = Pace(first=1.0, longest=15.0)
HOOKED_PACE = Pace(first=5.0, factor=2.0, longest=120.0)  # where a hook is called: looks are for calls that are lost
FIRST_RUN = "0"  # groupIndex of the first run of a repeated task
_RUN = re.compile(r"\d{1,18}", re.ASCII)


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
    progress: Progress | None = None,
    place: Endpoint = CLOUD,
) -> Flow[TaskFlows]:
    """Create a task of the given or the latest-tagged version; sent at most once unless it provably never left.

    ``input``: see `optcloud.aimms.tasks.input`; ``progress`` is called with `Transferred` as it is sent. A
    local DEX service (``place``) has neither apps nor versions: it runs the service of that name.
    ``at``, ``after``, ``every``: see `optcloud.aimms.tasks.schedule`; a repeated task is returned as its first run.
    ``hook``: see `optcloud.aimms.tasks.hooks`; its key is not shown, also where AIMMS's words repeat it. Raises
    `TransportError` with ``sent="unknown"`` when the reply was lost, and an `ApiError` with ``refused`` False for a
    refusal that is not AIMMS's own: the task may exist, as a note says (look with the list).
    """
    hook = as_secret(hook)
    payload = yield from measured_input(input, content_type, largest=place.largest, vendor=place.vendor)
    if place.local:
        refuse_cloud_only(at=at, after=after, every=every, hook=hook)
        make = partial(create_arguments, service)
    else:
        when: dict[str, Any] = {**schedule(at, after, every)}
        if version is None:
            make = partial(create_task_latest_version._get_kwargs, app, service, **when)
        else:
            make = partial(create_task._get_kwargs, app, version, service, **when)
    call = _creation(make, hook, payload, progress)
    with hiding(hook):
        known, created = yield from created_by(call)
    path = (known,) if every is None else (known, FIRST_RUN)
    task = TaskFlows(Reference("aimms", profile, path), created, place)
    yield Notify(Submitted(str(task.reference)))
    return task


def _creation(
    make: Callable[..., dict[str, Any]], hook: Secret | None, payload: Payload | None, progress: Progress | None
) -> Call:
    """Made apart, so that the hook's address is no variable of a flow that is waiting, and in no traceback of it."""
    arguments = make() if hook is None else make(task_state_hook=check_hook(hook))
    return Call(arguments if payload is None else with_payload(arguments, payload), progress=progress)


def task_of(reference: Reference, place: Endpoint = CLOUD) -> TaskFlows:
    """Return the verbs of a task created earlier. Raises `ConfigError` when the reference is not a task's."""
    run = reference.path[1:]
    if len(run) > 1 or not all(_RUN.fullmatch(index) for index in run):
        raise ConfigError(
            f"{reference} is not a task: one looks like aimms:default/ID, a run of a series like aimms:default/ID/3"
        )
    return TaskFlows(reference, place=place)


@frozen
class TaskFlows:
    """The verbs of one task, or of one run of a repeated task.

    ``created`` is what AIMMS answered to the submit, where that was here.
    """

    reference: Reference
    created: Mapping[str, Any] = field(factory=dict, eq=False, repr=False)
    place: Endpoint = field(default=CLOUD, repr=False)

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
        """Wait, then fetch the response. Raises `JobFailed` with AIMMS's own message when the task failed.

        ``timeout`` is for both: `WaitTimeout` when the response has not come whole by then.
        """
        left = yield from TimeLeft.from_now(timeout)
        yield from self._succeeded(timeout=timeout, pace=pace, hook=hook)
        reply = yield from left.fetch(responded(self._ask(self._response)), str(self.reference))
        return TaskResult(reply.content, reply.headers.get("content-type", ""))

    def save(
        self,
        path: str | Path,
        *,
        timeout: float | None = None,
        pace: Pace | None = None,
        hook: Hooked | None = None,
        progress: Progress | None = None,
    ) -> Flow[SavedResult]:
        """Wait, then write the response into a file piece by piece, as received; never more than a piece in memory.

        The file appears, or is replaced, when it is whole. ``progress`` is called with `Transferred`. Raises
        `JobFailed` as `result` does, and `OSError` (before the wait where it can) when the file cannot be written.
        """
        target = local_path(path)
        yield RunBlocking(partial(check_folder, target))
        left = yield from TimeLeft.from_now(timeout)
        yield from self._succeeded(timeout=timeout, pace=pace, hook=hook)
        asked = responded(self._ask(self._response, save_to=target, progress=progress), target, progress)
        reply: Any = yield from left.fetch(asked, str(self.reference))
        return SavedResult(target, reply.extensions["saved"], reply.headers.get("content-type", ""))

    @property
    def _response(self) -> dict[str, Any]:
        return get_task_response._get_kwargs(self.id, group_index=self._index)

    def _succeeded(self, *, timeout: float | None, pace: Pace | None, hook: Hooked | None) -> Flow[None]:
        status = yield from self.wait(timeout=timeout, pace=pace, hook=hook)
        if status.state is not State.SUCCEEDED:
            raise JobFailed(
                f"the task ended as {status.word}: {status.message or 'no message'}",
                ref=str(self.reference),
                detail=status.reply,
            )

    def intermediate(self) -> Flow[TaskResult | None]:
        """Fetch what a running service has written as its intermediate status; None while it has written nothing.

        A local DEX service only (facts, section 3). Raises `Unsupported` in the cloud, `JobGone`.
        """
        if not self.place.local:
            raise Unsupported("AIMMS PRO in the cloud offers no intermediate status; a local DEX service does")
        try:
            reply: Reply = yield Call(status_arguments(self.id))
        except NotFound:  # nothing written, or no such task: a look tells
            yield from self.poll()
            return None
        return TaskResult(reply.content, reply.headers.get("content-type", ""))

    def stop(self) -> Flow[None]:
        """Interrupt the solve: the procedure goes on with what was found and the task completes.

        Allowed while the task is running or solving (the portal offers it then only; facts, section 2). Raises
        `Conflict`, with the state that the task is in, when refused.
        """
        yield from self._interrupt("interrupt-solve")

    def cancel(self) -> Flow[None]:
        """Interrupt the execution: the task fails (PRO 24.12.2 or later).

        Allowed while the task is running or solving, like `stop`; one that is queued is deleted instead. Raises
        `Conflict`, with the state that the task is in, when refused.
        """
        yield from self._interrupt("interrupt-execution")

    def delete(self) -> Flow[None]:
        """Delete the task.

        Allowed while it is queued and when it is completed (facts, section 2; of failed ones nothing is published: they
        are tried); with a local service when it is queued or has ended. Raises `Conflict`, with the state that the
        task is in, when refused.
        """
        yield from self._change(delete_task._get_kwargs(self.id, group_index=self._index))

    def _interrupt(self, word: TaskInterruptSetstatus) -> Flow[None]:
        body = TaskInterrupt(setstatus=word)
        yield from self._change(interrupt_task._get_kwargs(self.id, body=body, group_index=self._index))

    def _change(self, arguments: Mapping[str, Any]) -> Flow[None]:
        try:
            yield from self._ask(arguments)
        except (Conflict, BadRequest) as refusal:
            if not is_of_state(refusal):
                raise
            conflict = yield from with_state(refusal, self.poll)
            raise conflict from refusal

    def _ask(
        self, arguments: Mapping[str, Any], *, save_to: Path | None = None, progress: Progress | None = None
    ) -> Flow[Reply]:
        try:
            reply: Reply = yield Call(arguments, save_to, progress)
        except NotFound as error:
            raise JobGone(
                f"{self.place.vendor} does not know the task: {error.message}", ref=str(self.reference)
            ) from error
        return reply
