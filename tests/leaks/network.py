"""The cloud of a run: the sandbox, a way to it on which launches take their time, and another person on the account."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import http.client
import time
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from leaks.plan import FaultPlan
from optcloud.sandbox import Fault, Sandbox
from optcloud_sandbox.application import sandbox_app

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
OTHERS_PASSWORD = "Fake-Password-Of-Somebody-Else"
OTHERS = hashlib.sha256(OTHERS_PASSWORD.encode()).hexdigest()
QUIET = 3  # looks in a row that find nothing under way


class _Way:
    """Around the sandbox: delays launches, which arrive whatever became of the client; counts what is under way."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app
        self.under_way = 0
        self.delays: list[float] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith("/gurobi"):
            await self._app(scope, receive, send)
            return
        self.under_way += 1
        try:
            if scope["path"].endswith("/launch") and self.delays:
                receive = await self._late(receive)
            await self._app(scope, receive, send)
        finally:
            self.under_way -= 1

    async def _late(self, receive: Receive) -> Receive:
        delay = self.delays.pop(0)
        messages = [await receive()]
        while messages[-1].get("more_body", False):
            messages.append(await receive())
        await asyncio.sleep(delay)

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        return again


class Cloud:
    """A sandbox on a real socket, made new for each run. A context manager."""

    def __init__(self) -> None:
        self._ways: list[_Way] = []
        self.sandbox = Sandbox()

    def __enter__(self) -> Cloud:
        def app(*given: Any) -> _Way:
            self._ways.append(_Way(sandbox_app(*given)))
            return self._ways[-1]

        with mock.patch("optcloud_sandbox.server.sandbox_app", app):
            self.sandbox.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.stop()

    def settings(self) -> dict[str, str]:
        """What a client of ours must know, but for the ledger."""
        known = self.sandbox.credentials
        return {
            "url": self.sandbox.urls.gurobi,
            "access_id": known.gurobi_access_id,
            "secret_key": known.gurobi_secret_key,
        }

    def disturb(self, faults: tuple[FaultPlan, ...], under_way: tuple[float, ...]) -> None:
        """Let things go wrong from here on."""
        self._ways[-1].delays = list(under_way)
        for one in faults:
            fault: Any = {"kind": one.kind, "path": one.path, "skip": one.skip, "times": one.times}
            fault |= {"seconds": one.seconds} if one.kind == "slow" else {}
            fault |= {"carried_out": one.carried_out} if one.kind in ("status", "html") else {}
            self.sandbox.faults.add(Fault(vendor="gurobi", **fault))

    def calm(self) -> None:
        """Let nothing go wrong any more, and wait until nothing is under way."""
        self.sandbox.faults.clear()
        quiet = 0
        while quiet < QUIET:
            self._glance()
            quiet = 0 if self._ways[-1].under_way else quiet + 1
            time.sleep(0.005)

    def _glance(self) -> None:
        """Ask for something else on a new connection: what came before it has been received then."""
        place = urlsplit(self.sandbox.urls.gurobi)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        connection.request("GET", "/sandbox/clock")
        connection.getresponse().read()
        connection.close()

    def launch_as_another(self) -> None:
        """Launch a machine as a person would who has the same key and none of our software; come what may."""
        known, place = self.sandbox.credentials, urlsplit(self.sandbox.urls.gurobi)
        form = f"id={known.gurobi_access_id}&numMachines=1&userPassword={OTHERS_PASSWORD}"
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signed = hmac.new(known.gurobi_secret_key.encode(), f"POST&{form}&{date}".encode(), hashlib.sha1)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Gurobi-Date": date,
            "X-Gurobi-Signature": base64.b64encode(signed.digest()).decode(),
        }
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        try:
            connection.request("POST", f"{place.path}/launch", form, headers)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            pass  # a fault that was meant for another; the records tell what was launched
        finally:
            connection.close()
