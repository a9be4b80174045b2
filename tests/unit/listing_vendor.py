"""A vendor whose tasks end as the script's clock goes on, and whose list is as awkward as a test wants it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import httpx
from attrs import define, field

from optcloud.aimms.connection import policy
from optcloud.aimms.tasks.task_flows import TaskFlows, task_of
from optcloud.core.flow import Sleep
from optcloud.core.reference import Reference
from optcloud.core.settings import AimmsSettings
from optcloud.core.wake_up import Alarm
from unit.script import RETRY, Script, json_reply

BEGIN = datetime(2026, 1, 31, 23, 59)
Fault = Callable[[httpx.Request], "httpx.Response | None"]


@define
class Row:
    """One task, or one run of a repeated one."""

    id: str
    ends: float
    run: int | None = None
    app: str = "App"
    version: str = "1.0"
    age: float = 0.0
    word: str = "completed"
    listed: bool = True
    created: datetime = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.created = BEGIN - timedelta(seconds=self.age)

    def shown(self, now: float) -> dict[str, Any]:
        """The task's JSON."""
        return {
            "id": self.id,
            "groupIndex": self.run,
            "appName": self.app,
            "appVersion": self.version,
            "state": self.word if now >= self.ends else "solving",
            "createdAt": self.created.isoformat(" ", "microseconds"),
        }


@define
class Bell:
    """A hook's receiver that a test rings itself."""

    alarms: list[tuple[frozenset[str], Alarm, bool]] = field(factory=list)

    def alarm(self, task_ids: Iterable[str], *, ends_only: bool = False) -> Alarm:
        """As the receiver does."""
        self.alarms.append((frozenset(task_ids), Alarm(), ends_only))
        return self.alarms[-1][1]

    def ring(self, name: str) -> None:
        """Ring for one task."""
        for names, alarm, _ends_only in self.alarms:
            if name in names:
                alarm.ring(name)


class Vendor(Script):
    """Answers the list and single looks from ``rows``; counts both; ``fault`` may answer first."""

    def __init__(self, rows: list[Row], *, most: int = 10**9, newest_first: bool = False) -> None:
        settings = AimmsSettings(url="https://acme.aimms.cloud/pro-api/v2", api_key="not-a-real-key")
        super().__init__(policy=policy(settings, RETRY))
        self.rows = rows
        self.most = most
        self.newest_first = newest_first
        self.fault: Fault = lambda request: None
        self.calls: list[tuple[float, str]] = []
        """When which tasks announce themselves, if their alarm is listened to."""
        self.bell = Bell()

    @property
    def lists(self) -> int:
        """How many list requests there were."""
        return sum(request.url.path.endswith("/tasks") for request in self.sent)

    @property
    def looks(self) -> list[str]:
        """The ids that were looked at one by one."""
        return [request.url.path.rpartition("/")[2] for request in self.sent if not request.url.path.endswith("/tasks")]

    def _perform(self, effect: object) -> Any:
        if not isinstance(effect, Sleep) or effect.alarm is None:
            return super()._perform(effect)
        due = [call for call in self.calls if call[0] <= self.now + effect.seconds]
        if not due:
            return super()._perform(Sleep(effect.seconds))
        for call in [one for one in due if one[0] == due[0][0]]:
            self.calls.remove(call)
            self.bell.ring(call[1])
        return super()._perform(Sleep(max(0.0, due[0][0] - self.now)))

    def _next(self, asked: Any) -> httpx.Response:
        reply = self.fault(asked)
        if reply is not None:
            return reply
        name = re.search(r"/tasks/([^/]+)$", asked.url.path)
        return self._list(asked.url.params) if name is None else self._one(name[1], asked.url.params)

    def _one(self, name: str, query: httpx.QueryParams) -> httpx.Response:
        run = query.get("groupIndex")
        rows = [row for row in self.rows if row.id == name and run in (None, str(row.run))]
        return json_reply(rows[-1].shown(self.now)) if rows else json_reply({"message": "no such task"}, 404)

    def _list(self, query: httpx.QueryParams) -> httpx.Response:
        wanted = dict(query)
        day = date.fromisoformat(wanted.get("after", "0001-01-01"))
        first = datetime(day.year, day.month, day.day)
        rows = [row for row in self.rows if row.listed and row.created >= first]
        rows = [row for row in rows if wanted.get("appName", row.app) == row.app]
        rows = [row for row in rows if wanted.get("appVersion", row.version) == row.version]
        rows = rows[::-1] if self.newest_first else rows
        offset, limit = int(query["offset"]), min(int(query["limit"]), self.most)
        batch = [row.shown(self.now) for row in rows[offset : offset + limit]]
        return json_reply({"total_tasks": len(rows), "current_batch": batch})


def tasks(rows: Iterable[Row], *, known: bool = False) -> list[TaskFlows]:
    """The jobs of these rows; ``known``: as if they had just been submitted here."""
    made = []
    for row in rows:
        path = (row.id,) if row.run is None else (row.id, str(row.run))
        reference = Reference("aimms", "prod", path)
        made.append(TaskFlows(reference, row.shown(0.0)) if known else task_of(reference))
    return made
