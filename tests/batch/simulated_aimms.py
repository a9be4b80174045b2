"""A small AIMMS PRO and a small ledger, with time in hand: who submitted which task is known here, and only here."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any, Literal

import httpx
from attrs import define, evolve, field

from optcloud.aimms.connection import policy
from optcloud.batch.jobs import ArmedJob, JobInput
from optcloud.batch.targets.target import SubmitAttempt
from optcloud.core.settings import AimmsSettings
from unit.script import RETRY, Script, json_reply

BEGIN = 1_800_000_000.123
APP, VERSION, SERVICE = "Scheduling", "1.4", "solve"
Echo = Literal["exact", "absent", "cut", "shifted"]
Owner = tuple[str, str, int]  # batch, key, attempt


@define
class SimulatedTask:
    """One task; ``owner`` is None for a stranger's. Times by the ledger's clock."""

    id: str
    arrives: float
    owner: Owner | None
    due: int | None  # milliseconds
    lasts: float = 3.0
    fails: bool = False
    names: str | None = None
    """The key in its result."""
    service: str = SERVICE

    @property
    def begins(self) -> float:
        """When it leaves the queue."""
        return max(self.arrives, (self.due or 0) / 1000)


class SimulatedAimms(Script):
    """Lists, gives responses, deletes. ``ahead``: of the ledger's clock; ``zone``: what its times are off besides."""

    def __init__(self, *, echo: Echo = "exact", ahead: float = 0.0, zone: float = 0.0, most: int = 1000) -> None:
        settings = AimmsSettings(url="https://acme.aimms.cloud/pro-api/v2", api_key="not-a-real-key")
        super().__init__(policy=policy(settings, RETRY))
        self.echo, self.ahead, self.zone, self.most = echo, ahead, zone, most
        self.tasks: list[SimulatedTask] = []
        self.deleted: list[SimulatedTask] = []
        self.time = BEGIN
        self.between_pages: list[SimulatedTask] = []
        """Deleted by somebody, one after each page that is read."""

    def shown(self, task: SimulatedTask) -> dict[str, Any]:
        """The JSON of a task."""
        created = task.arrives + self.ahead + self.zone
        ends = task.begins + task.lasts
        word = "queued" if self.time < task.begins else "running" if self.time < ends else "completed"
        return {
            "id": task.id,
            "groupIndex": None,
            "appName": APP,
            "appVersion": VERSION,
            "serviceName": task.service,
            "state": "failed" if task.fails and word == "completed" else word,
            "scheduleFor": self._due(task),
            "createdAt": _text(round(created * 1e6)),
            "runningAt": _text(round((task.begins + self.ahead + self.zone) * 1e6)) if word != "queued" else None,
        }

    def _due(self, task: SimulatedTask) -> str | None:
        if task.due is None or self.echo == "absent":
            return None
        later = max(task.due * 1000, round((task.arrives + self.ahead) * 1e6))
        if self.echo == "cut":
            later -= later % 1_000_000
        return _text(later + (1000 if self.echo == "shifted" else 0))

    def _next(self, asked: Any) -> httpx.Response:
        found = re.search(r"/tasks/([^/]+)(/response)?$", asked.url.path)
        if found is None:
            return self._list(asked.url.params)
        task = next((one for one in self._here() if one.id == found[1]), None)
        if task is None:
            return json_reply({"message": "no such task"}, 404)
        if asked.method == "DELETE":
            if self.time >= task.begins:
                return json_reply({"message": "the task is running"}, 405)
            self.tasks.remove(task)
            self.deleted.append(task)
            return httpx.Response(200)
        return json_reply({"scenario": task.names} if task.names else ["of another kind"])

    def _here(self) -> list[SimulatedTask]:
        return [task for task in self.tasks if task.arrives <= self.time]

    def _list(self, query: httpx.QueryParams) -> httpx.Response:
        first, last = (date.fromisoformat(query[name]) for name in ("after", "before"))
        rows = [self.shown(task) for task in sorted(self._here(), key=lambda task: task.arrives)]
        rows = [row for row in rows if first <= date.fromisoformat(row["createdAt"][:10]) <= last]
        assert (query["appName"], query["appVersion"]) == (APP, VERSION)
        offset, limit = int(query["offset"]), min(int(query["limit"]), self.most)
        page = rows[offset : offset + limit]
        if self.between_pages:
            self.tasks.remove(self.between_pages.pop())
        return json_reply({"total_tasks": len(rows), "current_batch": page})


def _text(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") + f".{rest:06}"


@define
class SimulatedLedger:
    """What a ledger knows (`LedgerView`), and its words for what is decided."""

    vendor: SimulatedAimms
    all: list[SubmitAttempt] = field(factory=list)
    facts: dict[str, str] = field(factory=dict)
    twins: set[str] = field(factory=set)
    lead: float = 4.0
    marker: int = 0

    url = "simulated"

    def is_open(self, batch: str) -> bool:
        """Say so."""
        return True

    def arm(self, batch: str, key: str) -> ArmedJob:
        """Arm a job once more."""
        attempt = 1 + max((one.attempt for one in self.all if (one.batch, one.key) == (batch, key)), default=0)
        self.marker = max(self.marker + 1, int((self.now() + self.lead) * 1000))
        self.all.append(SubmitAttempt(batch, key, attempt, self.now(), self.marker, None, current=True))
        return ArmedJob(batch, key, attempt, self.now(), self.marker, JobInput(b"{}"))

    def unknown(self, batch: str) -> list[ArmedJob]:
        """The armed ones of a batch."""
        return [
            ArmedJob(one.batch, one.key, one.attempt, one.armed_at, one.marker, JobInput(b"{}"))
            for one in self.all
            if one.current and one.batch == batch
        ]

    def settle(self, which: Owner, ref: str | None) -> bool:
        """Note a reference, or that it is over without one. False: a twin, or decided before."""
        place = next(n for n, one in enumerate(self.all) if (one.batch, one.key, one.attempt) == which)
        one = self.all[place]
        last = max(other.attempt for other in self.all if (other.batch, other.key) == which[:2])
        if ref is None:
            self.all[place] = evolve(one, current=False)
            return one.current
        if one.ref == ref:
            return True
        if one.ref is not None or one.attempt < last:
            self.twins.add(ref)
            return False
        self.all[place] = evolve(one, ref=ref, current=False)
        return True

    def now(self) -> float:
        """The clock."""
        return self.vendor.time

    def refs(self, candidates: Collection[str]) -> set[str]:
        """Which are known."""
        return (self.twins | {one.ref for one in self.all if one.ref}) & set(candidates)

    def attempts(self, since: float, until: float) -> list[SubmitAttempt]:
        """Those armed then."""
        return [one for one in self.all if since <= one.armed_at <= until]

    def by_marker(self, markers: Collection[int]) -> dict[int, SubmitAttempt]:
        """Those with these markers."""
        return {one.marker: one for one in self.all if one.marker in markers}

    def fact(self, name: str) -> str | None:
        """What was learnt."""
        return self.facts.get(name)

    def set_fact(self, name: str, value: str) -> None:
        """Keep it."""
        self.facts[name] = value
