"""A verb that is written once is a real method of both kinds of namespace."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import pydoc
import traceback
import typing
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from optcloud.core import verbs
from optcloud.core.flow import Flow, Instant, Pages, ReadClock
from optcloud.core.verbs import AsyncNamespace, Namespace, Verb, finished_by, giving, pages, verb, verb_of


def plain(name: str, path: str = "here", *, count: int = 1) -> Flow[list[str]]:
    """Return a name several times.

    Raises nothing.
    """
    yield ReadClock()
    return [f"{name} {path}"] * count


@verb_of
def flipped(text: str) -> Flow[str]:
    """Return a text the other way round."""
    yield ReadClock()
    return text[::-1]


class Ticket:
    def __init__(self, connection: Any, number: int) -> None:
        self.connection, self.number = connection, number


class AsyncTicket(Ticket):
    """The same, awaited."""


class Letters:
    def __init__(self, text: str) -> None:
        self._left = list(text)

    def next(self) -> Flow[list[str] | None]:
        yield ReadClock()
        return [self._left.pop(0), "!"] if self._left else None


class DeskVerbs:
    prefix = "desk"
    plain = verb_of(plain)
    flipped = flipped

    @verb
    def sign(self, name: str, *, count: int = 1) -> Flow[list[str]]:
        """Sign with what the namespace knows."""
        return (yield from plain(self.prefix, name, count=count))

    @verb
    def guarded(self, log: list[str]) -> Flow[Instant]:
        """Do something around effects."""
        log.append("in")
        try:
            instant: Instant = yield ReadClock()
            return instant
        finally:
            log.append("out")

    @pages
    def letters(self, text: str = "ab") -> Pages[str]:
        """Letters, each asked for when it is needed."""
        return Letters(text)

    @giving(Ticket, AsyncTicket)
    def ticket(self, number: int) -> Flow[int]:
        """Draw a ticket."""
        yield ReadClock()
        return number

    @finished_by(Ticket, AsyncTicket)
    def found(self, number: int = 7) -> int:
        """Take a ticket from the floor; nothing is asked."""
        return number


class Desk(DeskVerbs, Namespace):
    """A desk."""


class AsyncDesk(DeskVerbs, AsyncNamespace):
    """A desk, awaited."""


class LongVerbs(DeskVerbs):
    @verb
    def sign(self, name: str, *, count: int = 1, loud: bool = False) -> Flow[list[str]]:
        """Sign, maybe in capitals."""
        signed = yield from DeskVerbs.sign.flow(self, name, count=count)
        return [text.upper() for text in signed] if loud else signed


class LongDesk(LongVerbs, Desk):
    """It overrides a verb."""


class Clock:
    """Runs flows that read the clock."""

    def __init__(self) -> None:
        self.asked = 0

    def run(self, flow: Flow[Any]) -> Any:
        result: Any = None
        while True:
            try:
                assert flow.send(result) == ReadClock()
            except StopIteration as stop:
                return stop.value
            self.asked += 1
            result = Instant(1, 2)


class AsyncClock(Clock):
    async def run(self, flow: Flow[Any]) -> Any:
        await asyncio.sleep(0)
        return Clock.run(self, flow)


FORMS = [Desk, AsyncDesk]
NAMES = ["plain", "sign", "guarded", "letters", "ticket", "found", "flipped"]


def test_a_decorated_flow_function_is_a_flow_function_still() -> None:
    """Other flows call it as before, and both forms have it as a method."""

    def twice(text: str) -> Flow[str]:
        return (yield from flipped((yield from flipped(text)) + "!"))

    assert Clock().run(twice("ab")) == "!ab"
    assert Desk(Clock()).flipped("ab") == asyncio.run(AsyncDesk(AsyncClock()).flipped("ab")) == "ba"
    assert str(inspect.signature(Desk.flipped)) == "(self, text: 'str') -> 'str'"


def test_a_blocking_verb_runs_its_flow() -> None:
    desk = Desk(Clock())
    assert desk.plain("a", "there", count=2) == ["a there"] * 2
    assert desk.sign("x") == Desk.sign(desk, name="x") == ["desk x"]
    assert list(desk.letters()) == ["a", "!", "b", "!"]
    ticket = desk.ticket(3)
    assert type(ticket) is Ticket and ticket.number == 3 and ticket.connection is desk._connection
    assert type(desk.found()) is Ticket and desk.found(9).number == 9


async def _awaited() -> None:
    desk = AsyncDesk(AsyncClock())
    assert await desk.plain("a", "there", count=2) == ["a there"] * 2
    assert await desk.sign("x") == await AsyncDesk.sign(desk, name="x") == ["desk x"]
    assert [letter async for letter in desk.letters()] == ["a", "!", "b", "!"]
    ticket = await desk.ticket(3)
    assert type(ticket) is AsyncTicket and ticket.number == 3 and ticket.connection is desk._connection
    assert type(desk.found()) is AsyncTicket and desk.found(9).number == 9


def test_an_awaited_verb_runs_its_flow() -> None:
    asyncio.run(_awaited())


def test_pages_are_asked_for_one_by_one() -> None:
    clock = Clock()
    letters = Desk(clock).letters("abc")
    assert clock.asked == 0
    assert next(letters) == "a" and clock.asked == 1


def test_an_error_of_the_connection_passes_through_the_flow() -> None:
    class Broken(Clock):
        def run(self, flow: Flow[Any]) -> Any:
            next(flow)
            return flow.throw(ValueError("broken"))

    log: list[str] = []
    with pytest.raises(ValueError, match="broken"):
        Desk(Broken()).guarded(log)
    assert log == ["in", "out"]


def test_wrong_arguments_are_refused_before_anything_is_asked() -> None:
    clock = Clock()
    with pytest.raises(TypeError, match="where"):
        Desk(clock).sign(where="x")  # type: ignore[call-arg]  # what is tested
    assert clock.asked == 0


@pytest.mark.parametrize("kind", FORMS)
def test_signatures_are_those_of_methods_written_by_hand(kind: Any) -> None:
    returned = {"letters": "Iterator[str]", "ticket": "Ticket", "found": "Ticket"}
    if kind is AsyncDesk:
        returned = {"letters": "AsyncIterator[str]", "ticket": "AsyncTicket", "found": "AsyncTicket"}
    lists = "'list[str]'"
    shown = f"(self, name: 'str', path: 'str' = 'here', *, count: 'int' = 1) -> {lists}"
    assert str(inspect.signature(kind.plain)) == shown
    assert str(inspect.signature(kind.sign)) == f"(self, name: 'str', *, count: 'int' = 1) -> {lists}"
    assert str(inspect.signature(kind(Clock()).sign)) == f"(name: 'str', *, count: 'int' = 1) -> {lists}"
    for name, annotation in returned.items():
        assert inspect.signature(getattr(kind, name)).return_annotation == annotation


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", FORMS)
def test_a_verb_says_what_it_is(kind: Any, name: str) -> None:
    for method in (getattr(kind, name), getattr(kind(Clock()), name)):
        assert method.__name__ == name
        assert method.__qualname__ == f"{kind.__name__}.{name}"
        assert method.__module__ == __name__
        assert inspect.iscoroutinefunction(method) == (kind is AsyncDesk and name not in ("letters", "found"))
        assert not inspect.isgeneratorfunction(method)
        assert inspect.getdoc(method) == inspect.getdoc(getattr(DeskVerbs, name).flow)
    assert inspect.isfunction(getattr(kind, name)) and inspect.ismethod(getattr(kind(Clock()), name))
    assert pickle.loads(pickle.dumps(getattr(kind, name))) is getattr(kind, name)


def test_annotations_resolve_where_the_flow_was_written() -> None:
    assert typing.get_type_hints(Desk.plain) == {"name": str, "path": str, "count": int, "return": list[str]}
    assert typing.get_type_hints(AsyncDesk.sign)["return"] == list[str]
    assert typing.get_type_hints(Desk.letters)["return"] == Iterator[str]
    assert typing.get_type_hints(AsyncDesk.letters)["return"] == AsyncIterator[str]
    assert typing.get_type_hints(AsyncDesk.ticket)["return"] is AsyncTicket


def test_help_shows_the_verbs() -> None:
    shown = pydoc.plain(pydoc.render_doc(AsyncDesk))
    assert "async sign(self, name: 'str', *, count: 'int' = 1) -> 'list[str]'\n |      Sign with what" in shown
    shown = pydoc.plain(pydoc.render_doc(Desk))
    assert " |  sign(self, name: 'str', *, count: 'int' = 1) -> 'list[str]'\n |      Sign with what" in shown


def test_a_subclass_overrides_a_verb_and_keeps_the_others() -> None:
    desk = LongDesk(Clock())
    assert desk.sign("x", loud=True) == ["DESK X"] and desk.plain("a") == ["a here"]
    assert LongDesk.sign.__qualname__ == "LongDesk.sign" and LongDesk.plain is Desk.plain


def test_a_table_of_verbs_alone_has_no_form() -> None:
    assert isinstance(DeskVerbs.sign, Verb)


def test_a_verb_returns_a_flow() -> None:
    def number() -> int:
        return 1

    with pytest.raises(TypeError, match="number returns int"):
        verb_of(number)  # type: ignore[arg-type]  # what is tested


class Broken:
    """A connection on which nothing works."""

    def run(self, flow: Flow[Any]) -> Any:
        flow.close()
        raise OSError


def test_arguments_are_in_no_traceback() -> None:
    def locals_of(error: pytest.ExceptionInfo[OSError]) -> str:
        frames = [frame for frame, _line in traceback.walk_tb(error.tb) if frame.f_code.co_filename == verbs.__file__]
        assert len(frames) >= 2
        return repr([frame.f_locals for frame in frames])

    number = 98765432109876543210  # longer than the addresses that stand in reprs
    with pytest.raises(OSError) as caught:
        Desk(Broken()).sign("a secret", count=number)
    assert "secret" not in locals_of(caught) and str(number) not in locals_of(caught)
    with pytest.raises(OSError) as caught:
        asyncio.run(AsyncDesk(Broken()).plain("a secret", path="a secret"))
    assert "secret" not in locals_of(caught)
