"""The one table of field names by which a solution is read. All of it is inferred, and all of it can be set.

The vendor publishes few names of what is inside a task or a worker (adiutaOpt facts 12: ``revenue``, ``profit``,
``duration``, ``durationInSeconds``, ``totalTaskTime``); the rest below are likely ones, the first being what the
sandbox writes. Set your own by ``solution.read_as(SolutionWords(worker=("employee",)))``.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict, fields_dict, frozen

from optcloud.core.errors import ConfigError

Names = tuple[str, ...]


@frozen
class SolutionWords:
    """For each meaning the names to look for, the first one found in an object counts (inferred).

    ``start`` and ``end`` hold a Time beside the object's ``date`` (adiutaOpt facts F076), an ISO 8601 date and time, or
    an object with a date and a time of its own. Without an end, ``seconds`` or else ``minutes`` give the duration.
    """

    task: Names = ("id", "taskID", "taskId", "ID", "externalID")
    task_name: Names = ("name", "taskName", "title", "label", "description")
    worker: Names = ("workerID", "workerId", "worker", "assignedWorker", "assignedWorkerID")
    date: Names = ("date", "day", "startDate")
    start: Names = ("startTime", "start", "begin", "from", "plannedStart")
    end: Names = ("endTime", "end", "finish", "until", "plannedEnd")
    end_date: Names = ("endDate",)
    time: Names = ("time", "clock")
    seconds: Names = ("durationInSeconds",)
    minutes: Names = ("duration",)
    kind: Names = ("kind", "type", "category", "taskType", "shiftType", "group")
    qualifications: Names = ("qualifications", "requiredQualifications", "skills")
    revenue: Names = ("revenue",)
    profit: Names = ("profit",)
    reason: Names = ("unassignedReason", "reason", "reasons")
    worker_id: Names = ("id", "workerID", "workerId", "ID", "externalID")
    worker_name: Names = ("name", "workerName", "label")
    worker_tasks: Names = ("tasks", "assignedTasks", "taskIDs")
    worker_time: Names = ("totalTaskTime",)
    plan_name: Names = ("name", "title", "planName")

    def __attrs_post_init__(self) -> None:
        """A single text would be read letter by letter."""
        for meaning, names in asdict(self).items():
            if isinstance(names, str):
                raise ConfigError(f"{meaning} takes a tuple of names: ({names!r},)")

    @classmethod
    def of(cls, names: Mapping[str, str]) -> SolutionWords:
        """Set some of the names. Raises `ConfigError` for a meaning that there is not."""
        if unknown := sorted(names.keys() - fields_dict(cls).keys()):
            raise ConfigError(f"{unknown[0]!r} is no meaning of a field; there are: {', '.join(fields_dict(cls))}")
        return cls(**{meaning: (name,) for meaning, name in names.items()})


WORDS = SolutionWords()
