"""A client in several event loops, and in the children of a fork."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from optcloud.aimms.tasks.hook_receiver import HookReceiver
from optcloud.core.flow import Flow, WithLock
from optcloud.core.secret import Secret
from optcloud.core.wake_up import Alarm
from optcloud.gurobi.connection import SignatureAuth
from optcloud.process.token_store import FileTurn
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection, Driver
from optcloud.transport.httpx_mapping import DriverConfig
from unit.hostile import Hostile, Talk, ask, getting
from unit.script import plain_road


def echo(talk: Talk, head: bytes) -> None:
    """Answer with the path that was asked for."""
    talk.reply(head.split()[1])


# ---------------------------------------------------------------- event loops


def test_a_client_goes_from_loop_to_loop() -> None:
    """Connections are made anew in each loop, and closed with it: nothing warns."""
    with Hostile(echo) as server:
        connection = AsyncConnection(plain_road(base_url=server.url), DriverConfig())

        async def twice(path: str) -> None:
            for _ in range(2):
                assert (await connection.run(ask(getting(path)))).content == path.encode()

        for number in range(3):
            asyncio.run(twice(f"/{number}"))
            assert server.connections == number + 1
        asyncio.run(connection.aclose())
    gc.collect()


def test_a_loop_that_was_closed_without_ceremony_is_forgotten() -> None:
    """Whoever closes a loop by hand leaves its sockets to the collector, as asyncio does; the client goes on."""
    with Hostile(echo) as server:
        connection = AsyncConnection(plain_road(base_url=server.url), DriverConfig())
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(connection.run(ask(getting("/a")))).content == b"/a"
        own = connection.client._transport._inner.to(server.url)._own  # type: ignore[attr-defined]
        for line in own._made[loop]._idle:
            line.close()  # the test's own tidiness
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        assert asyncio.run(connection.run(ask(getting("/b")))).content == b"/b"
        assert loop not in own._made
        asyncio.run(connection.aclose())


def test_loops_in_threads_at_the_same_time() -> None:
    """Each reply goes to who asked, and turns are taken within each loop."""

    def alone(path: str) -> Flow[Any]:
        return (yield WithLock(ask(getting(path))))

    with Hostile(echo) as server:
        connection = AsyncConnection(plain_road(base_url=server.url), DriverConfig())
        wrong: list[str] = []

        async def many(name: int) -> None:
            async def one(number: int) -> None:
                path = f"/{name}/{number}"
                flow = alone(path) if number % 2 else ask(getting(path))
                if (await connection.run(flow)).content != path.encode():
                    wrong.append(path)

            await asyncio.gather(*(one(number) for number in range(30)))

        threads = [threading.Thread(target=lambda name=name: asyncio.run(many(name))) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_connections_that_the_server_closed_are_not_used_again() -> None:
    """The next call makes another, without a repeat: a submit would not be repeated."""

    def once(talk: Talk, head: bytes) -> None:
        talk.reply(head.split()[1])
        talk.sock.close()

    with Hostile(once) as server:
        connection = AsyncConnection(plain_road(base_url=server.url), DriverConfig())

        async def main() -> None:
            for number in range(3):
                assert (await connection.run(ask(getting(f"/{number}")))).content == f"/{number}".encode()
                await asyncio.sleep(0.01)
            await connection.aclose()

        asyncio.run(main())
        assert (len(server.requests), server.connections) == (3, 3)


# ---------------------------------------------------------------- forks

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def in_child(work: Callable[[], bool]) -> int:
    """Fork; in the child do the work and leave with 0 if it says True. Returns the child's id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = 0 if work() else 2
    finally:
        os._exit(code)


@forks
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_forks_under_load_mix_no_replies_up() -> None:
    """Threads call all the while; each child calls on the client that it inherited, and so does the parent."""

    def slowly(talk: Talk, head: bytes) -> None:
        time.sleep(0.0005)  # so that requests are out when a fork comes
        echo(talk, head)

    with Hostile(slowly) as server:
        connection = Connection(plain_road(base_url=server.url), DriverConfig())
        over, wrong, calls = threading.Event(), list[object](), [0]

        def one(path: str) -> bool:
            return bool(connection.run(ask(getting(path))).content == path.encode())

        def all_of(name: str) -> bool:
            return all(one(f"{name}/{number}") for number in range(20))

        def load(name: int) -> None:
            number = 0
            while not over.is_set():
                number += 1
                try:
                    if not one(f"/parent/{name}/{number}"):
                        wrong.append(number)
                except Exception as error:  # noqa: BLE001 - the test says which
                    wrong.append(error)
                calls[0] += 1

        threads = [threading.Thread(target=load, args=(name,)) for name in range(6)]
        for thread in threads:
            thread.start()
        try:
            children = []
            for name in range(20):
                reached = calls[0] + 5
                while calls[0] < reached:
                    time.sleep(0.0005)
                children.append(in_child(partial(all_of, f"/child/{name}")))
            codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        finally:
            over.set()
            for thread in threads:
                thread.join()
        connection.close()
    assert codes == [0] * 20
    assert wrong == []


@forks
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_in_asyncio_has_a_loop_and_connections_of_its_own() -> None:
    """Forked while the parent's loop runs and its connections are in use; the parent's go on."""
    with Hostile(echo) as server:
        connection = AsyncConnection(plain_road(base_url=server.url), DriverConfig())

        async def one(path: str) -> bool:
            return bool((await connection.run(ask(getting(path)))).content == path.encode())

        async def all_of(name: str) -> bool:
            return all(await asyncio.gather(*(one(f"/{name}/{number}") for number in range(20))))

        def in_a_loop(name: str) -> bool:
            return asyncio.run(all_of(name))

        async def main() -> list[int]:
            assert await all_of("before")
            before = server.connections
            children = []
            for name in range(5):
                busy = asyncio.ensure_future(all_of("meanwhile"))
                await asyncio.sleep(0)
                children.append(in_child(partial(in_a_loop, f"child{name}")))
                assert await busy
            codes = [
                os.waitstatus_to_exitcode((await asyncio.to_thread(os.waitpid, child, 0))[1]) for child in children
            ]
            mine = server.connections
            assert await all_of("after")
            assert server.connections == mine > before
            await connection.aclose()
            return codes

        assert asyncio.run(main()) == [0] * 5


@forks
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_locks_are_free_in_the_child(tmp_path: Path) -> None:
    """Another thread held them when the fork came; it does not exist in the child, so nobody would free them."""
    driver = Driver(lambda _: None, DriverConfig())  # type: ignore[arg-type, return-value]
    auth, alarm = SignatureAuth(Secret("not-a-key")), Alarm()
    receiver, turn = HookReceiver(Secret("not-a-key")), FileTurn(tmp_path / "lock")
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with driver._lock, auth._lock, alarm._lock, receiver._lock, turn._guard:
            held.set()
            free.wait()

    def nothing() -> Flow[str]:
        yield from ()
        return "done"

    def alone() -> Flow[str]:
        return (yield WithLock(nothing()))

    def work() -> bool:
        alarm.ring("x")
        receiver.alarm(["x"])
        turn.take()
        turn.give_back()
        return driver.run(alone()) == "done" and auth._learn(100.0)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = in_child(work)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    free.set()
    thread.join()
    assert code == 0


@forks
def test_a_turn_stays_with_the_parent(tmp_path: Path) -> None:
    """The child neither has the turn nor frees it by its end; it takes its own once the parent has given back."""
    turn = FileTurn(tmp_path / "lock")
    assert turn.take()

    def work() -> bool:
        return not turn.take() and not FileTurn(tmp_path / "lock").take()

    assert os.waitstatus_to_exitcode(os.waitpid(in_child(work), 0)[1]) == 0
    assert not FileTurn(tmp_path / "lock").take(), "the parent still has it"
    copy = os.dup(turn._file or -1)  # as a child has that was forked just before the turn was noted
    turn.give_back()
    next_one = FileTurn(tmp_path / "lock")
    assert next_one.take(), "given back is free, whoever has a copy of the open file"
    next_one.give_back()
    os.close(copy)
