"""Both drivers run the same flow to the same end; what httpx says is translated."""

import asyncio
import contextlib
import gzip
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from optcloud.core.clock import SystemClock
from optcloud.core.errors import NotFound, ResponseMismatch, ServerError, TransportError
from optcloud.core.flow import Call, Flow, Instant, Notify, Post, ReadClock, Sleep, WithLock
from optcloud.core.wake_up import Alarm
from optcloud.transport.asynchronous import AsyncConnection, AsyncDriver, AsyncTransport
from optcloud.transport.blocking import Connection, Driver, Transport
from optcloud.transport.failures import Destination, transport_error
from optcloud.transport.httpx_mapping import DriverConfig
from unit.script import EPOCH, NoAuth, plain_road


class Turned(SystemClock):
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> Instant:
        return Instant(self.seconds, EPOCH + self.seconds)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.seconds += seconds


Perform = Callable[[Any], httpx.Response]
Run = Callable[[Flow[Any], Perform, DriverConfig], Any]


def blocking(flow: Flow[Any], perform: Perform, driver_config: DriverConfig) -> Any:
    return Driver(perform, driver_config).run(flow)


def asynchronous(flow: Flow[Any], perform: Perform, driver_config: DriverConfig) -> Any:
    async def perform_async(effect: Any) -> httpx.Response:
        await asyncio.sleep(0)
        return perform(effect)

    return asyncio.run(AsyncDriver(perform_async, driver_config).run(flow))


both = pytest.mark.parametrize("run", [blocking, asynchronous])


def answer(effect: Any) -> httpx.Response:
    if isinstance(effect, Call) and effect.arguments["url"] == "/missing":
        raise NotFound("nothing here", status=404)
    return httpx.Response(200, json=repr(effect))


@both
def test_every_effect_has_its_result(run: Run) -> None:
    events: list[object] = []

    def inner() -> Flow[str]:
        yield Sleep(2)
        return "inner"

    def flow() -> Flow[list[Any]]:
        results: list[Any] = [(yield Call({"url": "/x"})).status_code]
        results.append((yield Post("https://idp.test/", {}, b"")).json())
        results.append((yield Sleep(1.5)))
        results.append((yield ReadClock()))
        results.append((yield Notify("event")))
        results.append((yield WithLock(inner())))
        results.append((yield ReadClock()))
        return results

    driver_config = DriverConfig(clock=Turned(), notify=events.append)
    assert run(flow(), answer, driver_config) == [
        200,
        "Post(url='https://idp.test/')",
        None,
        Instant(1.5, EPOCH + 1.5),
        None,
        "inner",
        Instant(3.5, EPOCH + 3.5),
    ]
    assert events == ["event"]


@both
@pytest.mark.parametrize("asleep", [True, False])
def test_an_alarm_wakes_a_sleeper_also_when_it_rang_before(run: Run, asleep: bool) -> None:
    alarm = Alarm()

    def flow() -> Flow[frozenset[str]]:
        if not asleep:
            alarm.ring("task")
        yield Sleep(3600, alarm)
        return alarm.heard()

    bell = threading.Timer(0.05, alarm.ring, ["task"])
    if asleep:
        bell.start()
    assert run(flow(), answer, DriverConfig()) == {"task"}


@both
def test_an_alarm_that_does_not_ring_is_a_sleep(run: Run) -> None:
    alarm = Alarm()

    def flow() -> Flow[frozenset[str]]:
        yield Sleep(0.01, alarm)
        return alarm.heard()

    assert run(flow(), answer, DriverConfig()) == frozenset()
    alarm.ring("later")  # nobody listens any more


@both
def test_an_error_is_thrown_into_the_flow_where_it_happened(run: Run) -> None:
    def flow() -> Flow[str]:
        try:
            yield Call({"url": "/missing"})
        except NotFound as error:
            reply = yield Call({"url": "/other"})
            return f"{error.message} {reply.status_code}"
        return "not reached"

    assert run(flow(), answer, DriverConfig()) == "nothing here 200"


@both
def test_an_error_that_nobody_catches_comes_out_and_cleans_up(run: Run) -> None:
    cleaned: list[str] = []

    def inner() -> Flow[None]:
        try:
            yield Call({"url": "/missing"})
        finally:
            cleaned.append("inner")

    def flow() -> Flow[None]:
        try:
            yield WithLock(inner())
        finally:
            cleaned.append("outer")

    with pytest.raises(NotFound):
        run(flow(), answer, DriverConfig())
    assert cleaned == ["inner", "outer"]


@both
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interruption_passes_through_the_flow(run: Run, interruption: type[BaseException]) -> None:
    cleaned: list[bool] = []

    def perform(_effect: Any) -> httpx.Response:
        raise interruption

    def flow() -> Flow[None]:
        try:
            yield Call({})
        finally:
            cleaned.append(True)

    with pytest.raises(interruption):
        run(flow(), perform, DriverConfig())
    assert cleaned == [True]


@both
def test_what_is_no_effect_is_named(run: Run) -> None:
    def flow() -> Flow[None]:
        yield "tea"  # type: ignore[misc]

    with pytest.raises(TypeError, match="'tea', which is no effect"):
        run(flow(), answer, DriverConfig())


def test_a_cancelled_task_ends_its_flow() -> None:
    ended: list[str] = []

    async def perform(_effect: Any) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("never")

    def flow() -> Flow[None]:
        try:
            yield Call({})
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def main() -> None:
        task = asyncio.create_task(AsyncDriver(perform, DriverConfig()).run(flow()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ended == ["cancelled"]


# ---------------------------------------------------------------- one at a time


def test_threads_exclude_each_other() -> None:
    inside, most = [0], [0]
    gate = threading.Barrier(6)
    release = threading.Event()

    def perform(_effect: Any) -> httpx.Response:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        release.wait(0.01)  # lets another thread in, if the lock would
        inside[0] -= 1
        return httpx.Response(200)

    def inner() -> Flow[None]:
        yield Call({})
        yield Call({})

    def flow() -> Flow[None]:
        yield WithLock(inner())

    driver = Driver(perform, DriverConfig())

    def work() -> None:
        gate.wait()
        driver.run(flow())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_tasks_exclude_each_other_and_others_go_on() -> None:
    order: list[str] = []

    async def perform(effect: Any) -> httpx.Response:
        order.append(f"in {effect.arguments['who']}")
        for _ in range(3):
            await asyncio.sleep(0)
        order.append(f"out {effect.arguments['who']}")
        return httpx.Response(200)

    def inner(who: str) -> Flow[None]:
        yield Call({"who": who})

    def exclusive(who: str) -> Flow[None]:
        yield WithLock(inner(who))

    async def main() -> None:
        driver = AsyncDriver(perform, DriverConfig())
        await asyncio.gather(driver.run(exclusive("a")), driver.run(exclusive("b")), driver.run(inner("c")))

    asyncio.run(main())
    assert order.index("out a") < order.index("in b")
    assert order.index("in c") < order.index("out a")


def test_the_lock_is_free_again_after_an_error() -> None:
    def inner() -> Flow[None]:
        yield Call({"url": "/missing"})

    def flow() -> Flow[str]:
        with contextlib.suppress(NotFound):
            yield WithLock(inner())
        reply = yield WithLock(fine())
        return str(reply)

    def fine() -> Flow[str]:
        yield Call({"url": "/x"})
        return "fine"

    assert blocking(flow(), answer, DriverConfig()) == "fine"
    assert asynchronous(flow(), answer, DriverConfig()) == "fine"


# ---------------------------------------------------------------- the wire


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (httpx.ConnectError("refused"), "no"),
        (httpx.ConnectTimeout("slow"), "no"),
        (httpx.PoolTimeout("busy"), "no"),
        (httpx.UnsupportedProtocol("gopher"), "no"),
        (httpx.ReadError("reset"), "unknown"),
        (httpx.ReadTimeout("slow"), "unknown"),
        (httpx.WriteError("reset"), "unknown"),
        (httpx.WriteTimeout("slow"), "unknown"),
        (httpx.CloseError("closing"), "unknown"),
        (httpx.RemoteProtocolError("disconnected"), "unknown"),
        (httpx.ReadError(""), "unknown"),
    ],
)
def test_what_failed_and_whether_it_can_have_arrived(error: httpx.TransportError, sent: str) -> None:
    """The words name the address and the setting that it comes from, and there is a hint."""
    translated = transport_error(error, Destination("cloud.test:443", "environment variable X"))
    assert translated.sent == sent
    assert " cloud.test:443 (from environment variable X)" in str(translated) and not str(translated).endswith(": ")
    assert str(translated).endswith(str(error))
    assert translated.hint


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, and may break off."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


class Wire(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The network in place of a socket: each answer is a response or an error."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.seen: list[httpx.Request] = []
        self.closed = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        reply = self.answers.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        assert isinstance(reply, httpx.Response)
        return reply

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


Ask = Callable[[Wire, str], httpx.Response]


def ask_blocking(wire: Wire, method: str = "GET") -> httpx.Response:
    transport = Transport(plain_road(), DriverConfig(clock=Turned()), inner=wire)
    with httpx.Client(transport=transport, base_url="https://cloud.test/api") as client:
        return client.request(method, "/x", content=iter([b"a", b"b"]) if method == "POST" else None)


def ask_asynchronous(wire: Wire, method: str = "GET") -> httpx.Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    async def main() -> httpx.Response:
        transport = AsyncTransport(plain_road(), DriverConfig(clock=Turned()), inner=wire)
        async with httpx.AsyncClient(transport=transport, base_url="https://cloud.test/api") as client:
            return await client.request(method, "/x", content=pieces() if method == "POST" else None)

    return asyncio.run(main())


both_ways = pytest.mark.parametrize("ask", [ask_blocking, ask_asynchronous])


@both_ways
def test_a_reply_is_read_whole_and_its_coding_undone(ask: Ask) -> None:
    body = Body(*(bytes([byte]) for byte in gzip.compress(b'{"a": 1}')))
    wire = Wire(httpx.Response(200, headers={"content-encoding": "gzip"}, stream=body))
    assert ask(wire, "GET").json() == {"a": 1}
    assert (body.closed, wire.closed) == (1, 1)


@both_ways
def test_a_body_that_breaks_off_is_a_lost_reply(ask: Ask) -> None:
    broken = Body(b"{", httpx.ReadError("cut"))
    wire = Wire(httpx.Response(200, stream=broken), httpx.Response(200, json=[1]))
    assert ask(wire, "GET").json() == [1]  # a read is repeated
    wire = Wire(httpx.Response(200, stream=Body(b"{", httpx.ReadError("cut"))))
    with pytest.raises(
        TransportError, match=r"Vendor POST /api/x: the connection broke .* cloud.test:443: cut"
    ) as caught:
        ask(wire, "POST")
    assert caught.value.sent == "unknown" and len(wire.seen) == 1
    assert broken.closed == 1


@both_ways
@pytest.mark.parametrize("coding", ["identity", "gzip", "a lie"])
def test_what_had_come_of_a_body_that_breaks_off_is_kept(ask: Ask, coding: str) -> None:
    text = b'{"id": "6f1c", ' + b"x" * 100
    sent = gzip.compress(text, compresslevel=0)[:-20] if coding == "gzip" else text
    headers = {"content-encoding": "identity" if coding == "identity" else "gzip"}
    body = Body(sent[:40], sent[40:], httpx.ReadError("cut"))
    with pytest.raises(TransportError) as caught:
        ask(Wire(httpx.Response(200, headers=headers, stream=body)), "POST")
    assert caught.value.status == 200
    assert caught.value.body.startswith(text[:15])
    assert "6f1c" not in str(caught.value)


@both_ways
def test_a_submit_that_never_left_is_repeated_with_its_body(ask: Ask) -> None:
    wire = Wire(httpx.ConnectError("refused"), httpx.PoolTimeout("busy"), httpx.Response(200, json={}))
    assert ask(wire, "POST").status_code == 200
    assert [request.content for request in wire.seen] == [b"ab"] * 3


@both_ways
def test_a_coding_that_is_none_is_a_mismatch_with_the_body(ask: Ask) -> None:
    """It may have been garbled on its way: a read is repeated first, and the error names vendor and operation."""
    replies = [httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Body(b"not ", b"gzip")) for _ in "1234"]
    with pytest.raises(ResponseMismatch, match="Vendor GET /api/x answered 200: the body is not gzip") as caught:
        ask(Wire(*replies), "GET")
    assert (caught.value.body, caught.value.status) == (b"not gzip", 200)


@both_ways
def test_refusals_are_raised_to_users_of_the_plain_client_too(ask: Ask) -> None:
    with pytest.raises(ServerError):
        ask(Wire(*[httpx.Response(500, text="oops")] * 4), "GET")


def test_connections_hand_out_one_client_on_the_road() -> None:
    policy = plain_road(NoAuth(), headers={"accept": "application/json"})
    connection = Connection(policy, DriverConfig(clock=Turned()))
    wire = Wire(httpx.Response(200, json=[1]), httpx.Response(200, json=[2]))
    connection.client._transport._inner = wire  # type: ignore[attr-defined]

    def flow() -> Flow[Any]:
        reply = yield Call({"method": "get", "url": "/things"})
        return reply.json()

    assert connection.run(flow()) == [1]
    assert connection.client.get("/things").json() == [2]
    assert {(str(one.url), one.headers["accept"]) for one in wire.seen} == {
        ("https://cloud.test/api/things", "application/json")
    }
    assert wire.seen[0].headers["x-attempt"] == "1"
    assert wire.seen[0].extensions["timeout"] == {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}
    connection.close()
    assert wire.closed == 1


def test_asynchronous_connections_too() -> None:
    wire = Wire(httpx.Response(200, json=[1]))

    def flow() -> Flow[Any]:
        reply = yield Call({"method": "get", "url": "/things"})
        return reply.json()

    async def main() -> Any:
        connection = AsyncConnection(plain_road(), DriverConfig(clock=Turned()))
        connection.client._transport._inner = wire  # type: ignore[attr-defined]
        value = await connection.run(flow())
        await connection.aclose()
        return value

    assert asyncio.run(main()) == [1]
    assert wire.closed == 1


@both
def test_what_is_posted_to_the_identity_provider(run: Run) -> None:
    """The transports build the request: address, headers and bytes as asked, with the time-outs of an attempt."""

    class Posting(NoAuth):
        def sign(self, request: Any) -> Flow[None]:
            reply = yield Post("https://idp.test/", {"x-amz-target": "T"}, b"{}")
            request.headers["authorization"] = reply.text

    wire = Wire(httpx.Response(200, text="token"), httpx.Response(200, json=[]))
    driver_config = DriverConfig(clock=Turned())
    if run is blocking:
        with httpx.Client(transport=Transport(plain_road(Posting()), driver_config, inner=wire)) as client:
            client.get("https://cloud.test/api/x")
    else:

        async def main() -> None:
            transport = AsyncTransport(plain_road(Posting()), driver_config, inner=wire)
            async with httpx.AsyncClient(transport=transport) as client:
                await client.get("https://cloud.test/api/x")

        asyncio.run(main())
    post, request = wire.seen
    assert (post.method, str(post.url), post.content, post.headers["x-amz-target"]) == (
        "POST",
        "https://idp.test/",
        b"{}",
        "T",
    )
    assert post.extensions["timeout"]["connect"] == 10.0
    assert request.headers["authorization"] == "token"
