"""The sandbox as a server: uvicorn on a real socket of 127.0.0.1, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn

from optcloud_sandbox.application import sandbox_app
from optcloud_sandbox.connections import Connections
from optcloud_sandbox.controls import Controls
from optcloud_sandbox.credentials import PUBLISHED, Credentials
from optcloud_sandbox.pace import AtOnce, Pace
from optcloud_sandbox.settings import Settings
from optcloud_sandbox.urls import Urls
from optcloud_sandbox.world import World

HOST = "127.0.0.1"

T = TypeVar("T")


class Sandbox(Controls):
    """All three vendors and Cognito on loopback. A context manager; everything else may be called from any thread.

    `port` 0 takes a free one. ValueError for a host other than 127.0.0.1, OSError when the port is taken.
    """

    def __init__(
        self,
        *,
        pace: Pace | None = None,
        port: int = 0,
        host: str = HOST,
        settings: Settings | None = None,
    ) -> None:
        if host != HOST:
            raise ValueError(f"the sandbox serves {HOST} only, since its credentials are published; got host {host!r}")
        super().__init__(World(pace or AtOnce(), settings or Settings()))
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._urls: Urls | None = None

    def start(self) -> Self:
        """Bind and serve; returns when the sandbox answers."""
        if self._thread is not None:
            raise RuntimeError("this sandbox is running already")
        listener = socket.create_server((HOST, self._port), backlog=128)
        # asyncio sets this by itself only where the socket's protocol number is given, which create_server does not;
        # without it each reply waits for the client's delayed acknowledgement, some 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._urls = Urls(f"http://{HOST}:{listener.getsockname()[1]}")
        self._world.open()
        self._world.last_request = monotonic()
        self._server = _Server(self._world)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="optcloud-sandbox", daemon=True
        )
        self._thread.start()
        self._server.ready.wait()
        return self

    def stop(self) -> None:
        """Stop serving; does nothing when the sandbox is not running."""
        if self._thread is None or self._server is None:
            return
        self.faults.release()
        self._server.should_exit = True
        self._thread.join()
        self._world.close()
        self._thread = self._server = self._urls = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def urls(self) -> Urls:
        if self._urls is None:
            raise RuntimeError("the sandbox is not running: use it in a with statement, or call start()")
        return self._urls

    @property
    def credentials(self) -> Credentials:
        return PUBLISHED

    def quiet_for(self) -> float:
        """Seconds since the last request, or since the start."""
        return monotonic() - self._world.last_request

    def environment(self) -> dict[str, str]:
        """Environment variables that point optcloud (and the vendors' own tools) at this sandbox."""
        urls, credentials = self.urls, self.credentials
        return {
            "OPTCLOUD_AIMMS_URL": urls.aimms,
            "OPTCLOUD_AIMMS_API_KEY": credentials.aimms_api_key,
            "OPTCLOUD_ADIUTAOPT_URL": urls.adiutaopt,
            "OPTCLOUD_ADIUTAOPT_USERNAME": credentials.username,
            "OPTCLOUD_ADIUTAOPT_PASSWORD": credentials.password,
            "OPTCLOUD_ADIUTAOPT_USER_POOL_ID": credentials.user_pool_id,
            "OPTCLOUD_ADIUTAOPT_CLIENT_ID": credentials.client_id,
            "OPTCLOUD_ADIUTAOPT_COGNITO_URL": urls.cognito,
            "OPTCLOUD_GUROBI_URL": urls.gurobi,
            "IC_ACCESS_ID": credentials.gurobi_access_id,
            "IC_SECRET_KEY": credentials.gurobi_secret_key,
        }

    def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run `function` in the server's thread, where the world lives; in this one while nothing is served."""
        if self._server is None:
            return function(*arguments)

        async def run() -> T:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self._server.loop).result()


class _Server(uvicorn.Server):
    """uvicorn with a signal when it serves."""

    def __init__(self, world: World) -> None:
        connections = Connections()
        super().__init__(
            uvicorn.Config(
                sandbox_app(world, connections),
                http=connections.protocol(),
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,  # the wire gives the sandbox's own time
                timeout_keep_alive=60,
                timeout_graceful_shutdown=2,
            )
        )
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()


def serve(
    ready: Callable[[Sandbox], None],
    *,
    port: int = 0,
    pace: Pace | None = None,
    settings: Settings | None = None,
    until: threading.Event | None = None,
    idle: float | None = None,
) -> None:
    """Serve until `until` is set or KeyboardInterrupt is raised; `ready` is called once the sandbox answers.

    `idle`: end, too, when nobody has asked for anything in so many seconds.
    """
    until = until or threading.Event()
    with Sandbox(port=port, pace=pace, settings=settings) as sandbox:
        ready(sandbox)
        left = idle
        while not until.wait(left) and idle is not None:
            left = idle - sandbox.quiet_for()
            if left <= 0:
                return
