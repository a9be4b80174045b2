"""Both drivers send large bodies piece by piece and write large replies into files."""

import asyncio
import gzip
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from optcloud.core.errors import NotFound, ResponseMismatch, ServerError, TransportError
from optcloud.core.events import Transferred
from optcloud.core.flow import Call, Flow
from optcloud.core.payload import CHUNK, payload_of, with_payload
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig, Observer
from optcloud.transport.request_body import Outgoing
from patience import PATIENCE
from unit.script import plain_road
from unit.test_drivers import Body, Turned, Wire

MEGA = 1024 * 1024
PROMISED = {"operation": {"id": "fetchIt", "responses": {"200": ["application/octet-stream"], "4XX": [], "5XX": []}}}
Run: TypeAlias = Callable[..., Any]


class Network(Wire):
    """Takes requests apart as a server would: piece by piece, so that what was streamed can be told."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.bodies: list[bytes] = []
        self.largest: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        stream: Any = request.stream
        return self._take(request, list(stream))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        stream: Any = request.stream
        return self._take(request, [piece async for piece in stream])

    def _take(self, request: httpx.Request, pieces: list[bytes]) -> httpx.Response:
        self.bodies.append(b"".join(pieces))
        self.largest.append(max(map(len, pieces), default=0))
        return super().handle_request(request)


def run_blocking(call: Call, network: Wire, **driver_config: Any) -> Any:
    connection = Connection(plain_road(), DriverConfig(clock=Turned(), **driver_config))
    connection.client._transport._inner = network  # type: ignore[attr-defined]
    try:
        return connection.run(alone(call))
    finally:
        connection.close()


def run_asynchronous(call: Call, network: Wire, **driver_config: Any) -> Any:
    async def main() -> Any:
        connection = AsyncConnection(plain_road(), DriverConfig(clock=Turned(), **driver_config))
        connection.client._transport._inner = network  # type: ignore[attr-defined]
        try:
            return await connection.run(alone(call))
        finally:
            await connection.aclose()

    return asyncio.run(main())


def alone(call: Call) -> Flow[Any]:
    return (yield call)


both = pytest.mark.parametrize("run", [run_blocking, run_asynchronous])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.bin"
    path.write_bytes(bytes(range(256)) * (3 * MEGA // 256) + b"end")
    return path


def posting(source: Any, **options: Any) -> Call:
    arguments = {"method": "post", "url": "/x", "headers": {"accept": "a/b"}, "extensions": {"operation": {"id": "op"}}}
    return Call(with_payload(arguments, payload_of(source)), **options)


# ---------------------------------------------------------------- up


@both
def test_a_file_goes_piece_by_piece_with_its_length(run: Run, file: Path) -> None:
    network = Network(httpx.Response(200))
    run(posting(file), network)
    (request,) = network.seen
    assert network.bodies == [file.read_bytes()]
    assert network.largest[0] <= CHUNK
    assert request.headers["content-length"] == str(file.stat().st_size)
    assert "transfer-encoding" not in request.headers
    assert (request.headers["content-type"], request.headers["accept"]) == ("application/octet-stream", "a/b")
    with pytest.raises(httpx.RequestNotRead):
        request.content  # noqa: B018 - nobody has read the whole


@both
def test_what_never_left_is_sent_again_from_the_start(run: Run, file: Path) -> None:
    network = Network(httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.Response(200))
    with file.open("rb") as stream:
        run(posting(stream), network)
    assert network.bodies == [file.read_bytes()] * 3


@both
def test_what_may_have_arrived_is_not_sent_again(run: Run, file: Path) -> None:
    network = Network(httpx.WriteError("reset"))
    with pytest.raises(TransportError) as caught:
        run(posting(file), network)
    assert caught.value.sent == "unknown" and len(network.bodies) == 1


@both
def test_small_bodies_in_memory_go_the_shortest_way(run: Run) -> None:
    network = Network(httpx.Response(200), httpx.Response(200))
    for source in (b"small", b"x" * (MEGA + 1)):
        run(posting(source), network)
    assert [isinstance(request.stream, Outgoing) for request in network.seen] == [False, True]
    assert network.seen[0].headers["content-length"] == "5"
    assert network.largest[1] <= CHUNK


@both
def test_progress_is_told_once_a_megabyte_and_at_the_end(run: Run, file: Path) -> None:
    seen: list[object] = []
    heard: list[object] = []
    run(posting(file, progress=seen.append), Network(httpx.Response(200)), notify=heard.append)
    total = 3 * MEGA + 3
    done = [MEGA, 2 * MEGA, 3 * MEGA, total]
    assert seen == heard == [Transferred("op", at, total, "up") for at in done]
    seen.clear()
    run(posting(b"tiny", progress=seen.append), Network(httpx.Response(200)))
    assert seen == [Transferred("op", 4, 4, "up")]


@both
def test_progress_is_told_in_the_callers_thread(run: Run, file: Path) -> None:
    threads = set()
    run(posting(file, progress=lambda _event: threads.add(threading.get_ident())), Network(httpx.Response(200)))
    assert threads == {threading.get_ident()}


def test_a_slow_disk_does_not_hold_up_the_event_loop() -> None:
    """The stream is read where it can wait for what only the event loop can do."""
    ticked = threading.Event()

    class Slow:
        def seekable(self) -> bool:
            return True

        def seek(self, _offset: int, whence: int = 0) -> int:
            return 5 if whence else 0

        def read(self, size: int = -1) -> bytes:
            if size == 0:
                return b""
            assert ticked.wait(PATIENCE), "the event loop stood still while the stream was read"
            return b"bytes"

    async def main() -> None:
        connection = AsyncConnection(plain_road(), DriverConfig(clock=Turned()))
        connection.client._transport._inner = network  # type: ignore[attr-defined]
        asyncio.get_running_loop().call_later(0.05, ticked.set)
        await connection.run(alone(posting(Slow())))
        await connection.aclose()

    network = Network(httpx.Response(200))
    asyncio.run(main())
    assert network.bodies == [b"bytes"]


@both
def test_parts_of_a_form_are_sent_piece_by_piece_and_again(run: Run, file: Path) -> None:
    def form(content: Any) -> Call:
        parts = [("metadata", (None, b"{}")), ("file", ("a.pack", content, "x/y")), ("icon", ("i.png", b"PNG", "i/p"))]
        return Call({"method": "post", "url": "/x", "files": parts})

    network = Network(httpx.ConnectError("refused"), httpx.Response(200))
    heard: list[Any] = []
    run(form(payload_of(file)), network, notify=heard.append)
    plain = Network(httpx.Response(200))
    run(form(file.read_bytes()), plain)
    boundary, same = (one.seen[0].headers["content-type"].rpartition("=")[2].encode() for one in (network, plain))
    assert network.bodies == [plain.bodies[0].replace(same, boundary)] * 2
    assert network.largest[0] <= CHUNK
    size = len(network.bodies[0])
    assert network.seen[0].headers["content-length"] == str(size)
    ends = [event for event in heard if getattr(event, "done", 0) == size]
    assert ends == [Transferred("POST /api/x", size, size, "up")] * 2


# ---------------------------------------------------------------- down


def fetching(target: Path, **options: Any) -> Call:
    return Call({"method": "get", "url": "/x", "extensions": PROMISED}, target, **options)


def reply(*pieces: bytes | Exception, status: int = 200, **headers: str) -> httpx.Response:
    named = {"content-type": "application/octet-stream"} | {name.replace("_", "-"): headers[name] for name in headers}
    return httpx.Response(status, headers=named, stream=Body(*pieces))


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@both
def test_a_body_goes_into_its_file_and_replaces_what_was_there(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    target.chmod(0o640)
    answered = run(fetching(target), Wire(reply(b"new ", b"content")))
    assert target.read_bytes() == b"new content"
    assert (answered.content, answered.extensions["saved"], answered.status_code) == (b"", 11, 200)
    assert target.stat().st_mode & 0o777 == 0o640
    assert left_over(tmp_path) == ["out"]


@both
def test_its_content_coding_is_undone(run: Run, tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * 1000)
    heard: list[object] = []
    wire = Wire(reply(packed[:10], packed[10:], content_encoding="gzip", content_length=str(len(packed))))
    answered = run(fetching(tmp_path / "out", progress=heard.append), wire)
    assert ((tmp_path / "out").read_bytes(), answered.extensions["saved"]) == (b"x" * 1000, 1000)
    assert heard == [Transferred("fetchIt", len(packed), len(packed), "down")]


@both
def test_progress_of_a_body_without_a_length(run: Run, tmp_path: Path) -> None:
    heard: list[object] = []
    run(fetching(tmp_path / "out"), Wire(reply(b"x" * MEGA, b"y")), notify=heard.append)
    assert heard == [Transferred("fetchIt", MEGA, None, "down"), Transferred("fetchIt", MEGA + 1, None, "down")]


@both
def test_a_cut_body_is_fetched_again_from_the_start(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    broken = [reply(b"half", httpx.ReadError("cut")) for _attempt in range(2)]
    streams: list[Any] = [response.stream for response in broken]
    run(fetching(target), Wire(*broken, reply(b"whole")))
    assert target.read_bytes() == b"whole"
    assert left_over(tmp_path) == ["out"]
    assert all(stream.closed for stream in streams)


@both
def test_a_body_that_never_comes_whole_leaves_nothing(run: Run, tmp_path: Path) -> None:
    wire = Wire(*(reply(b"half", httpx.ReadError("cut")) for _attempt in range(4)))
    with pytest.raises(TransportError, match="cut"):
        run(fetching(tmp_path / "out"), wire)
    assert left_over(tmp_path) == []


@both
def test_a_refusal_is_raised_with_its_body_and_leaves_the_file_alone(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(NotFound) as refused:
        run(fetching(target), Wire(reply(b'{"message": "no"}', status=404)))
    assert refused.value.body == b'{"message": "no"}'
    with pytest.raises(ServerError):
        run(fetching(target), Wire(*(reply(b"oops", status=500) for _attempt in range(4))))
    with pytest.raises(ResponseMismatch, match="HTML") as page:
        run(fetching(target), Wire(reply(b"<html>sign in</html>", content_type="text/html")))
    assert page.value.body == b"<html>sign in</html>"
    with pytest.raises(ResponseMismatch, match="status 206") as part:
        run(fetching(target), Wire(reply(b"part", status=206)))
    assert part.value.body == b"part"
    assert (target.read_bytes(), left_over(tmp_path)) == (b"old", ["out"])


@both
def test_a_coding_that_is_none_leaves_nothing(run: Run, tmp_path: Path) -> None:
    with pytest.raises(ResponseMismatch, match="the body is not gzip"):
        run(fetching(tmp_path / "out"), Wire(*(reply(b"not gzip", content_encoding="gzip") for _ in range(4))))
    assert left_over(tmp_path) == []


@both
def test_an_empty_page_is_an_empty_file(run: Run, tmp_path: Path) -> None:
    answered = run(fetching(tmp_path / "out"), Wire(reply(content_type="text/html")))
    assert ((tmp_path / "out").read_bytes(), answered.extensions["saved"]) == (b"", 0)


@both
def test_an_interruption_leaves_nothing(run: Run, tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    def enough(_event: object) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        run(fetching(tmp_path / "out", progress=enough), Wire(reply(b"x" * MEGA, b"y")))
    assert left_over(tmp_path) == []


def test_a_cancelled_download_leaves_nothing(tmp_path: Path) -> None:
    begun = asyncio.Event()

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield b"x" * MEGA
            begun.set()
            await asyncio.Event().wait()

    async def main() -> None:
        connection = AsyncConnection(plain_road(), DriverConfig(clock=Turned()))
        wire = Wire(httpx.Response(200, stream=Endless()))
        connection.client._transport._inner = wire  # type: ignore[attr-defined]
        task = asyncio.create_task(connection.run(alone(fetching(tmp_path / "out"))))
        await begun.wait()
        assert [name.startswith(".optcloud-") for name in left_over(tmp_path)] == [True]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await connection.aclose()

    asyncio.run(main())
    assert left_over(tmp_path) == []


@both
def test_where_no_file_can_be_there_is_an_error_of_the_system(run: Run, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run(fetching(tmp_path / "no" / "out"), Wire(reply(b"x")))
    with pytest.raises(IsADirectoryError, match="is a folder"):
        run(fetching(tmp_path), Wire(reply(b"x")))


@both
def test_a_link_goes_on_pointing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    run(fetching(tmp_path / "link"), Wire(reply(b"new")))
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"


@both
def test_a_named_pipe_takes_the_whole_once_and_stays_one(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    answered = run(fetching(pipe), Wire(reply(b"half", httpx.ReadError("cut")), reply(b"whole")))
    reader.join(PATIENCE)
    assert (read, answered.extensions["saved"], pipe.is_fifo()) == ([b"whole"], 5, True)


@both
def test_the_observer_is_shown_that_a_reply_came_and_not_its_body(run: Run, tmp_path: Path) -> None:
    shown: list[tuple[int, bytes]] = []

    class Watching:
        def __call__(self, request: Any, reply: Any) -> None:
            shown.append((reply.status_code, reply.content))

        def close(self) -> None:
            pass

    observer: Observer = Watching()
    run(fetching(tmp_path / "out"), Wire(reply(b"body")), observe=observer)
    assert shown == [(200, b"")]
