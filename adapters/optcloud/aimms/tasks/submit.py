"""Submitting a task. A task was created once its id is found in whatever the reply was, so that no job is lost.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; AIMMS facts 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aimms_pro.api.task import (
    create_task,
    create_task_latest_version,
)
from optcloud.aimms.connection import VENDOR, Endpoint
from optcloud.aimms.local_service import create_arguments, refuse_cloud_only
from optcloud.aimms.tasks.hooks import check_hook, hiding
from optcloud.aimms.tasks.input import TaskInput, check_content_type, measured_input
from optcloud.aimms.tasks.schedule import schedule
from optcloud.aimms.tasks.service import AimmsService
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.core.errors import Unsupported
from optcloud.core.events import Submitted
from optcloud.core.flow import Call, Flow, Notify, Progress
from optcloud.core.payload import Payload, with_payload
from optcloud.core.reference import Reference
from optcloud.core.secret import Secret, as_secret
from optcloud.core.verbs import giving
from optcloud.handles.creation import created, field_in, object_in

MAY_EXIST = "the task may have been created all the same; look for it in the list of tasks before it is run again"
FIRST_RUN = "0"  # groupIndex of the first run of a repeated task


class SubmitVerbs:
    """Submitting a task to an account, or to a local DEX service."""

    _profile: str
    _endpoint: Endpoint

    def service(
        self,
        app: str,
        service: str,
        *,
        version: str | None = None,
        content_type: str | None = None,
        identify: str | None = None,
        mark: bool = True,
    ) -> AimmsService:
        """Name what the jobs of a batch run on, for `Batch.add`; no request. Raises `BadRequest`, `Unsupported`.

        - ``version``: None is the latest-tagged one when the batch is made; all jobs of the batch run on that.
        - ``content_type``: of each input; None: by what it is.
        - ``identify``: the field of the JSON result in which the service repeats the job's key: a task whose reply was
          lost is known by it again when it has ended.
        - ``mark``: whether each job is submitted for a moment of its own (``scheduleFor``), four seconds or so ahead,
          by which its task is known again at once. It is off for services that must not wait.
        """
        if self._endpoint.local:
            raise Unsupported("batches are for AIMMS PRO: a local DEX service shows no times by which a task is known")
        check_content_type(content_type, self._endpoint.vendor)
        return AimmsService(
            app=app,
            service=service,
            version=version,
            content_type=content_type,
            identify=identify,
            mark=mark,
            profile=self._profile,
        )

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
        find, missing = partial(field_in, name="id"), "the reply to a new task has no id"
        with hiding(hook):
            made = yield from created(call, find, vendor=VENDOR, missing=missing, note=MAY_EXIST)
        path = (made.found,) if every is None else (made.found, FIRST_RUN)
        task = TaskFlows(Reference("aimms", self._profile, path), object_in(made.body), endpoint)
        yield Notify(Submitted(str(task.reference), service if endpoint.local else f"{app} {service}"))
        return task


def _creation(
    make: Callable[..., dict[str, Any]], hook: Secret | None, payload: Payload | None, progress: Progress | None
) -> Call:
    """Made apart, so that the hook's address is no variable of a flow that is waiting, and in no traceback of it."""
    arguments = make() if hook is None else make(task_state_hook=check_hook(hook))
    return Call(arguments if payload is None else with_payload(arguments, payload), progress=progress)
