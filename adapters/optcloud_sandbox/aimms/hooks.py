"""Task state hooks: PUT to the URL of the header taskStateHook on each change (AIMMS facts 2.9)."""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, unquote_plus, urlencode, urlsplit

from optcloud_sandbox.aimms.schedule import timestamp
from optcloud_sandbox.aimms.tasks import ServedTask
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import HookSettings, MomentForm

KEPT_CALLS = 10_000
LEAST_PAUSE = 0.02  # seconds between two looks at the tasks with hooks; looking takes a twentieth of the time at most


@dataclass(frozen=True)
class HookCall:
    """One call made: `status` of the receiver's reply, or what `failure` there was instead."""

    time: float
    task: str
    state: str
    status: int | None = None
    failure: str | None = None


@dataclass(frozen=True)
class HookTarget:
    """Where a hook lives. `query` is as given, without `key`."""

    host: str
    port: int
    path: str
    query: str
    key: str | None


class Hooks:
    """Calls hooks, for each task in the order of its states: once, with a strict time-out, following no redirect.

    Everything runs on the server's loop. A `look` at the tasks with hooks, now and then, sees what the clock has moved.
    """

    def __init__(
        self, clock: SandboxClock, settings: Callable[[], HookSettings], look: Callable[[ServedTask], bool]
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._look = look
        self._jobs: set[asyncio.Task[None]] = set()
        self._watched: list[ServedTask] = []
        self._watching = False
        self.calls: deque[HookCall] = deque(maxlen=KEPT_CALLS)

    def caller(self, url: str) -> Callable[[str, str], None]:
        """The function to tell states to; Refusal 400 for a URL that the sandbox does not call."""
        target = target_of(url)
        waiting: deque[tuple[str, str]] = deque()

        async def deliver() -> None:
            while waiting:
                await self._call(target, *waiting[0])
                waiting.popleft()

        def tell(task_id: str, state: str) -> None:
            waiting.append((task_id, state))
            if len(waiting) == 1:
                self._spawn(deliver())

        return tell

    def watch(self, task: ServedTask) -> None:
        """Look at this task until it has ended, since nobody else may."""
        self._watched.append(task)
        if not self._watching:
            self._watching = True
            self._spawn(self._keep_looking())

    def close(self) -> None:
        for job in self._jobs:
            job.cancel()

    async def _keep_looking(self) -> None:
        while self._watched:
            began = time.perf_counter()
            self._watched = [task for task in self._watched if self._look(task)]
            await asyncio.sleep(max(LEAST_PAUSE, 20 * (time.perf_counter() - began)))
        self._watching = False

    async def _call(self, target: HookTarget, task_id: str, state: str) -> None:
        settings, now = self._settings(), self._clock.now()
        added = {"task_uuid": task_id, "task_state": state, "at": _moment(now, settings.at)}
        if target.key is not None:
            added["hmac"] = signature(target.key, task_id, settings)
        query = "&".join(part for part in (target.query, urlencode(added)) if part)
        try:
            async with asyncio.timeout(settings.timeout):
                status = await _put(target, query)
        except TimeoutError:
            self.calls.append(HookCall(now, task_id, state, failure=f"no reply in {settings.timeout:g} s"))
        except (OSError, ValueError) as error:
            self.calls.append(HookCall(now, task_id, state, failure=type(error).__name__))
        else:
            self.calls.append(HookCall(now, task_id, state, status))

    def _spawn(self, work: Any) -> None:
        job = asyncio.get_running_loop().create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)


def signature(key: str, task_id: str, settings: HookSettings) -> str:
    """HMAC of the task's id by the hook's key (digest and encoding inferred: settings)."""
    digest = hmac.new(key.encode(), task_id.encode(), getattr(hashlib, settings.digest)).digest()
    return digest.hex() if settings.encoding == "hex" else base64.b64encode(digest).decode("ascii")


def _moment(now: float, form: MomentForm) -> str:
    if form == "epoch":
        return str(int(now))
    return timestamp(now) if form == "blank" else datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def _put(target: HookTarget, query: str) -> int:
    """Status of the reply; OSError, or ValueError when it is no HTTP."""
    reader, writer = await asyncio.open_connection(target.host, target.port)
    try:
        host = f"[{target.host}]" if ":" in target.host else target.host
        head = f"PUT {target.path}?{query} HTTP/1.1\r\nhost: {host}:{target.port}\r\n"
        writer.write((head + "content-length: 0\r\nconnection: close\r\n\r\n").encode("ascii"))
        await writer.drain()
        version, code, *_ = (await reader.readline()).decode("latin-1").split(" ", 2)
        if not version.startswith("HTTP/"):
            raise ValueError("the receiver does not speak HTTP")
        await _read_rest(reader)
        return int(code)
    finally:
        writer.close()


async def _read_rest(reader: asyncio.StreamReader) -> None:
    """Headers and body, so that the receiver can finish in peace."""
    length = 0
    while line := (await reader.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while length > 0 and (piece := await reader.read(length)):
        length -= len(piece)


def target_of(url: str) -> HookTarget:
    """The parts of a hook's URL; Refusal 400 for one that the sandbox does not call."""
    parts, port = _split(url)
    host = _loopback(parts.hostname or "")
    kept, key = [], None
    for part in parts.query.split("&") if parts.query else []:
        name, _, value = part.partition("=")
        if unquote_plus(name) == "key":
            key = unquote_plus(value) if key is None else key
        else:
            kept.append(part)
    return HookTarget(host, port or 80, parts.path or "/", "&".join(kept), key)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refusal(400, f"taskStateHook is no URL: {error}") from error
    if parts.scheme != "http" or not url.isascii() or any(not sign.isprintable() or sign == " " for sign in url):
        raise Refusal(400, "taskStateHook must be an http URL of printable ASCII (the sandbox has no TLS)")
    if parts.username is not None:
        raise Refusal(400, "taskStateHook must not have a user name")
    return parts, port


def _loopback(host: str) -> str:
    """The address; the sandbox calls nobody but this machine."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise Refusal(400, "taskStateHook must point to 127.0.0.1, ::1 or localhost: the sandbox calls no other")
    return str(address)
