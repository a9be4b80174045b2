"""Repeated tasks: one id, whose runs are numbered from 0 (``groupIndex``).

Source: vendor page "AIMMS PRO REST API", Schedule Task(s); AIMMS facts 2.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from aimms_pro.api.task import delete_task, get_task
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.tasks.details import whole
from optcloud.aimms.tasks.states import status_of
from optcloud.aimms.tasks.task_flows import TaskFlows, conflict
from optcloud.core.errors import Conflict, JobGone, NotFound
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.reference import Reference
from optcloud.core.replies import decode


@frozen
class SeriesFlows:
    """The runs of a repeated task. Whether a task is repeated, only AIMMS knows."""

    any_run: TaskFlows

    @property
    def reference(self) -> Reference:
        """The reference without a run: AIMMS takes the last one."""
        return evolve(self.any_run.reference, path=(self.any_run.id,))

    def run(self, index: int) -> TaskFlows:
        """Return one run, without asking AIMMS; `IndexError` below 0."""
        if index < 0:
            raise IndexError(f"{self.reference} has runs from 0 on; last() asks AIMMS for the last one")
        return TaskFlows(evolve(self.reference, path=(self.any_run.id, str(index))), endpoint=self.any_run.endpoint)

    def last(self) -> Flow[TaskFlows]:
        """Ask for the last run: the one to come, as long as the series goes on. Raises `Conflict` when it is none."""
        return self.run((yield from self._last())[0])

    def runs(self) -> Flow[Iterator[TaskFlows]]:
        """Give all runs, the one to come included. One that was deleted raises `JobGone` when it is looked at.

        Each is made as it is asked for: how many there are is what a reply said.
        """
        index, _task = yield from self._last()
        return map(self.run, range(index + 1))

    def stop(self) -> Flow[None]:
        """Delete the last run, which ends the repetition; earlier runs and their results stay.

        Sent without a number, as the vendor says, so that a run that was added meanwhile is the one deleted. Raises
        `Conflict` for a task that is not repeated, and when AIMMS refuses because the last run has begun: then stop
        that run or wait for its end, and try again.
        """
        _index, task = yield from self._last()
        state = status_of(task).word
        try:
            yield from self._ask(delete_task._get_kwargs(self.any_run.id))
        except Conflict as error:
            words = f"the last run of {self.reference} is {state}, so it could not be deleted: {error.message}"
            raise conflict(error, words) from error

    def _last(self) -> Flow[tuple[int, Mapping[str, Any]]]:
        reply = yield from self._ask(get_task._get_kwargs(self.any_run.id))
        task: dict[str, Any] = decode(reply, dict[str, Any], vendor=VENDOR, operation="getTask")
        index = whole(task.get("groupIndex"))
        if index is None or index < 0:
            raise Conflict(f"{self.reference} is not a repeated task: it was not run with every=", vendor=VENDOR)
        return index, task

    def _ask(self, arguments: Mapping[str, Any]) -> Flow[Reply]:
        try:
            reply: Reply = yield Call(arguments)
        except NotFound as error:
            raise JobGone(f"AIMMS PRO does not know the task: {error.message}", ref=str(self.reference)) from error
        return reply
