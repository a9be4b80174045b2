"""Verbs written once; type checkers must see both forms, and refuse what does not fit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import assert_type

from optcloud import AsyncJob, Job, Pace, Status
from optcloud.aimms.storage.paths import StoredObject
from optcloud.aimms.storage.storage import AsyncStorage, Storage
from optcloud.core.flow import AsyncRunner, Flow, Pages, Runner
from optcloud.core.verbs import AsyncNamespace, Namespace, giving, pages, verb


def blocking(storage: Storage, job: Job[int]) -> None:
    assert_type(storage.info("/icons/logo"), StoredObject)
    assert_type(storage.info(path="/icons/logo"), StoredObject)
    assert_type(storage.upload(b"", "/icons/logo", access=[]), None)
    assert_type(job.poll(), Status)
    assert_type(job.wait(3, pace=Pace()), Status)
    assert_type(job.result(timeout=3), int)
    assert_type(Storage.info(storage, "/icons/logo"), StoredObject)
    storage.info(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    storage.info(where="/icons/logo")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    storage.info()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    job.wait(pace=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def awaited(storage: AsyncStorage, job: AsyncJob[int]) -> None:
    task = asyncio.create_task(storage.info("/icons/logo"))  # it takes a coroutine, not any awaitable
    assert_type(await task, StoredObject)
    assert_type(await storage.info(path="/icons/logo"), StoredObject)
    assert_type(await storage.upload(b"", "/icons/logo", access=[]), None)
    assert_type(await job.poll(), Status)
    assert_type(await job.wait(3, pace=Pace()), Status)
    assert_type(await job.result(timeout=3), int)
    assert_type(await AsyncStorage.info(storage, "/icons/logo"), StoredObject)
    await storage.info(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await storage.info(where="/icons/logo")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await storage.info()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await job.wait(pace=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Ticket:
    def __init__(self, connection: Runner, number: int) -> None: ...


class AsyncTicket:
    def __init__(self, connection: AsyncRunner, number: int) -> None: ...


class DeskVerbs:
    _look: Callable[[], Pages[str]]
    _draw: Callable[[str], Flow[int]]

    @pages
    def names(self, *, follow: bool = False) -> Pages[str]:
        """Names, one after the other."""
        return self._look()

    @giving(Ticket, AsyncTicket)
    def ticket(self, name: str) -> Flow[int]:
        """Draw a ticket."""
        return self._draw(name)

    @verb
    def first(self, name: str, *, count: int = 1) -> Flow[list[int]]:
        """A flow that goes through another verb of its class."""
        number = yield from self._draw(name)
        return [number] * count


class Desk(DeskVerbs, Namespace):
    """It blocks."""


class AsyncDesk(DeskVerbs, AsyncNamespace):
    """It is awaited."""


def desk(desk: Desk) -> None:
    assert_type(desk.names(follow=True), Iterator[str])
    assert_type(desk.ticket("a"), Ticket)
    assert_type(desk.first(name="a", count=2), list[int])
    desk.ticket(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def async_desk(desk: AsyncDesk) -> None:
    assert_type(desk.names(follow=True), AsyncIterator[str])
    assert_type(await desk.ticket("a"), AsyncTicket)
    assert_type(await desk.first(name="a", count=2), list[int])
    desk.names(follow="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
