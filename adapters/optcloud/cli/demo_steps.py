"""What the demo does: each cloud end to end through the facade, on real input, every result checked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import optcloud

QUICK = optcloud.Pace(first=0.1, factor=1.3, longest=0.3, jitter=0.0)
PATIENCE = 30.0  # seconds; the sandbox needs about one
MACHINES = 2

# The vendor's example (page "AIMMS PRO REST API", "Using Postman to Publish an Application").
METADATA: dict[str, Any] = {
    "name": "project7003",
    "description": "my_project",
    "projectVersion": "3.0",
    "aimmsVersionId": "4.84.1.5-linux64-x64-vc141",
    "attributes": {
        "additionalProp1": "prop_1",
        "additionalProp2": "prop_2",
        "additionalProp3": "prop_3",
        "isWebUI": "false",
        "iconUrl": "/icons/my_logo",
    },
    "projectCategory": "cat_1",
}
PACK = b"not a real .aimmspack: the sandbox keeps only its size"
KNAPSACK = {
    "knapsack": {
        "capacity": 15,
        "items": [
            {"name": "anvil", "weight": 12, "value": 4},
            {"name": "bell", "weight": 2, "value": 2},
            {"name": "clock", "weight": 1, "value": 1},
            {"name": "drum", "weight": 4, "value": 10},
            {"name": "easel", "weight": 1, "value": 2},
        ],
    }
}
BEST = {"objective": 15, "chosen": ["bell", "clock", "drum", "easel"]}  # all but the anvil


class UnexpectedError(Exception):
    """A result is not what it must be."""


def expect(holds: bool, otherwise: str) -> None:
    """Raise `UnexpectedError` when something does not hold."""
    if not holds:
        raise UnexpectedError(otherwise)


@dataclass(frozen=True)
class DemoStep:
    """One step of the demo; ``seconds`` it took."""

    cloud: str
    name: str
    result: str
    seconds: float
    ok: bool


class States:
    """The vendor's words for a job's state, as they were seen."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def hear(self, event: object) -> None:
        """Take an event of the facade."""
        from optcloud.core.events import Polled, Submitted  # noqa: PLC0415 - loaded with the facade

        if isinstance(event, Submitted):
            self._seen = []
        elif isinstance(event, Polled):
            word = ", ".join(dict.fromkeys(event.status.word.split(", ")))  # of two machines: once if they agree
            self._seen += [word] if word not in self._seen[-1:] else []

    def __str__(self) -> str:
        return " → ".join(self._seen)


class CloudDemo:
    """A demo of one cloud: its steps, in order. Each returns its result in words, or raises `UnexpectedError`."""

    name: ClassVar[str]
    steps: ClassVar[dict[str, Callable[[Any], str]]]

    def __init__(self, oc: optcloud.OptCloud, states: States) -> None:
        self._oc = oc
        self._states = states

    def run(self, announce: Callable[[str], None]) -> Iterator[DemoStep]:
        """Take the steps until one fails; each is announced before it is taken."""
        for name, step in self.steps.items():
            announce(f"{self.name}, {name}")
            began = time.monotonic()
            try:
                result, ok = step(self), True
            except (optcloud.OptCloudError, UnexpectedError) as error:
                result, ok = f"{type(error).__name__}: {error}", False
            yield DemoStep(self.name, name, result, time.monotonic() - began, ok)
            if not ok:
                return


class AimmsDemo(CloudDemo):
    """Publish an app, run two tasks on it."""

    name = "AIMMS PRO"

    def _publish(self) -> str:
        app = self._oc.aimms.apps.publish(PACK, METADATA).app
        kept = (app.description, app.attributes, app.category)
        sent = tuple(METADATA[name] for name in ("description", "attributes", "projectCategory"))
        expect(kept == sent, "the app's entry is not what was published")
        listed = [(app.name, app.version) for app in self._oc.aimms.apps.list()]
        expect((METADATA["name"], METADATA["projectVersion"]) in listed, "the app is not in the list of apps")
        return f"{app.name} {app.version} for AIMMS {METADATA['aimmsVersionId']}"

    def _run(self, service: str, data: Any) -> Any:
        job = self._oc.aimms.run(METADATA["name"], service, version=METADATA["projectVersion"], input=data)
        return job.result(PATIENCE, pace=QUICK)

    def _solve(self) -> str:
        answer = self._run("solve", KNAPSACK).json()
        found = {"objective": answer["objective"], "chosen": sorted(answer["chosen"])}
        expect(found == BEST, f"the best knapsack is {BEST}, found {found}")
        return f"{self._states}: value {answer['objective']}, {', '.join(answer['chosen'])}"

    def _echo(self) -> str:
        sent = json.dumps(KNAPSACK, indent=3).encode()
        received = self._run("echo", sent)
        expect(received.bytes == sent, f"{len(sent)} bytes were sent, {len(received.bytes)} others came back")
        return f"{self._states}: {len(sent)} bytes there and back, equal"

    steps: ClassVar = {"publish an app": _publish, "run a task (a knapsack)": _solve, "run a task (echo)": _echo}


class AdiutaOptDemo(CloudDemo):
    """Solve the roster that ships with the sandbox."""

    name = "adiutaOpt"

    def __init__(self, oc: optcloud.OptCloud, states: States) -> None:
        from optcloud_sandbox.roster import stored  # noqa: PLC0415 - needs the extra sandbox

        super().__init__(oc, states)
        self._text = stored()
        self._roster = json.loads(self._text)
        self._job: Any = None

    def _submit(self) -> str:
        self._job = self._oc.adiutaopt.shift.submit(self._text)
        workers, tasks = len(self._roster["workers"]), len(self._roster["tasks"])
        expect((workers, tasks) == (20, 140), f"the roster has {workers} workers and {tasks} tasks")
        return f"{workers} workers, {tasks} tasks in two weeks"

    def _solve(self) -> str:
        solution = self._job.result(PATIENCE, pace=QUICK)
        plan = solution.json()
        sent, received = ([task["id"] for task in tasks] for tasks in (self._roster["tasks"], plan["tasks"]))
        expect(sorted(sent) == sorted(received), "the plan's tasks are not those that were submitted")
        expect(len(solution.plan.workers) == len(self._roster["workers"]), "the plan's workers are not all there")
        self._check_duties([task for task in plan["tasks"] if "profit" in task])
        summary = solution.summary()
        expect(summary.assigned > 0, "no task was assigned")
        return f"{self._states}: {summary.assigned} assigned, {summary.unassigned} unassigned"

    steps: ClassVar = {"sign in (SRP), submit a roster": _submit, "wait": _solve}

    def _check_duties(self, assigned: list[dict[str, Any]]) -> None:
        """Nobody works twice a day, without the qualifications, or where they must not."""
        workers = {worker["id"]: worker for worker in self._roster["workers"]}
        duties = {(task["workerID"], task["date"]) for task in assigned}
        expect(len(duties) == len(assigned), "a worker has two tasks on one day")
        for task in assigned:
            lacking = set(task["qualifications"]) - set(workers[task["workerID"]]["qualifications"])
            expect(not lacking, f"worker {task['workerID']} lacks {', '.join(lacking)} for task {task['id']}")
            expect(task["workerID"] not in task.get("antiWorkers", []), f"task {task['id']}: this worker is excluded")


class GurobiDemo(CloudDemo):
    """Rent machines and give them back."""

    name = "Gurobi"

    def _licenses(self) -> str:
        licenses = self._oc.gurobi.licenses()
        expect(bool(licenses), "there is no license")
        return ", ".join(f"{license_.id} (credit {license_.credit})" for license_ in licenses)

    def _launch(self) -> str:
        with self._oc.gurobi.launch(MACHINES, machine_type="c4.4xlarge", pace=QUICK) as pool:
            expect(len(set(pool.servers)) == MACHINES, f"{MACHINES} machines were launched, ready: {pool.servers}")
            ready = f"{self._states}: {len(pool.servers)} ready"
        states = {machine.state for machine in pool.machines()}
        expect(states <= {"killing", "shutting down"}, f"killed on the way out, yet they are {', '.join(states)}")
        return f"{ready}; killed on the way out"

    def _none_left(self) -> str:
        deadline = time.monotonic() + PATIENCE
        for delay in QUICK.delays():
            left = self._oc.gurobi.machines()
            if not left:
                return "no machine runs"
            expect(time.monotonic() < deadline, f"{len(left)} machines are still there")
            time.sleep(delay)
        raise AssertionError("the delays never end")

    steps: ClassVar = {
        "list licenses": _licenses,
        f"launch {MACHINES} machines": _launch,
        "look: none left": _none_left,
    }
