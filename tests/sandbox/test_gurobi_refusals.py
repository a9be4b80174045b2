"""A clock that is off, and signatures that are refused, end to end; blocking and asyncio."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from optcloud.core.clock import SystemClock
from optcloud.core.events import ClockOff
from optcloud.core.flow import Instant
from optcloud.gurobi.errors import InvalidMachineIds, InvalidSignature, InvalidUserId, TimeSkewTooLarge
from optcloud.sandbox import Sandbox
from sandbox.facades import Opener, launched

HOUR = 3600.0


class Off(SystemClock):
    """A clock that is off by some seconds; waiting costs nothing."""

    def __init__(self, off: float) -> None:
        self.off = off

    def now(self) -> Instant:
        return Instant(time.monotonic(), time.time() + self.off)

    def sleep(self, seconds: float) -> None:
        pass

    async def sleep_async(self, seconds: float) -> None:
        await asyncio.sleep(0)


def asked(sandbox: Sandbox) -> list[tuple[str, int | None]]:
    return [(entry.path.rpartition("/")[2], entry.status) for entry in sandbox.journal()]


@pytest.mark.parametrize("off", [-86_400.0, -HOUR, HOUR, 86_400.0])
def test_a_clock_that_is_off_costs_one_request(open_cloud: Opener, sandbox: Sandbox, off: float) -> None:
    events = list[object]()
    cloud = open_cloud(clock=Off(off), on_event=events.append)
    for _ in range(3):
        assert cloud.gurobi.licenses()
    (told,) = [event for event in events if isinstance(event, ClockOff)]
    assert told.seconds == pytest.approx(-off, abs=5)
    assert [status for path, status in asked(sandbox) if path == "licenses"] == [400, 200, 200, 200]


def test_a_launch_that_a_clock_held_up_is_sent_again(open_cloud: Opener, sandbox: Sandbox) -> None:
    cloud = open_cloud(clock=Off(-HOUR))
    pool = launched(cloud.gurobi.launch(2))
    assert len(cloud.gurobi.machines()) == 2, "launched once"
    pool.kill()
    assert [status for _, status in asked(sandbox)].count(400) == 1


def test_a_clock_within_reach_is_left_alone(open_cloud: Opener, sandbox: Sandbox) -> None:
    events = list[object]()
    assert open_cloud(clock=Off(60), on_event=events.append).gurobi.licenses()
    assert not any(isinstance(event, ClockOff) for event in events)
    assert asked(sandbox)[-1] == ("licenses", 200)


class Jumping(Off):
    """A clock that is set back by two hours after each look."""

    def now(self) -> Instant:
        self.off -= 2 * HOUR
        return super().now()


def test_a_clock_that_cannot_be_corrected_says_by_how_much(open_cloud: Opener) -> None:
    with pytest.raises(TimeSkewTooLarge, match=r"is \d+ s behind that of the server.*NTP") as caught:
        open_cloud(clock=Jumping(0)).gurobi.licenses()
    assert caught.value.seconds is not None and caught.value.seconds > HOUR


def test_a_wrong_key_is_told_by_equal_texts(open_cloud: Opener, sandbox: Sandbox) -> None:
    settings = {
        "url": sandbox.urls.gurobi,
        "access_id": sandbox.credentials.gurobi_access_id,
        "secret_key": "fake-wrong",
    }
    with pytest.raises(InvalidSignature, match="another secret key") as caught:
        open_cloud(gurobi=settings).gurobi.licenses()
    assert caught.value.ours == caught.value.theirs != ""
    assert "fake-wrong" not in str(caught.value)


def test_a_key_of_the_other_version_is_told(open_cloud: Opener, sandbox: Sandbox) -> None:
    identity = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(InvalidUserId, match="API v2"):
        open_cloud(gurobi={"url": sandbox.urls.gurobi, "access_id": identity, "secret_key": "fake"}).gurobi.licenses()


def test_other_refusals_are_named(cloud: Any) -> None:
    with pytest.raises(InvalidMachineIds, match=r"machines\(\) lists"):
        cloud.gurobi.kill(["none-of-ours"])
