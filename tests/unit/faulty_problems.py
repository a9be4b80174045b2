"""Problems with faults planted in them: for each, the paths of all that has to be named, and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from importlib.resources import files
from typing import Any

ROSTER: dict[str, Any] = json.loads(files("optcloud_sandbox").joinpath("data", "roster.json").read_bytes())
TOUR: dict[str, Any] = {
    "meta": {"name": "Tuesday", "start": "2026-03-03"},
    "parameters": {"maxCalculationSeconds": 10},
    "tasks": [{"id": f"stop-{number}", "duration": 20, "weight": -5, "revenue": 100} for number in range(20)],
    "workers": [{"id": "van", "capacity": 80, "costsPerKM": 30}, {"id": "bike", "capacity": 5, "costsPerKM": 2}],
}
FLOOR: dict[str, Any] = {
    "meta": {},
    "parameters": {},
    "tasks": [{"id": 1, "durationInSeconds": 90, "exclusiveSetID": 4}],
    "workers": [{"id": 1, "preferredCategories": ["cold"]}],
}
GOOD = {"shift": ROSTER, "mixed": TOUR, "floor": FLOOR}
OF_THE_ROSTER = ("tasks[11].antiWorkers",)
"""What is to be said of the roster as it is: it uses a deprecated field."""

Plant = Callable[[dict[str, Any]], Any]
FAULTY: dict[str, tuple[str, Plant, tuple[str, ...], tuple[str, ...]]] = {}
"""By title: planner, what is planted, paths of the faults, paths of the warnings."""


def planted(
    title: str, planner: str, plant: Plant, faults: tuple[str, ...] = (), warnings: tuple[str, ...] = ()
) -> None:
    FAULTY[title] = (planner, plant, faults, warnings)


def faulty(title: str) -> dict[str, Any]:
    planner, plant, _faults, _warnings = FAULTY[title]
    problem = deepcopy(GOOD[planner])
    plant(problem)
    return problem


def put(problem: dict[str, Any], **values: Any) -> None:
    """Set fields by their paths: ``tasks__17__revenue=-1``."""
    for path, value in values.items():
        *steps, last = (int(step) if step.isdecimal() else step for step in path.split("__"))
        place: Any = problem
        for step in steps:
            place = place[step]
        place[last] = value


def puts(**values: Any) -> Plant:
    return lambda problem: put(problem, **values)


def drops(*names: str) -> Plant:
    return lambda problem: [problem.pop(name) for name in names]


# What the document says: faults.
planted("a required list is missing", "shift", drops("workers"), ("workers",))
planted(
    "everything required is missing",
    "shift",
    lambda problem: problem.clear(),
    ("meta", "parameters", "tasks", "workers"),
)
planted("an unsigned number is negative", "shift", puts(tasks__17__revenue=-1), ("tasks[17].revenue",))
planted("a number is text", "shift", puts(workers__3__costsPerMinute="38"), ("workers[3].costsPerMinute",))
planted("a number is broken", "shift", puts(tasks__139__revenue=1.5), ("tasks[139].revenue",))
planted("a number is true", "shift", puts(workers__0__costsInitial=True), ("workers[0].costsInitial",))
planted("a number is null", "shift", puts(tasks__0__revenue=None), ("tasks[0].revenue",))
planted(
    "faults far apart",
    "shift",
    puts(tasks__0__revenue=-1, tasks__70__revenue="x", tasks__139__revenue=[], workers__19__costsInitial=-2),
    ("tasks[0].revenue", "tasks[70].revenue", "tasks[139].revenue", "workers[19].costsInitial"),
)
planted("a list is an object", "shift", puts(tasks={}), ("tasks",))
planted("a day in what is no list", "shift", puts(tasks={"a": "2026-02-31"}), ("tasks", "tasks.a"))
planted("an object is a list", "shift", puts(meta=[]), ("meta",))
planted("an object is text", "shift", puts(parameters="fast"), ("parameters",))
planted("an item is no object", "shift", puts(tasks__5=17), ("tasks[5]",))
planted("an item is null", "shift", puts(workers__2=None), ("workers[2]",))
planted("recovery is out of range", "shift", puts(recovery=[0, -1, 2**31 - 1, 2**31]), ("recovery[1]", "recovery[3]"))
planted("recovery is no list", "mixed", puts(recovery=7), ("recovery",))
planted("recovery has text in it", "floor", puts(recovery=[1, "2"]), ("recovery[1]",))
planted("a client is text", "shift", puts(client="me"), ("client",))
planted("a whole problem is a list", "shift", lambda problem: None, ("",))  # see `as_sent`

# Days that do not exist, wherever they stand: faults.
planted("the 31st of February", "shift", puts(tasks__88__date="2020-02-31"), ("tasks[88].date",))
planted("the 29th of February of no leap year", "shift", puts(meta__start="1900-2-29"), ("meta.start",))
planted(
    "the 31st of June deep inside",
    "shift",
    puts(parameters__holidays=[{"on": "2026-06-31"}]),
    ("parameters.holidays[0].on",),
)
planted(
    "the 30th of February in a shift",
    "shift",
    puts(workers__1__shifts=[{"date": "2026-02-30"}]),
    ("workers[1].shifts[0].date",),
)
planted("an impossible day in a tour", "mixed", puts(tasks__3__date="2026-11-31"), ("tasks[3].date",))
planted("an impossible day in a field of one's own", "mixed", puts(depots=["2026-04-31"]), ("depots[0]",), ("depots",))

# What is inferred, what is deprecated, what the document does not name: warnings.
planted("no date at all", "shift", puts(tasks__9__date="next week"), (), ("tasks[9].date",))
planted("a month too many", "shift", puts(tasks__9__date="2026-13-01"), (), ("tasks[9].date",))
planted("an hour of 60 minutes", "shift", puts(tasks__9__endTime="13:60"), (), ("tasks[9].endTime",))
planted(
    "a time with seconds",
    "shift",
    puts(workers__1__shifts=[{"startTime": "06:00:00"}]),
    (),
    ("workers[1].shifts[0].startTime",),
)
planted("a third language", "shift", puts(meta__language=2), (), ("meta.language",))
planted("an id twice", "shift", puts(tasks__30__id=1004), (), ("tasks[30].id",))
planted(
    "an id thrice",
    "floor",
    lambda problem: problem["workers"].extend([{"id": 1}, {"id": 1}]),
    (),
    ("workers[1].id", "workers[2].id"),
)
planted(
    "ids of nobody",
    "shift",
    puts(tasks__0__preferredWorkers=[1, 99], tasks__139__unpreferredWorkers=[77]),
    (),
    ("tasks[0].preferredWorkers[1]", "tasks[139].unpreferredWorkers[0]"),
)
planted(
    "an id as text", "mixed", puts(tasks__0__unpreferredWorkers=["van", "VAN"]), (), ("tasks[0].unpreferredWorkers[1]",)
)
planted(
    "workers that workers dislike",
    "shift",
    puts(workers__4__unpreferredWorkers=[5, 500]),
    (),
    ("workers[4].unpreferredWorkers[1]",),
)
planted("both durations", "mixed", puts(tasks__7__durationInSeconds=1200), (), ("tasks[7].durationInSeconds",))
planted("a duration as text", "floor", puts(tasks__0__durationInSeconds="00:20"), (), ("tasks[0].durationInSeconds",))
planted("a negative amount of a tour", "mixed", puts(workers__1__costsPerKM=-2), (), ("workers[1].costsPerKM",))
planted("more than 64 bits", "shift", puts(tasks__1__revenue=2**64), (), ("tasks[1].revenue",))
planted(
    "deprecated fields",
    "mixed",
    puts(meta__enablePlanSplitting=True, tasks__2__antiWorkers=["van"]),
    (),
    ("meta.enablePlanSplitting", "tasks[2].antiWorkers"),
)
planted(
    "a misspelt field",
    "shift",
    puts(tasks__40__Revenue=5, tasks__41__revenu=6),
    (),
    ("tasks[40].Revenue", "tasks[41].revenu"),
)
planted("fields of one's own", "shift", puts(notes="x", workers__6__mood="good"), (), ("notes", "workers[6].mood"))
planted("a list of a tour is none", "mixed", puts(workers=5), (), ("workers",))
planted(
    "all sorts",
    "shift",
    puts(
        tasks__0__revenue=-1,
        tasks__2__date="2026-02-29",
        tasks__3__id=1000,
        tasks__4__preferredWorkers=["1"],
        workers__0__costsPerMinute=None,
        workers__0__workdayPattern=[1, 2],
        recovery="x",
    ),
    ("tasks[0].revenue", "tasks[2].date", "workers[0].costsPerMinute", "recovery"),
    ("tasks[3].id", "tasks[4].preferredWorkers[0]", "workers[0].workdayPattern[1]"),
)  # fmt: skip


def as_sent(title: str) -> bytes:
    problem = faulty(title)
    return json.dumps([problem] if title == "a whole problem is a list" else problem).encode()
