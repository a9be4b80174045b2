"""What befalls a run, drawn from a seed: who dies when, who is frozen, and what goes wrong at vendors and store.

Everything happens at a share of the way: when so many submits of ours have arrived at the vendors. The same seed makes
the same plan. Not the same timing: processes run as they are let.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal

from optcloud.batch.jobs import Timings

Store = Literal["sqlite", "postgresql"]
Engine = Literal["embedded", "procrastinate", "executor"]
SABOTAGES = ("no-arming", "absence-is-proof", "no-epoch")
"""Ways to break the product (`batch_kill.sabotage`)."""
QUICK = Timings(start=1.0, send=2.5, skew=1.5)
"""Of batches whose markers, 4 s ahead, are never over when a submit arrives; short, so that much happens."""
SLOW = Timings(start=1.0, send=4.5, skew=1.5)
"""Of batches some of whose submits arrive after their moment; their service repeats the job's key in its result."""
RUN_SECONDS = 0.4
"""How long a task runs at the vendor, once its moment has come."""
AIMS = ("armed", "sending", "sent", "replied", "noted", "ended")
"""Points of `batch_kill.points` at which a worker kills or freezes itself: from the ledger's arming of jobs to the
noting of an end."""


@dataclass(frozen=True)
class Death:
    """A worker is killed, at any moment or at the ``nth`` passing of a point that it aims at."""

    at: float
    worker: int
    aim: str | None = None
    nth: int = 1
    wait: float = 0.0
    """Seconds more, so that it is any moment."""


@dataclass(frozen=True)
class Freeze:
    """A worker is stopped for so many seconds, at any moment or at a point."""

    at: float
    worker: int
    seconds: float
    aim: str | None = None


@dataclass(frozen=True)
class Trouble:
    """A fault of the sandbox: its words, as `optcloud.sandbox.Fault` takes them. None: a submit held on its way."""

    at: float
    fault: dict[str, Any] | None
    seconds: float = 0.0


@dataclass(frozen=True)
class RunPlan:
    """One run. ``restarts``, ``full_disks``: shares of the way at which they happen; ``skews``: seconds by worker."""

    store: Store
    engine: Engine
    jobs: int
    plans: int
    workers: int
    limit: int
    chunk: int
    timings: Timings
    late: bool
    """Whether submits arrive after their moment, and the stranger's moments lie where those of ours do."""
    deaths: tuple[Death, ...]
    freezes: tuple[Freeze, ...]
    troubles: tuple[Trouble, ...]
    strangers: tuple[float, ...]
    restarts: tuple[float, ...] = ()
    full_disks: tuple[float, ...] = ()
    skews: tuple[float, ...] = ()
    turn: float = 1.0
    """Seconds by which the vendors' clock goes before the others'."""
    newer: bool = True


def plan(seed: int, store: Store, engine: Engine, *, jobs: int, kills: int, workers: int) -> RunPlan:
    """Return what befalls a run."""
    draw = random.Random(f"{seed} {store} {engine}")
    plans = jobs // 20
    late = store == "postgresql"
    timings = SLOW if late else QUICK
    return RunPlan(
        store=store,
        engine=engine,
        jobs=jobs - plans,
        plans=plans,
        workers=workers,
        limit=max(30, min(80, jobs // 4)),
        chunk=max(5, jobs // 40),
        deaths=_deaths(draw, kills, workers),
        freezes=_freezes(draw, max(2, kills // 7), workers, timings),
        troubles=_troubles(draw, jobs, timings, late=late),
        timings=timings,
        late=late,
        strangers=tuple(sorted(draw.uniform(0.0, 1.0) for _ in range(max(10, jobs // 8)))),
        restarts=_spread(draw, max(1, kills // 25)) if store == "postgresql" else (),
        full_disks=_spread(draw, max(1, kills // 15)) if store == "sqlite" else (),
        skews=_skews(store, workers),
    )


def _deaths(draw: random.Random, count: int, workers: int) -> tuple[Death, ...]:
    """Half of them at a point, in turn."""
    moments = sorted(draw.uniform(0.0, 0.97) for _ in range(count))
    deaths = []
    for number, at in enumerate(moments):
        aim = AIMS[number // 2 % len(AIMS)] if number % 2 else None
        wait = 0.0 if aim else draw.uniform(0.0, 1.0)
        deaths.append(Death(at, draw.randrange(workers), aim, draw.choice((1, 2, 5, 12)), wait))
    return tuple(deaths)


def _freezes(draw: random.Random, count: int, workers: int, timings: Timings) -> tuple[Freeze, ...]:
    """Longer than a lease, and than it takes until an attempt counts as settled; half of them at a point."""
    freezes = []
    for number, at in enumerate(_spread(draw, count)):
        seconds = draw.uniform(timings.settled + 1.0, timings.settled + 4.0)
        aim = ("armed", "sending", "replied")[number // 2 % 3] if number % 2 else None
        freezes.append(Freeze(at, draw.randrange(workers), seconds, aim))
    return tuple(freezes)


def _skews(store: Store, workers: int) -> tuple[float, ...]:
    """By how much each worker's wall clock is wrong: by minutes where the store has a clock of its own."""
    if store == "sqlite":
        return (0.0,) * workers
    return tuple((0.0, 170.0, -140.0)[number % 3] for number in range(workers))


def _spread(draw: random.Random, count: int) -> tuple[float, ...]:
    return tuple((number + draw.uniform(0.2, 0.8)) / count * 0.95 for number in range(count))


SUBMIT: dict[str, Any] = {"vendor": "aimms", "method": "POST", "path": "/tasks/"}
LIST: dict[str, Any] = {"vendor": "aimms", "method": "GET", "path": "/tasks$"}
READ: dict[str, Any] = {"vendor": "aimms", "method": "GET", "path": "/response$"}
PLAN: dict[str, Any] = {"vendor": "adiutaopt", "method": "POST"}


def _troubles(draw: random.Random, jobs: int, timings: Timings, *, late: bool) -> tuple[Trouble, ...]:
    """Return one for each eighth job, most with submits; each kind comes in turn."""
    slow = timings.send
    kinds: tuple[dict[str, Any] | None, ...] = (
        SUBMIT | {"kind": "drop-after"},
        SUBMIT | {"kind": "slow", "seconds": draw.uniform(0.2, 1.5)},
        None,
        SUBMIT | {"kind": "status", "status": 503, "carried_out": True},
        SUBMIT | {"kind": "cut"},
        SUBMIT | {"kind": "status", "status": 429, "retry_after": 1},
        SUBMIT | {"kind": "drop-before"},
        LIST | {"kind": "status", "status": 500},
        SUBMIT | {"kind": "slow", "seconds": draw.uniform(slow + 0.2, slow + 1.0)},
        SUBMIT | {"kind": "html", "status": 502, "carried_out": True},
        SUBMIT | {"kind": "status", "status": 500, "carried_out": False},
        LIST | {"kind": "cut"},
        READ | {"kind": "drop-after"},
        PLAN | {"kind": "drop-after"},
        SUBMIT | {"kind": "wrong-type"},
        LIST | {"kind": "slow", "seconds": 1.0},
        READ | {"kind": "status", "status": 503},
        PLAN | {"kind": "status", "status": 429, "retry_after": 1},
        LIST | {"kind": "wrong-type"},
        SUBMIT | {"kind": "drop-after", "times": 3},
    )
    count = max(len(kinds), jobs // 8)
    moments = sorted(draw.uniform(0.0, 0.95) for _ in range(count))
    # What a submit takes to arrive is within what it may take. Late ones come after their moment, 4 s from arming; the
    # others before, by the vendors' clock, too.
    held = iter(draw.uniform(0.9, 0.99) * slow if late else draw.uniform(0.1, 0.6) * slow for _ in range(count))
    return tuple(
        Trouble(at, fault, next(held) if fault is None else 0.0)
        for at, fault in ((at, kinds[number % len(kinds)]) for number, at in enumerate(moments))
    )
