"""Submitting a task. A task was created once its id is found in whatever the reply was, so that no job is lost.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; AIMMS facts 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from aimms_pro.api.task import (
    create_task,
    create_task_latest_version,
)
from optcloud.aimms.connection import VENDOR, Endpoint
from optcloud.aimms.local_service import create_arguments, refuse_cloud_only
from optcloud.aimms.tasks.hooks import check_hook, hiding
from optcloud.aimms.tasks.input import TaskInput, measured_input
from optcloud.aimms.tasks.schedule import schedule
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.core.errors import (
    ApiError,
    ResponseMismatch,
    TransportError,
)
from optcloud.core.events import Submitted
from optcloud.core.flow import Call, Flow, Notify, Progress, Reply
from optcloud.core.payload import Payload, with_payload
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE, json_of, mismatch
from optcloud.core.secret import Secret, as_secret
from optcloud.core.unknown_outcome import tell_how_to_look
from optcloud.core.verbs import giving

MAY_EXIST = "the task may have been created all the same; look for it in the list of tasks before it is run again"
FIRST_RUN = "0"  # groupIndex of the first run of a repeated task
_ID = re.compile(rb'"id"\s*:\s*"([!#-\[\]-~]+)"')  # printable ASCII without quote and backslash


class SubmitVerbs:
    """Submitting a task to an account, or to a local DEX service."""

    _profile: str
    _endpoint: Endpoint

    @giving(Task, AsyncTask)
    def run(
        self,
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
    ) -> Flow[TaskFlows]:
        """Create a task of the given or the latest-tagged version of an app.

        - ``input``: see `optcloud.aimms.tasks.input`; ``progress`` is called with `Transferred` as it is sent.
        - It runs now, or ``at`` a moment (with its time zone), ``after`` a delay, and again ``every`` so often; a
          repeated task is returned as its first run (then see `Task.series`; `optcloud.aimms.tasks.schedule`).
        - ``hook``: an address of yours that AIMMS calls at each change of state; `HookReceiver.address` makes it. Its
          key is not shown, also where AIMMS's words repeat it.

        Sent at most once unless it provably never left. Raises `TransportError` with ``sent="unknown"`` when the reply
        was lost, and an `ApiError` with ``refused`` False for a refusal that is not AIMMS's own: the task may exist, as
        a note says (look with the list). A local DEX service has neither apps nor versions: it runs the service of that
        name.
        """
        hook, endpoint = as_secret(hook), self._endpoint
        payload = yield from measured_input(input, content_type, largest=endpoint.largest, vendor=endpoint.vendor)
        if endpoint.local:
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
            known, created = yield from _created_by(call)
        path = (known,) if every is None else (known, FIRST_RUN)
        task = TaskFlows(Reference("aimms", self._profile, path), created, endpoint)
        yield Notify(Submitted(str(task.reference)))
        return task


def _creation(
    make: Callable[..., dict[str, Any]], hook: Secret | None, payload: Payload | None, progress: Progress | None
) -> Call:
    """Made apart, so that the hook's address is no variable of a flow that is waiting, and in no traceback of it."""
    arguments = make() if hook is None else make(task_state_hook=check_hook(hook))
    return Call(arguments if payload is None else with_payload(arguments, payload), progress=progress)


def _created_by(call: Call) -> Flow[tuple[str, Mapping[str, Any]]]:
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
