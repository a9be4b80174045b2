"""The sandbox as a server: uvicorn on a real socket of 127.0.0.1, in a thread of its own."""

import asyncio
import socket
import threading
import uuid
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn

from optcloud_sandbox.adiutaopt.plans import Planner
from optcloud_sandbox.aimms.account import FIRST_APP
from optcloud_sandbox.aimms.hooks import HookCall
from optcloud_sandbox.aimms.services import Service
from optcloud_sandbox.aimms.sessions import Kind
from optcloud_sandbox.application import sandbox_app
from optcloud_sandbox.cognito.users import Status, Wanted
from optcloud_sandbox.connections import Connections
from optcloud_sandbox.credentials import PUBLISHED, Credentials
from optcloud_sandbox.faults import Fault
from optcloud_sandbox.gurobi.handle import Gurobi
from optcloud_sandbox.journal import Entry
from optcloud_sandbox.pace import AtOnce, Pace
from optcloud_sandbox.settings import Settings
from optcloud_sandbox.urls import Urls
from optcloud_sandbox.world import World

HOST = "127.0.0.1"

T = TypeVar("T")


class Sandbox:
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
        self._port = port
        self._world = World(pace or AtOnce(), settings or Settings())
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._urls: Urls | None = None
        self.faults = Faults(self)
        self.gurobi = Gurobi(self)

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

    @property
    def pace(self) -> Pace:
        return self._world.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._call(setattr, self._world, "pace", pace)

    @property
    def settings(self) -> Settings:
        return self._world.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._call(setattr, self._world, "settings", settings)

    def turn(self, seconds: float) -> None:
        """Turn the sandbox's clock forward."""
        self._call(self._world.clock.turn, seconds)

    def now(self) -> float:
        """The sandbox's clock, in seconds since the epoch."""
        return self._world.clock.now()

    def journal(self) -> list[Entry]:
        """Requests so far, oldest first, without secrets."""
        return self._call(self._world.journal.entries)

    def hook_calls(self) -> list[HookCall]:
        """Calls of task state hooks so far, oldest first: the state told and what the receiver answered."""
        return self._call(lambda: list(self._world.aimms.hooks.calls))

    def reset(self) -> None:
        """As constructed, with the services registered; tokens, tasks, plans, machines, journal and faults are gone."""
        self._call(self._world.reset)

    def register(self, app: str, service: str, function: Service) -> None:
        """Let tasks of `app`/`service` run `function(data, content_type) -> bytes | (bytes, content_type)`.

        An exception of the function fails the task, with its text as error message. The app is published as version 1.0
        with the latest tag when there is none of that name.
        """
        self._call(self._register, app, service, function)

    def forget_services(self) -> None:
        """Drop the registered services; their apps go with the next reset."""
        self._call(self._world.services.forget)

    def add_aimms_key(self, key: str, *scopes: str, lifetime: float | None = None) -> None:
        """A further API key with the scopes given (`credentials.AIMMS_SCOPES`), for `lifetime` seconds or a year."""
        if lifetime is None:
            self._call(self._world.aimms.keys.add, key, scopes)
        else:
            self._call(self._world.aimms.keys.add, key, scopes, lifetime)

    def add_aimms_session(self, kind: Kind, app: str = FIRST_APP, version: str = "1.0") -> str:
        """Id of a further running session, "webui" or "solve", as session-manager shows it; ValueError for another."""
        session_id = uuid.uuid4().hex
        self._call(self._world.sessions.add, kind, session_id, app, version)
        return session_id

    def aimms_packs(self) -> list[dict[str, str | int]]:
        """Name, version, size in bytes and SHA-256 of each .aimmspack published."""
        return self._call(self._world.aimms.apps.packs)

    def add_cognito_user(
        self,
        username: str,
        password: str,
        *,
        challenge: str | Sequence[str] | None = None,
        required_attributes: Sequence[str] = (),
        status: Status = "CONFIRMED",
        alias: bool = True,
        sms_code: str | None = None,
        totp_secret: str | None = None,
    ) -> None:
        """A further user, or a known one with another password and these choices; ValueError for an unknown word.

        `challenge`: what is asked after the right password, several in this order: NEW_PASSWORD_REQUIRED (until it is
        answered; with `required_attributes`), SMS_MFA and EMAIL_OTP (`sms_code`, or the published one),
        SOFTWARE_TOKEN_MFA (TOTP by the sandbox's clock under `totp_secret` in base32, or the published one),
        SELECT_MFA_TYPE; or, without an answer that would do, CUSTOM_CHALLENGE, MFA_SETUP, DEVICE_SRP_AUTH.
        `status`: CONFIRMED, UNCONFIRMED, RESET_REQUIRED or DISABLED. `alias`: the pool knows the user by a UUID, not
        by the user name.
        """
        wanted = Wanted(
            challenge=challenge,
            required_attributes=required_attributes,
            status=status,
            alias=alias,
            sms_code=sms_code,
            totp_secret=totp_secret,
        )
        self._call(self._world.user_pool.add_user, username, password, wanted)

    def cognito_code(self, username: str, challenge: str = "SOFTWARE_TOKEN_MFA") -> str:
        """What that user would type now for SOFTWARE_TOKEN_MFA, SMS_MFA or EMAIL_OTP; ValueError for any other."""
        return self._call(self._world.user_pool.code, username, challenge)

    def revoke(self, username: str) -> None:
        """Revoke that user's refresh and access tokens, as AdminUserGlobalSignOut does; ValueError for nobody."""
        self._call(self._world.user_pool.revoke, username)

    def refuse_cognito(
        self,
        name: str = "TooManyRequestsException",
        *,
        times: int = 1,
        operation: str | None = None,
        message: str = "Too many requests",
    ) -> None:
        """Let the next `times` calls of `operation` ("InitiateAuth", …; None: of any) be refused under this name."""
        self._call(self._world.user_pool.script.add, name, times, operation, message)

    def plant_solution(self, text: bytes) -> str:
        """Key under which adiutaOpt's solution endpoint serves `text` (JSON), as it is."""
        return self._call(self._world.plans.plant, self._world.clock, text)

    def plan_with(self, planner: Planner | None) -> None:
        """Let `planner(name, problem, request_id)` make solutions, as dict or JSON text; None: the sandbox's own again.

        `name` is "mixed", "shift" or "floor". It runs in a thread; an exception of it is a 500 at the solution. A reset
        forgets it.
        """
        self._call(setattr, self._world.plans, "planner", planner)

    def fail_launches(self, count: int) -> None:
        """Let the next `count` Gurobi machines end in "launch error"; more by `gurobi.script_launch`."""
        self._call(self._world.fleet.fail_launches, count)

    def add_gurobi_account(self, access_id: str, secret_key: str) -> None:
        """A further account, with licenses and machines of its own; ValueError when there is one of that ID."""
        self._call(self._world.fleet.add_account, access_id, secret_key)

    def _register(self, app: str, service: str, function: Service) -> None:
        self._world.services.register(app, service, function)
        self._world.aimms.apps.ensure(app)

    def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run `function` in the server's thread, where the world lives; in this one while nothing is served."""
        if self._server is None:
            return function(*arguments)

        async def run() -> T:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self._server.loop).result()


class Faults:
    """`sandbox.faults`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def add(self, *faults: Fault) -> None:
        for fault in faults:
            self._sandbox._call(self._sandbox._world.faults.add, fault)

    def clear(self) -> None:
        self._sandbox._call(self._sandbox._world.faults.clear)

    def release(self) -> None:
        """Let the slow replies without `seconds` go."""
        self._sandbox._call(self._sandbox._world.releases.release)


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
) -> None:
    """Serve until `until` is set or KeyboardInterrupt is raised; `ready` is called once the sandbox answers."""
    with Sandbox(port=port, pace=pace, settings=settings) as sandbox:
        ready(sandbox)
        (until or threading.Event()).wait()
