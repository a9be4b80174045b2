"""What each run does, drawn from a seed: who launches what, who ends how and when, and what goes wrong on the way.

The same seed makes the same plan. Not the same timing: processes run as they are let.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

How = Literal[
    "normal",
    "exception",
    "cancel",
    "SIGTERM",
    "SIGINT",
    "SIGHUP",
    "SIGINT twice",
    "SIGKILL",
    "aimed SIGKILL",
    "aimed SIGTERM",
]
OUTSIDE = {"SIGTERM", "SIGINT", "SIGHUP", "SIGINT twice", "SIGKILL"}
LIFE = 0.8
"""Seconds, about the life of a client: signals come at any time of it."""


SABOTAGES = ("no-ledger", "late-ledger", "by-state", "all-dead", "resend")
"""Ways to break the product (`leaks.sabotage`)."""


@dataclass(frozen=True)
class Aim:
    """A point of `leaks.watch` at which a process sends itself its signal, on its ``nth`` passing."""

    point: str
    nth: int = 1


@dataclass(frozen=True)
class ClientPlan:
    """One process: ``role`` is a function of `leaks.client`; ``at``: seconds to the signal; ``fresh``: not forked.

    ``begins``: seconds that it waits at first. ``uses``: seconds that it uses its machines.
    """

    role: str
    counts: tuple[int, ...]
    how: How = "normal"
    at: float = 0.0
    aim: Aim | None = None
    fresh: bool = False
    begins: float = 0.0
    uses: float = 0.1
    own_password: bool = False


@dataclass(frozen=True)
class FaultPlan:
    """A fault of the sandbox for ``times`` requests, beginning with the one after ``skip`` matching ones."""

    kind: str
    path: str
    skip: int = 0
    carried_out: bool = False
    seconds: float | None = None
    times: int = 1


@dataclass(frozen=True)
class RunPlan:
    """One run. ``next_starts``: each of them is a list of processes that start at once; the last one is judged after.

    ``under_way``: seconds that each launch needs to the vendor, which it reaches whatever became of the client.
    ``boot``: seconds that machines take to come and to go. ``unlisted``: seconds until the list has them.
    ``early``: the first of the next starts does not wait for launches that are still under way.
    """

    index: int
    clients: tuple[ClientPlan, ...]
    next_starts: tuple[tuple[ClientPlan, ...], ...]
    early: bool
    under_way: tuple[float, ...]
    boot: float
    unlisted: float
    faults: tuple[FaultPlan, ...]
    others_at: tuple[float, ...] = field(default=())


LAUNCHING = ("block", "bare", "async_block", "async_bare", "pools", "async_pools", "in_thread")
KILLING = ("block", "async_block", "pools", "async_pools", "bare")
CANCELLED = ("async_block", "async_bare", "async_pools")
LOST = "looking for a lost launch/machines read"
AIMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("intend commit", LAUNCHING),
    ("intend>", LAUNCHING),
    ("launch sending", LAUNCHING),
    ("launch sent", LAUNCHING),
    ("launch answered", LAUNCHING),
    ("launch read", LAUNCHING),
    ("launched commit", LAUNCHING),
    ("launched>", LAUNCHING),
    ("waiting/machines answered", LAUNCHING),
    (LOST, LAUNCHING),
    ("using", LAUNCHING),
    ("kill sent", KILLING),
    ("kill answered", KILLING),
    ("kill read", KILLING),
    ("gone commit", KILLING),
    ("gone>", KILLING),
    ("keep commit", ("keep", "async_keep")),
    ("keep>", ("keep", "async_keep")),
    ("hold commit", ("take_back",)),
    ("hold>", ("take_back",)),
)
"""Points, and the roles that pass them."""
REAP_AIMS = (
    "claim commit",
    "claim>",
    "reap machines read",
    "reap kill sent",
    "reap kill answered",
    "reap kill read",
    "reap gone commit",
    "reap gone>",
)
"""Points of a process that reaps; it needs something to reap."""
ROLES = (*LAUNCHING, *KILLING, "keep", "async_keep", "take_back", "look", "reaper")
FAULTS = ("slow", "drop-after", "drop-before", "cut", "status", "html", "wrong-type")


def plan(seed: int, index: int) -> RunPlan:
    """Return what run number ``index`` does."""
    draw = random.Random(f"{seed} {index}")
    victims = _victims(draw, index)
    reaping = index % 6 == 5
    if reaping:  # something certain to be reaped, by one who is killed over it
        victims[0] = _client(draw, draw.choice(LAUNCHING), "aimed SIGKILL", Aim("using"))
    clients = [*victims, *(_survivor(draw) for _ in range(3 - len(victims)))]
    if draw.random() < 0.4:  # one that comes when another may be dead already: its first use reaps
        clients[-1] = _later(clients[-1], draw)
    first = ClientPlan("start", ())
    starts: list[tuple[ClientPlan, ...]] = [(first, first) if draw.random() < 0.25 else (first,)]
    early = draw.random() < 0.3
    if reaping:
        aim = Aim(REAP_AIMS[index // 6 % len(REAP_AIMS)])
        starts.insert(0, (ClientPlan(draw.choice(("start", "block")), (1,), "aimed SIGKILL", aim=aim),))
    elif early:
        starts.insert(0, (first,))
    return RunPlan(
        index=index,
        clients=tuple(_fresh(draw, one) for one in clients),
        next_starts=tuple(tuple(_fresh(draw, one) for one in some) for some in starts),
        early=early,
        under_way=tuple(draw.choice((0.0, 0.0, 0.05, 0.3)) for _ in range(8)) if draw.random() < 0.5 else (),
        boot=draw.choice((0.02, 0.1, 0.2)),
        unlisted=0.1 if draw.random() < 0.15 else 0.0,
        faults=_faults(draw, lost=any(one.aim == Aim(LOST) for one in victims)),
        others_at=(0.0, draw.uniform(0.0, LIFE)),
    )


def _victims(draw: random.Random, index: int) -> list[ClientPlan]:
    """One or two: the first is killed at a moment aimed at in two runs of three, in turn, else at any time."""
    if index % 3 != 2:
        point, roles = AIMS[(index - index // 3) % len(AIMS)]
        role = draw.choice(roles)
        nth = 2 if role in ("pools", "async_pools") and draw.random() < 0.4 else 1
        victims = [_client(draw, role, "aimed SIGKILL", Aim(point, nth if point != LOST else 1))]
    else:
        victims = [_client(draw, draw.choice(ROLES), "SIGKILL")]
    if draw.random() < 0.5:
        victims.append(_client(draw, draw.choice(ROLES), "SIGKILL"))
    return victims


def _survivor(draw: random.Random) -> ClientPlan:
    """Return one that is not killed; most end by themselves."""
    how: How = draw.choices(
        ("normal", "exception", "cancel", "SIGTERM", "SIGINT", "SIGHUP", "SIGINT twice"), (30, 15, 10, 20, 15, 5, 5)
    )[0]
    role = draw.choice(CANCELLED if how == "cancel" else ROLES)
    return _client(draw, role, how)


def _client(draw: random.Random, role: str, how: How, aim: Aim | None = None) -> ClientPlan:
    counts = tuple(draw.choice((1, 1, 2, 3)) for _ in range(2 if role in ("pools", "async_pools") else 1))
    return ClientPlan(
        role=role,
        counts=counts,
        how=how,
        at=draw.uniform(0.0, LIFE),
        aim=aim,
        uses=draw.uniform(0.0, 0.3),
        own_password=draw.random() < 0.07,
    )


def _later(client: ClientPlan, draw: random.Random) -> ClientPlan:
    wait = draw.uniform(0.2, 0.5)
    return _changed(client, begins=wait, at=client.at + wait)


def _fresh(draw: random.Random, client: ClientPlan) -> ClientPlan:
    return _changed(client, fresh=draw.random() < 0.04)


def _changed(client: ClientPlan, **changes: object) -> ClientPlan:
    return ClientPlan(**{**client.__dict__, **changes})


def _faults(draw: random.Random, *, lost: bool) -> tuple[FaultPlan, ...]:
    """In half of the runs something goes wrong with a launch, in a few with a list or a kill."""
    if lost:
        return (FaultPlan("drop-after", "/launch$", times=4),)
    faults = []
    if draw.random() < 0.5:
        kind = draw.choice((*FAULTS, "slow", "drop-after"))
        carried_out, seconds = draw.random() < 0.5, draw.uniform(0.05, 0.4)
        faults.append(FaultPlan(kind, "/launch$", draw.choice((0, 0, 1, 2)), carried_out, seconds))
    if draw.random() < 0.2:
        kind = draw.choice(FAULTS)
        path = draw.choice(("/machines$", "/kill$"))
        faults.append(FaultPlan(kind, path, draw.choice((0, 1, 2, 4)), draw.random() < 0.5, 0.2))
    return tuple(faults)
