"""The facade on the sandbox: each test runs twice, on `OptCloud` and on `AsyncOptCloud`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest

from optcloud import AsyncOptCloud, OptCloud, RetryPolicy
from optcloud.sandbox import AfterPolls, AtOnce, Sandbox
from sandbox.facades import QUICK_RETRY, Blocked, Opener
from sandbox.matrix import Two


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    running.pace = AtOnce()
    yield running
    running.faults.release()
    running.reset()


@pytest.fixture
def stepwise(sandbox: Sandbox) -> Sandbox:
    """Jobs move one state a poll, so that there is something to wait for and to interrupt."""
    sandbox.pace = AfterPolls(4)
    return sandbox


@pytest.fixture(params=["blocking", "asyncio"])
def open_cloud(request: pytest.FixtureRequest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """A function that opens a facade on the sandbox; keyword arguments are those of `OptCloud`."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
    opened: list[Any] = []
    loop = asyncio.new_event_loop()

    def opening(profile: str | None = None, **options: Any) -> Any:
        options = {"retry": QUICK_RETRY, **options}
        if request.param == "blocking":
            opened.append(OptCloud(profile, **options))
        else:
            opened.append(Blocked(AsyncOptCloud(profile, **options), loop))
        return opened[-1]

    yield opening
    for cloud in opened:
        cloud.close()
    loop.close()


@pytest.fixture(scope="module", params=["blocking", "asyncio"])
def two(request: pytest.FixtureRequest, running: Sandbox) -> Iterator[Two]:
    """Facades for many tests, whose repeats come at once: a patient one, and one whose replies may take 0.3 s."""
    loop = asyncio.new_event_loop()
    opened: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (running.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            patch.setenv(name, value)
        for timeout in (None, 0.3):
            options: Any = {"retry": RetryPolicy(attempts=3, first=0.001, longest=0.002), "timeout": timeout}
            blocking = request.param == "blocking"
            opened.append(OptCloud(**options) if blocking else Blocked(AsyncOptCloud(**options), loop))
        yield Two(*opened, form=request.param)
        for cloud in opened:
            cloud.close()
    loop.close()


@pytest.fixture
def cloud(open_cloud: Opener) -> Any:
    return open_cloud()
