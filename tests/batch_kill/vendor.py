"""The vendors, in a process of their own: ``python vendor.py``. Commands come as lines of JSON, and so do answers.

It is the sandbox of optcloud, with two things added. It keeps a record of each task and plan: of whom, for which
scenario, when it was made, begun, ended or deleted, and by whom; deleted ones too. And submits can be held on their
way, so that they arrive whatever became of the client.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

if not __package__:  # run as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from batch_kill.scenarios import APP, SERVICE, STRANGER, answer, plan_answer, scenario_of
from optcloud.sandbox import AfterSeconds, Fault, Sandbox
from optcloud_sandbox.adiutaopt.plans import Plans
from optcloud_sandbox.aimms.operations.tasks import TaskOperations
from optcloud_sandbox.aimms.runs import Run
from optcloud_sandbox.application import sandbox_app
from optcloud_sandbox.messages import body_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class TaskRecord:
    """One task. Times are seconds since the epoch by the vendor's clock, None for what did not happen.

    ``marked``: with a moment of its own; ``late``: that moment was over when it arrived.
    """

    id: str
    ours: bool
    scenario: str
    marked: bool
    late: bool
    created: float
    due: float = 0.0
    began: float | None = None
    ended: float | None = None
    deleted: float | None = None
    deleted_by_us: bool = False
    interrupted_by_us: bool = False

    @property
    def runs(self) -> bool:
        """Whether it ran, or will: all but one that was deleted before it began."""
        return self.deleted is None or self.began is not None


class Records:
    """What the vendors know, noted as it happens."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[TaskRecord, Run]] = {}
        self.plans: Counter[str] = Counter()
        self.arrived = 0

    def created(self, operations: TaskOperations, shown: dict[str, Any]) -> None:
        """Note a new task."""
        task = operations.account.tasks.get(shown["id"])
        request = operations.request
        asked = request.query_params.get("scheduleFor")
        ours = STRANGER not in request.headers
        self.arrived += ours
        run = task.runs[0]
        late = asked is not None and run.job.due <= run.created
        record = TaskRecord(
            task.id, ours, scenario_of(body_of(request).data), asked is not None, late, run.created, run.job.due
        )
        self._tasks[task.id] = (record, run)

    def of(self, task_id: str) -> TaskRecord:
        """Return the record of a task, as it is now."""
        record, run = self._tasks[task_id]
        record.began, record.ended = run.running, run.ended
        return record

    def planned(self, problem: Any) -> None:
        """Note a new plan."""
        self.arrived += 1
        self.plans[scenario_of(problem)] += 1

    def tasks(self, world: Any) -> list[TaskRecord]:
        """Return all records, after a look at each task."""
        runs = [run for record, run in self._tasks.values() if record.deleted is None]
        world.aimms.tasks.glance(runs, world.pace, world.workers)
        return [self.of(task_id) for task_id in self._tasks]


def keep(records: Records) -> None:
    """Have the sandbox of this process note its tasks and plans there."""
    create, delete, interrupt = TaskOperations._create, TaskOperations.delete_task, TaskOperations.interrupt_task
    submit = Plans.submit

    def created(self: TaskOperations, *given: Any) -> Any:
        shown = create(self, *given)
        records.created(self, shown)
        return shown

    async def deleted(self: TaskOperations, id: str, group_index: int | None) -> None:  # noqa: A002 - the document's
        await delete(self, id, group_index)
        record = records.of(id)
        record.deleted, record.deleted_by_us = self.world.clock.now(), STRANGER not in self.request.headers

    async def interrupted(self: TaskOperations, id: str, group_index: int | None) -> None:  # noqa: A002 - the same
        await interrupt(self, id, group_index)
        records.of(id).interrupted_by_us |= STRANGER not in self.request.headers

    def submitted(self: Plans, clock: Any, key: str, planner: str, plan: Any, most_looks: int) -> bool:
        new = submit(self, clock, key, planner, plan, most_looks)
        if new:
            records.planned(plan)
        return new

    for place, name, what in (
        (TaskOperations, "_create", created),
        (TaskOperations, "delete_task", deleted),
        (TaskOperations, "interrupt_task", interrupted),
        (Plans, "submit", submitted),
    ):
        setattr(place, name, what)


class _Way:
    """Around the sandbox: holds submits of ours, which arrive whatever became of the client."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app
        self.delays: list[float] = []
        self.held = 0
        self.lists = 0
        self.under_way = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.lists += scope["method"] == "GET" and path.endswith("/tasks")
        if scope["method"] != "POST" or "/tasks/" not in path:
            await self._app(scope, receive, send)
            return
        self.under_way += 1
        try:
            ours = all(name != STRANGER.encode() for name, _ in scope["headers"])
            if self.delays and ours:
                self.held += 1
                receive = await _late(receive, self.delays.pop(0))
            await self._app(scope, receive, send)
        finally:
            self.under_way -= 1


async def _late(receive: Receive, delay: float) -> Receive:
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    await asyncio.sleep(delay)

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again


class _Service:
    """Answers commands, each of which has ``do`` and what it takes."""

    def __init__(self, sandbox: Sandbox, records: Records, way: _Way) -> None:
        self._sandbox, self._records, self._way = sandbox, records, way
        self._world = sandbox._world

    def answer(self, command: dict[str, Any]) -> Any:
        return getattr(self, "do_" + command.pop("do"))(**command)

    def do_fault(self, **fault: Any) -> None:
        self._sandbox.faults.add(Fault(**fault))

    def do_hold(self, seconds: float) -> None:
        self._sandbox._call(self._way.delays.append, seconds)

    def do_turn(self, seconds: float) -> None:
        self._sandbox.turn(seconds)

    def do_calm(self) -> None:
        """Let nothing go wrong any more; what is held arrives in its time."""
        self._sandbox.faults.clear()
        self._way.delays.clear()

    def do_progress(self) -> dict[str, int]:
        return {"arrived": self._records.arrived, "under_way": self._way.under_way}

    def do_records(self) -> dict[str, Any]:
        """Tell all tasks; waits until each that is left has ended."""
        while True:
            tasks = self._sandbox._call(self._records.tasks, self._world)
            left = [one for one in tasks if one.deleted is None and one.ended is None]
            if not left and not self._way.under_way:
                break
            time.sleep(0.2)
        faults = Counter(
            _name(entry.method, entry.path, entry.fault) for entry in self._sandbox.journal() if entry.fault
        )
        return {
            "tasks": [asdict(one) for one in tasks],
            "plans": self._records.plans,
            "faults": faults,
            "held": self._way.held,
            "lists": self._way.lists,
        }


def _name(method: str, path: str, fault: str) -> str:
    place = "submit" if method == "POST" else "list" if path.endswith("/tasks") else "read"
    return f"{place} {fault}"


def main() -> int:
    """Serve until standard input ends."""
    run_seconds = float(sys.argv[1])
    records, ways = Records(), list[_Way]()
    keep(records)

    def app(*given: Any) -> _Way:
        ways.append(_Way(sandbox_app(*given)))
        return ways[-1]

    sandbox = Sandbox(pace=AfterSeconds(run_seconds))
    sandbox.register(APP, SERVICE, lambda data, _: answer(data))
    sandbox.plan_with(lambda _, problem, request_id: plan_answer(problem, request_id))
    with mock.patch("optcloud_sandbox.server.sandbox_app", app), sandbox:
        print(json.dumps(sandbox.environment()), flush=True)
        service = _Service(sandbox, records, ways[-1])
        for line in sys.stdin:
            print(json.dumps(service.answer(json.loads(line))), flush=True)
    return 0


if __name__ == "__main__":
    threading.current_thread().name = "vendors"
    sys.exit(main())
