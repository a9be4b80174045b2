"""The client processes of a run: they do with ``oc.gurobi`` what people do, until something ends them.

A process is forked from a warm one (`leaks.nursery`), or an interpreter of its own:
``python client.py SPECIFICATION DESCRIPTOR``.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if not __package__:  # run as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from leaks import sabotage, watch
from optcloud import AsyncOptCloud, AsyncPool, OptCloud, Pool
from optcloud.core.errors import OptCloudError
from optcloud.core.polling import Pace
from optcloud.core.retry import RetryPolicy

PACE = Pace(first=0.02, longest=0.05)
SETTLE = 0.25
READY = 3.0
OWN = "Fake-Password-Of-A-Person"


class PlannedError(Exception):
    """What a person's code raises in the middle."""


class Client:
    """One process. ``spec``: a `leaks.plan.ClientPlan` as a dict, with ``number``, ``settings``, ``ref``, …."""

    def __init__(self, spec: dict[str, Any], noted: watch.Watch, channel: socket.socket) -> None:
        self.spec = spec
        self.noted = noted
        self.channel = channel
        self._calls = 0

    def options(self, index: int) -> dict[str, Any]:
        """What a launch is told; it is noted that there is one."""
        self._calls += 1
        options: dict[str, Any] = {"pace": PACE, "settle": SETTLE, "ready_timeout": READY}
        own = self.spec["own_password"]
        if own:
            options["password"] = f"{OWN} {self.spec['number']} {self._calls}"
        self.noted.reach("call", {"count": self.spec["counts"][index], "own": own}, "launching")
        return options

    def launch(self, oc: OptCloud, index: int = 0) -> Pool:
        """Launch, and note what came of it."""
        pool = oc.gurobi.launch(self.spec["counts"][index], **self.options(index))
        self.noted.reach("pool", pool.ids, "waiting")
        return pool

    async def launch_async(self, oc: AsyncOptCloud, index: int = 0) -> AsyncPool:
        """Launch, and note what came of it."""
        pool = await oc.gurobi.launch(self.spec["counts"][index], **self.options(index))
        self.noted.reach("pool", pool.ids, "waiting")
        return pool

    @contextmanager
    def used(self) -> Iterator[None]:
        """Machines are ready, and used."""
        self.noted.reach("using", moment="using")
        yield
        if self.spec["how"] == "exception":
            raise PlannedError
        self.noted.reach("leaving", moment="killing")

    def use(self) -> None:
        """Use machines for a while."""
        with self.used():
            time.sleep(self.spec["uses"])

    async def use_async(self) -> None:
        """Use machines for a while."""
        with self.used():
            await asyncio.sleep(self.spec["uses"])


def start(client: Client, oc: OptCloud) -> None:
    """The next start: the first use of ``oc.gurobi``."""
    oc.gurobi.machines()


def block(client: Client, oc: OptCloud) -> None:
    """``with launch(…)``."""
    with client.launch(oc):
        client.use()


def bare(client: Client, oc: OptCloud) -> None:
    """Launch without ``with``: killed when the process ends."""
    pool = client.launch(oc)
    client.noted.reach("waiting", moment="waiting")
    pool.wait_ready(READY, pace=PACE)
    client.use()


def pools(client: Client, oc: OptCloud) -> None:
    """Two pools, one within the other; the inner one is killed by hand, too."""
    with client.launch(oc), client.launch(oc, 1) as inner:
        client.use()
        inner.kill()


def in_thread(client: Client, oc: OptCloud) -> None:
    """``with launch(…)`` in another thread than the main one."""
    raised: list[BaseException] = []

    def work() -> None:
        try:
            block(client, oc)
        except (OptCloudError, PlannedError) as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def keep(client: Client, oc: OptCloud) -> None:
    """Launch, and let the machines run on."""
    pool = client.launch(oc)
    pool.wait_ready(READY, pace=PACE)
    pool.keep()
    client.noted.reach("kept", pool.ids, "kept")
    client.use()


def take_back(client: Client, oc: OptCloud) -> None:
    """``with attach(…)``: machines that somebody kept are this process's from here on."""
    pool = oc.attach(client.spec["ref"])
    assert isinstance(pool, Pool)
    pool._ready_timeout, pool._pace = READY, PACE  # as a launch would be told
    client.noted.reach("taking", pool.ids)
    with pool:
        client.noted.reach("taken", pool.ids)
        client.use()


def look(client: Client, oc: OptCloud) -> None:
    """Attach to what somebody kept, and leave it alone."""
    pool = oc.attach(client.spec["ref"])
    assert isinstance(pool, Pool)
    pool.machines()
    pool.hours()
    client.use()


def reaper(client: Client, oc: OptCloud) -> None:
    """Reap while others launch, wait and die."""
    for _ in range(6):
        oc.gurobi.reap()
        time.sleep(0.08)


def hold(client: Client, oc: OptCloud) -> None:
    """Somebody else of ours: keeps a pool, keeps another, holds a third one until told to end."""
    ids = {}
    for name in ("kept", "lent"):
        pool = oc.gurobi.launch(1, pace=PACE)
        pool.keep()
        ids[name] = {"ref": pool.ref, "ids": pool.ids}
    with oc.gurobi.launch(2, pace=PACE) as pool:
        ids["held"] = {"ref": pool.ref, "ids": pool.ids}
        client.channel.sendall(json.dumps(ids).encode() + b"\n")
        client.channel.recv(1)


async def async_block(client: Client, oc: AsyncOptCloud) -> None:
    """``async with launch(…)``."""
    async with await client.launch_async(oc):
        await client.use_async()


async def async_bare(client: Client, oc: AsyncOptCloud) -> None:
    """Launch without ``with``: killed when the process ends, and the event loop has."""
    pool = await client.launch_async(oc)
    client.noted.reach("waiting", moment="waiting")
    await pool.wait_ready(READY, pace=PACE)
    await client.use_async()


async def async_pools(client: Client, oc: AsyncOptCloud) -> None:
    """Two pools, side by side."""
    async with asyncio.TaskGroup() as group:
        for index in range(2):
            group.create_task(_one_of_pools(client, oc, index))


async def _one_of_pools(client: Client, oc: AsyncOptCloud, index: int) -> None:
    async with oc.gurobi.launch(client.spec["counts"][index], **client.options(index)):
        await client.use_async()


async def async_keep(client: Client, oc: AsyncOptCloud) -> None:
    """Launch, and let the machines run on."""
    pool = await client.launch_async(oc)
    await pool.wait_ready(READY, pace=PACE)
    await pool.keep()
    client.noted.reach("kept", pool.ids, "kept")
    await client.use_async()


async def _begin(client: Client, oc: AsyncOptCloud) -> None:
    if client.spec["how"] == "cancel":
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().call_later(client.spec["at"], task.cancel)
    await globals()[client.spec["role"]](client, oc)


def live(spec: dict[str, Any], descriptor: int) -> int:
    """Be a client, from the sign to begin to the end."""
    errors = os.open(spec["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(errors, 2)
    with socket.socket(fileno=descriptor) as channel:
        return _live(spec, channel)


def _live(spec: dict[str, Any], channel: socket.socket) -> int:
    noted = watch.Watch(spec["notes"], spec["aim"], spec["nth"], _signal(spec["how"]))
    watch.begin(noted)
    sabotage.commit(spec["sabotage"])
    options: dict[str, Any] = {"gurobi": spec["settings"], "retry": RetryPolicy(first=0.02)}
    channel.sendall(b"ready\n")
    channel.recv(1)
    noted.reach("begin", os.getpid())
    time.sleep(spec["begins"])
    try:
        _act(Client(spec, noted, channel), options)
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError) as error:
        noted.reach("interrupted", type(error).__name__)
        raise
    except BaseException as error:
        noted.reach("raised" if _expected(error) else "crashed", f"{type(error).__name__}: {error}")
        raise
    noted.reach("ends")
    return 0


def _signal(how: str) -> signal.Signals:
    return signal.Signals[how.removeprefix("aimed ")] if how.startswith("aimed") else signal.SIGKILL


def _act(client: Client, options: dict[str, Any]) -> None:
    if client.spec["role"].startswith("async"):
        asyncio.run(_begin(client, AsyncOptCloud(**options)))
        return
    with OptCloud(**options) as oc:
        globals()[client.spec["role"]](client, oc)


def _expected(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_expected(one) for one in error.exceptions)
    return isinstance(error, PlannedError | OptCloudError)


def warm_up() -> None:
    """Load what each client needs: a forked one has it at once. Nothing here uses TLS, whose set-up takes long."""
    setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))  # noqa: B010
    watch.install()
    settings = {"url": "http://127.0.0.1:9/api", "access_id": "Fake", "secret_key": "Fake", "ledger": "off"}
    for kind in (OptCloud, AsyncOptCloud):
        _ = kind(gurobi=settings).gurobi


if __name__ == "__main__":
    warm_up()
    sys.exit(live(json.loads(sys.argv[1]), int(sys.argv[2])))
