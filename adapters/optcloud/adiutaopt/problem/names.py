"""The one place for what is inferred of a problem's fields; all that is found by it is a warning, never a fault.

The vendor publishes few fields of a task or a worker, and of most no type (adiutaOpt facts 12). What stands here is
inferred from their names, from the other planners and from what the sandbox reads. Once the vendor's own document is
at hand, its types come with the generated client, and what stands here beside them counts no longer.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_ID: Schema = {"type": ["integer", "string"]}
_IDS = _list(_ID)
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIMES: Schema = {"date": _ref("Date"), "startTime": _ref("Time"), "endTime": _ref("Time")}

_META: Schema = {
    "name": _TEXT,
    "language": _ref("LanguageType"),
    "start": _ref("Date"),
    "end": _ref("Date"),
    "removeInvalidTasks": _FLAG,
}
_TASK: Schema = {
    "id": _ID,
    "name": _TEXT,
    **_TIMES,
    "duration": _COUNT,
    "durationInSeconds": _COUNT,
    "qualifications": _IDS,
    "preferredWorkers": _IDS,
    "unpreferredWorkers": _IDS,
    "antiWorkers": _IDS,
}
_WORKER: Schema = {
    "id": _ID,
    "name": _TEXT,
    "qualifications": _IDS,
    "unpreferredWorkers": _IDS,
    "antiWorkers": _IDS,
    "maxDailyTasks": _COUNT,
    "maxAssignableTasks": _COUNT,
    "consecutiveNightShiftsForOffdays": _COUNT,
    "minOffdaysAfterConsecutiveNightShifts": _COUNT,
    "workdayPattern": _list({"type": "integer", "minimum": 0, "maximum": 1}),
    "workdayCycle": _COUNT,
    "shifts": _list({"type": "object", "properties": _TIMES}),
}


def _plan(planner: str) -> Schema:
    return {
        "client": _ref("Client"),
        "meta": _ref(f"{planner}Meta"),
        "parameters": {"type": "object", "additionalProperties": {}},
        "tasks": _list(_ref(f"{planner}InputTask")),
        "workers": _list(_ref(f"{planner}InputWorker")),
    }


def _without(schema: Schema, *names: str) -> Schema:
    return {name: value for name, value in schema.items() if name not in names}


PROPERTIES: dict[str, Schema] = {
    "ShiftPlannerMeta": _META,
    "MixedPlannerMeta": _META,
    "FloorPlannerMeta": _META,
    "ShiftPlannerInputTask": _TASK,
    "MixedPlannerInputTask": _TASK,
    "FloorPlannerInputTask": _without(_TASK, "antiWorkers"),  # not in the Floor schemas (adiutaOpt facts F088)
    "ShiftPlannerInputWorker": _WORKER,
    "MixedPlannerInputWorker": _WORKER,
    "FloorPlannerInputWorker": _without(_WORKER, "antiWorkers"),
    "MixedPlannerInputPlan": _plan("MixedPlanner"),
    "FloorPlannerInputPlan": _plan("FloorPlanner"),
}
"""By schema: fields that the document does not name, and types of fields of which it gives none."""

ID = "id"
LISTS_WITH_IDS = ("tasks", "workers")
"""Lists of a problem whose objects have an id each, unlike all others of the list."""

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("tasks", "preferredWorkers", "workers"),
    ("tasks", "unpreferredWorkers", "workers"),
    ("tasks", "antiWorkers", "workers"),
    ("workers", "unpreferredWorkers", "workers"),  # preferences between workers (adiutaOpt facts C13)
    ("workers", "antiWorkers", "workers"),
)
"""(list, field, list that the ids in the field are of)."""

EITHER_OR: tuple[tuple[str, str], ...] = (("duration", "durationInSeconds"),)
"""Fields that say the same; which one counts is not stated when both are there (adiutaOpt facts F091)."""

INSTEAD = {
    "antiWorkers": "use unpreferredWorkers",  # came when it was deprecated (adiutaOpt facts F088)
    "enablePlanSplitting": "leave it out",
}
"""What to do about a deprecated field."""
