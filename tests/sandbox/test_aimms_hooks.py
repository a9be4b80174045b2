"""Task hooks end to end: the sandbox calls a receiver on a server of its own, and waits are driven by it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import uvicorn

from optcloud import Pace, State
from optcloud.aimms.tasks.hook_receiver import HookReceiver
from optcloud.aimms.tasks.hooks import HookKey, StateChange
from optcloud.sandbox import AfterSeconds, AtOnce, Sandbox
from optcloud_sandbox.settings import HookSettings
from sandbox.facades import FAST

KEY = "not-a-real-hook-key"
NEVER = Pace(first=3600, longest=3600)  # a wait that nobody wakes would outlast the test


class Mounted:
    """A receiver on a server, and what it heard."""

    def __init__(self) -> None:
        self.heard: list[StateChange] = []
        self.receiver = HookReceiver(KEY, on_change=self.heard.append)
        self.port = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.receiver(scope, receive, send)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/aimms?mine=1"

    def set(self, key: HookKey) -> None:
        self.receiver = HookReceiver(key, on_change=self.heard.append)


@pytest.fixture(scope="module")
def server() -> Iterator[Mounted]:
    mounted = Mounted()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        mounted.port = listening.getsockname()[1]
        config = uvicorn.Config(mounted, log_level="error", lifespan="on")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        yield mounted
        running.should_exit = True
        thread.join()


@pytest.fixture
def mounted(server: Mounted, sandbox: Sandbox) -> Iterator[Mounted]:
    server.set(HookKey(KEY))
    server.heard.clear()
    sandbox.pace = AfterSeconds(0.2)
    yield server
    sandbox.pace = AtOnce()


def looks(sandbox: Sandbox) -> int:
    return sum(entry.method == "GET" for entry in sandbox.journal())


def test_a_call_ends_the_wait(cloud: Any, sandbox: Sandbox, mounted: Mounted) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input="called", hook=mounted.receiver.address(mounted.url))
    assert job.result(timeout=3600, pace=NEVER, hook=mounted.receiver).text() == "called"
    assert mounted.heard[-1].state is State.SUCCEEDED
    assert {call.status for call in sandbox.hook_calls()} == {204}


def test_calls_end_the_waits_for_many_with_a_look_at_each(cloud: Any, sandbox: Sandbox, mounted: Mounted) -> None:
    address = mounted.receiver.address(mounted.url)
    jobs = [cloud.aimms.run("Sandbox", "echo", input={}, hook=address) for _number in range(5)]
    statuses = cloud.aimms.wait_all(jobs, timeout=3600, pace=NEVER, hook=mounted.receiver)
    assert [status.state for status in statuses] == [State.SUCCEEDED] * 5
    assert looks(sandbox) <= 1 + 5


def test_without_calls_the_looks_go_on(cloud: Any, mounted: Mounted) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input={})
    assert job.wait(timeout=50, pace=FAST, hook=mounted.receiver).state is State.SUCCEEDED
    assert mounted.heard == []


def test_calls_signed_with_another_key_wake_nobody(cloud: Any, sandbox: Sandbox, mounted: Mounted) -> None:
    other = HookKey("another-fake-key").address(mounted.url)
    job = cloud.aimms.run("Sandbox", "echo", input={}, hook=other)
    assert job.wait(timeout=50, pace=FAST, hook=mounted.receiver).state is State.SUCCEEDED
    assert mounted.heard == []
    assert {call.status for call in sandbox.hook_calls()} == {403}


@pytest.mark.parametrize("at", ["iso", "blank", "epoch"])
@pytest.mark.parametrize(("digest", "encoding"), [("sha1", "hex"), ("sha512", "base64")])
def test_other_ways_to_sign_and_to_tell_the_time(
    cloud: Any, sandbox: Sandbox, mounted: Mounted, digest: Any, encoding: Any, at: Any
) -> None:
    sandbox.settings = replace(sandbox.settings, hooks=HookSettings(digest=digest, encoding=encoding, at=at))
    mounted.set(HookKey(KEY, digest=digest, encoding=encoding))
    job = cloud.aimms.run("Sandbox", "echo", input={}, hook=mounted.receiver.address(mounted.url))
    assert job.wait(timeout=3600, pace=NEVER, hook=mounted.receiver).state is State.SUCCEEDED
    assert mounted.heard[-1].task_id in job.ref


def test_the_server_answers_strangers_with_the_least_there_is(mounted: Mounted) -> None:
    with httpx.Client() as stranger:
        for method, status in (("GET", 405), ("POST", 405), ("PUT", 403)):
            answer = stranger.request(method, mounted.url)
            assert (answer.status_code, answer.content) == (status, b"")
