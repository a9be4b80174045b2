"""What can be asked of one task: look, wait, fetch the response, interrupt, delete.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; AIMMS facts 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from aimms_pro.api.task import (
    delete_task,
    get_task,
    get_task_response,
    interrupt_task,
)
from aimms_pro.models.task_interrupt import TaskInterrupt
from aimms_pro.models.task_interrupt_setstatus import TaskInterruptSetstatus
from aimms_pro.types import UNSET, Unset
from optcloud.aimms.connection import CLOUD, VENDOR, Endpoint
from optcloud.aimms.local_service import status_arguments
from optcloud.aimms.tasks.details import whole
from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.result import SavedResult, TaskResult, check_folder
from optcloud.aimms.tasks.states import status_of
from optcloud.core.errors import (
    ApiError,
    BadRequest,
    ConfigError,
    Conflict,
    JobFailed,
    JobGone,
    NotFound,
    OptCloudError,
    ResponseMismatch,
    Unsupported,
)
from optcloud.core.flow import Call, Fetch, Flow, Progress, Reply, RunBlocking
from optcloud.core.local_paths import local_path
from optcloud.core.polling import Pace, TimeLeft, wait
from optcloud.core.reference import Reference
from optcloud.core.replies import decode
from optcloud.core.secret import Secret
from optcloud.core.states import State, Status

PACE = Pace(first=1.0, longest=15.0)
HOOKED_PACE = Pace(first=5.0, factor=2.0, longest=120.0)  # where a hook is called: looks are for calls that are lost
_RUN = re.compile(r"\d{1,18}", re.ASCII)
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
# Inferred: only a local service's status is published (405). The cloud's may be a 400, told by its words.
_OF_STATE = re.compile(
    r"(?i)\b(states?|status|queued|assigned|running|executing|solving|completed|finished|failed|interrupted|deleted)\b"
)


def task_of(reference: Reference, endpoint: Endpoint = CLOUD) -> TaskFlows:
    """Return the verbs of a task created earlier. Raises `ConfigError` when the reference is not a task's."""
    run = reference.path[1:]
    if len(run) > 1 or not all(_RUN.fullmatch(index) for index in run):
        raise ConfigError(
            f"{reference} is not a task: one looks like aimms:default/ID, a run of a series like aimms:default/ID/3"
        )
    return TaskFlows(reference, endpoint=endpoint)


@frozen
class TaskFlows:
    """The verbs of one task, or of one run of a repeated task.

    ``created`` is what AIMMS answered to the submit, where that was here; ``end`` how it has ended, once that is known.
    """

    reference: Reference
    created: Mapping[str, Any] = field(factory=dict, eq=False, repr=False)
    endpoint: Endpoint = field(default=CLOUD, repr=False)
    end: Status | None = field(default=None, eq=False, repr=False)

    @property
    def id(self) -> str:
        """The id that all runs of a repeated task share."""
        return self.reference.path[0]

    @property
    def run(self) -> int | None:
        """Which run of a repeated task (``groupIndex``); None: AIMMS takes the last one."""
        return int(self.reference.path[1]) if len(self.reference.path) > 1 else None

    @property
    def group_index(self) -> int | Unset:
        """The run, as the generated functions take it."""
        return UNSET if self.run is None else self.run

    def knowing(self, status: Status) -> TaskFlows:
        """Return the same with what a look brought, if that is final: the last run of a repeated task moves on."""
        final = status.state.ended and self.run == whole(status.reply.get("groupIndex"))
        return evolve(self, end=status) if final else self

    def poll(self) -> Flow[Status]:
        """Look once. Raises `JobGone` when AIMMS no longer knows the task."""
        reply = yield from self._ask(get_task._get_kwargs(self.id, group_index=self.group_index))
        return status_of(decode(reply, dict[str, Any], vendor=VENDOR, operation="getTask"))

    def wait(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Flow[Status]:
        """Look until the task has ended: each time ``hook`` hears of it, and else at the pace (slower with a hook)."""
        alarm = None if hook is None else hook.alarm([self.id])
        pace = pace or (PACE if hook is None else HOOKED_PACE)
        return (yield from wait(self.poll, ref=str(self.reference), pace=pace, timeout=timeout, alarm=alarm))

    def result(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Flow[TaskResult]:
        """Wait, then fetch the response. Raises `JobFailed` with AIMMS's own message when the task failed.

        An end that is known is not looked at again.
        ``timeout`` is for both: `WaitTimeout` when the response has not come whole by then.
        """
        left = yield from TimeLeft.from_now(timeout)
        yield from self._succeeded(timeout=timeout, pace=pace, hook=hook)
        reply = yield from left.fetch(_responded(self._ask(self._response)), str(self.reference))
        return TaskResult(reply.content, reply.headers.get("content-type", ""))

    def save(
        self,
        path: str | Path,
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        hook: Hooked | None = None,
        progress: Progress | None = None,
    ) -> Flow[SavedResult]:
        """Wait, then write the response into a file piece by piece, as received; never more than a piece in memory.

        The file appears, or is replaced, when it is whole. ``progress`` is called with `Transferred`. Raises
        `JobFailed`, `WaitTimeout` and `JobGone` as `result` does, and `OSError` (before the wait where it can) when the
        file cannot be written.
        """
        target = local_path(path)
        yield RunBlocking(partial(check_folder, target))
        left = yield from TimeLeft.from_now(timeout)
        yield from self._succeeded(timeout=timeout, pace=pace, hook=hook)
        asked = _responded(self._ask(self._response, save_to=target, progress=progress), target, progress)
        reply: Any = yield from left.fetch(asked, str(self.reference))
        return SavedResult(target, reply.extensions["saved"], reply.headers.get("content-type", ""))

    @property
    def _response(self) -> dict[str, Any]:
        return get_task_response._get_kwargs(self.id, group_index=self.group_index)

    def _succeeded(self, *, timeout: float | None, pace: Pace | None, hook: Hooked | None) -> Flow[None]:
        status = self.end or (yield from self.wait(timeout=timeout, pace=pace, hook=hook))
        if status.state is not State.SUCCEEDED:
            raise JobFailed(
                f"the task ended as {status.word}: {status.message or 'no message'}",
                ref=str(self.reference),
                detail=status.reply,
            )

    def intermediate(self) -> Flow[TaskResult | None]:
        """Fetch the intermediate status that a service has written (None: none yet); a local DEX service only.

        Source: AIMMS facts 3. Raises `Unsupported` in the cloud, `JobGone`.
        """
        if not self.endpoint.local:
            raise Unsupported("AIMMS PRO in the cloud offers no intermediate status; a local DEX service does")
        try:
            reply: Reply = yield Call(status_arguments(self.id))
        except NotFound:  # nothing written, or no such task: a look tells
            yield from self.poll()
            return None
        return TaskResult(reply.content, reply.headers.get("content-type", ""))

    def stop(self) -> Flow[None]:
        """Interrupt the solve: the procedure goes on with what was found and the task completes.

        Allowed while the task is running or solving (the portal offers it then only; AIMMS facts 2). Raises
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

        Allowed while it is queued and when it is completed (AIMMS facts 2; of failed ones nothing is published: they
        are tried); with a local service when it is queued or has ended. Raises `Conflict`, with the state that the
        task is in, when refused.
        """
        yield from self._change(delete_task._get_kwargs(self.id, group_index=self.group_index))

    def _interrupt(self, word: TaskInterruptSetstatus) -> Flow[None]:
        body = TaskInterrupt(setstatus=word)
        yield from self._change(interrupt_task._get_kwargs(self.id, body=body, group_index=self.group_index))

    def _change(self, arguments: Mapping[str, Any]) -> Flow[None]:
        try:
            yield from self._ask(arguments)
        except (Conflict, BadRequest) as refusal:
            if not _is_of_state(refusal):
                raise
            raise (yield from _with_state(refusal, self.poll)) from refusal

    def _ask(
        self, arguments: Mapping[str, Any], *, save_to: Path | None = None, progress: Progress | None = None
    ) -> Flow[Reply]:
        try:
            reply: Reply = yield Call(arguments, save_to, progress)
        except NotFound as error:
            if not error.refused:
                raise  # not of AIMMS itself: a gateway that is being set up proves nothing
            raise JobGone(
                f"{self.endpoint.vendor} does not know the task: {error.message}", ref=str(self.reference)
            ) from error
        return reply


def _responded(ask: Flow[Reply], save_to: Path | None = None, progress: Progress | None = None) -> Flow[Reply]:
    """Ask for a response, and go where the answer points to, without the API key.

    Inferred: responses are kept in Azure Blob storage (AIMMS facts 2), whose addresses carry a signature; whether
    AIMMS hands the bytes out or redirects is not published (AIMMS facts 8.3).
    """
    try:
        return (yield from ask)
    except ResponseMismatch as error:
        address = error.headers.get("location", "")
        if error.status not in _REDIRECTIONS or not address.lower().startswith(("https://", "http://")):
            raise
    reply: Reply = yield Fetch(Secret(address), "getTaskResponse", save_to, progress)
    return reply


def _is_of_state(refusal: ApiError) -> bool:
    """Say whether a refusal is about the state that the task is in."""
    return isinstance(refusal, Conflict) or (
        isinstance(refusal, BadRequest) and refusal.status == 400 and _OF_STATE.search(refusal.message) is not None
    )


def _with_state(refusal: ApiError, look: Callable[[], Flow[Status]]) -> Flow[Conflict]:
    """Look once, and return the refusal with the task's state and the vendor's own words.

    A look that fails leaves the state out: the refusal is what the caller asked about.
    """
    try:
        status = yield from look()
    except OptCloudError:
        return conflict(refusal, refusal.message)
    said = conflict(refusal, f"{refusal.message} (the task is {status.word or 'in a state without a name'})")
    said.state = status
    if refusal.operation == "interruptTask" and status.state is State.QUEUED:
        said.add_note("a task that has not begun is taken back with delete()")
    return said


def conflict(refusal: ApiError, message: str) -> Conflict:
    """Return a refusal as a `Conflict`, in other words."""
    told = ("status", "vendor", "operation", "request_id", "headers", "body")
    made = Conflict(message, **{name: getattr(refusal, name) for name in told})
    made.by_vendor = refusal.by_vendor
    return made
