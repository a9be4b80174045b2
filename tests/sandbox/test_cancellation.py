"""A call that is cancelled at any of its awaits gives its connection back or closes it."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import pytest

from optcloud import AsyncOptCloud, OptCloudError, RetryPolicy
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST

Call = Callable[[AsyncOptCloud, Path], Coroutine[Any, Any, Any]]
RETRY = RetryPolicy(first=0.0005, longest=0.001)


class CancelledAt:
    """Awaits work, whose task is cancelled at its n-th suspension; ``steps`` says how many there were."""

    def __init__(self, work: Awaitable[Any], number: int) -> None:
        self.steps = 0
        self._work = work
        self._number = number

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self._work.__await__()
        error: BaseException | None = None
        while True:
            try:
                waited = inner.send(None) if error is None else inner.throw(error)
            except StopIteration as stop:
                return stop.value
            self.steps += 1
            if self.steps == self._number:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            error = None
            try:
                yield waited
            except BaseException as raised:  # noqa: BLE001 - thrown into the work, as the task would
                error = raised


async def run_wait_and_take_the_result(cloud: AsyncOptCloud, _folder: Path) -> None:
    job = await cloud.aimms.run("Sandbox", "echo", input=b"x" * 5000)
    await job.wait(timeout=60, pace=FAST)
    assert (await job.result(pace=FAST)).bytes == b"x" * 5000


async def save_it(cloud: AsyncOptCloud, folder: Path) -> None:
    job = await cloud.aimms.run("Sandbox", "echo", input=b"x" * 300_000)
    await job.save(folder / "out", pace=FAST)


async def sign_in(cloud: AsyncOptCloud, _folder: Path) -> None:
    await cloud.adiutaopt.session.sign_in()
    await cloud.adiutaopt.shift.version()


async def launch_and_kill(cloud: AsyncOptCloud, _folder: Path) -> None:
    async with cloud.gurobi.launch(1, pace=FAST, settle=0.01):
        pass


CALLS: list[Call] = [run_wait_and_take_the_result, save_it, sign_in, launch_and_kill]


def own_of(cloud: Any) -> Any:
    """The lines of the running event loop, of one cloud."""
    connection = cloud._connection
    return connection.client._transport._inner.to(connection._policy.base_url)._own.here()


async def cancel_everywhere(cloud: AsyncOptCloud, call: Call, folder: Path, anew: Callable[[], None]) -> int:
    """Cancel a call at its first await, its second, and so on, until it is over before; return how many there were."""
    number = 0
    while True:
        number += 1
        anew()
        work = CancelledAt(call(cloud, folder), number)
        task = asyncio.ensure_future(_within(work))
        await asyncio.wait([task])
        if not task.cancelled():
            error = task.exception()
            assert error is None or isinstance(error, OptCloudError), error
            if work.steps < number:
                return number


async def _within(work: Awaitable[Any]) -> Any:
    return await work


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("connections", ["new", "used"])
def test_a_cancelled_call_leaves_its_connection_idle_or_closed(
    sandbox: Sandbox, call: Call, connections: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each of its awaits; with connections that are there, or to be made. Nothing is left of a file."""
    for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
        monkeypatch.setenv(name, value)

    async def main() -> int:
        async with AsyncOptCloud(retry=RETRY) as cloud:
            parts = [cloud.aimms, cloud.adiutaopt, cloud.gurobi]

            def anew() -> None:
                for part in parts if connections == "new" else []:
                    own_of(part).close_all()
                (tmp_path / "out").unlink(missing_ok=True)

            cancelled = await cancel_everywhere(cloud, call, tmp_path, anew)
            for part in parts:
                own = own_of(part)
                assert own._lent == set()
                assert own._free is None or own._free._value == 100
            assert [path.name for path in tmp_path.iterdir()] in ([], ["out"])
            await asyncio.gather(*(cloud.aimms.versions() for _ in range(150)))
            assert all(one.leaving for one in await cloud.gurobi.machines())
            return cancelled

    assert asyncio.run(main()) > 5
    gc.collect()  # a socket that nobody closed would warn now, and a warning is an error


def test_thousands_of_cancelled_calls_at_once_leave_the_pool_whole(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three connections for forty calls at a time: those that wait for one are cancelled, too."""
    for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
        monkeypatch.setenv(name, value)

    async def main() -> None:
        async with AsyncOptCloud(retry=RETRY) as cloud:
            own = own_of(cloud.aimms)
            own._free = asyncio.Semaphore(3)
            job = await cloud.aimms.run("Sandbox", "echo", input=b"x")
            for first in range(0, 2000, 40):
                numbers = range(first, first + 40)
                calls = [job.poll() if number % 4 else job.result(pace=FAST) for number in numbers]
                works = [CancelledAt(call, number % 13 + 1) for number, call in zip(numbers, calls, strict=True)]
                await asyncio.gather(*(_within(work) for work in works), return_exceptions=True)
                assert own._lent == set() and own._free._value == 3 and len(own._idle) <= 3
            assert (await job.result(pace=FAST)).bytes == b"x"

    asyncio.run(main())


def test_killing_machines_waits_for_nobody(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many calls are out on a cloud that says nothing, machines are killed."""
    for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
        monkeypatch.setenv(name, value)

    async def main() -> None:
        async with AsyncOptCloud(retry=RETRY) as cloud:
            pool = await cloud.gurobi.launch(1)
            sandbox.faults.add(*(Fault("slow", path="/machines$") for _ in range(150)))
            hanging = [asyncio.ensure_future(cloud.gurobi.machines()) for _ in range(150)]
            while len(own_of(cloud.gurobi)._lent) < 150:
                await asyncio.sleep(0.001)
            assert [one.id for one in await cloud.gurobi.kill(pool.ids)] == list(pool.ids)
            for task in hanging:
                task.cancel()
            await asyncio.wait(hanging)
            assert own_of(cloud.gurobi)._lent == set()

    asyncio.run(main())
