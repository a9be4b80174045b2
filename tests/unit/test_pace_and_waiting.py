"""How often a job is looked at, and when a wait ends."""

from collections.abc import Callable
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import (
    AuthError,
    OptCloudError,
    RateLimited,
    ResponseMismatch,
    ServerError,
    TransportError,
    WaitTimeout,
)
from optcloud.core.events import Polled, PollFailed
from optcloud.core.flow import Flow, Sleep
from optcloud.core.polling import Pace, wait
from optcloud.core.states import State, Status
from optcloud.core.wake_up import Alarm
from unit.script import Script

STEADY = Pace(first=1, factor=2, longest=8, jitter=0)
RUNNING = Status(State.RUNNING, "solving")
DONE = Status(State.SUCCEEDED, "completed")


def polls(*looks: Status | OptCloudError, takes: float = 0.0) -> Callable[[], Flow[Status]]:
    """Looks that end in a status or an error; the last one repeats. Each takes some seconds."""
    left = list(looks)

    def poll() -> Flow[Status]:
        if takes:
            yield Sleep(takes)
        look = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(look, OptCloudError):
            raise look
        return look

    return poll


@given(
    st.floats(0.01, 100), st.floats(1, 10), st.floats(0.01, 100), st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1)
)
def test_delays_are_clamped_and_jittered(
    first: float, factor: float, longest: float, jitter: float, chances: list[float]
) -> None:
    chance = iter(chances * 50)
    pace = Pace(first=first, factor=factor, longest=longest, jitter=jitter, random=lambda: next(chance))
    exact = Pace(first=first, factor=factor, longest=longest, jitter=0)
    for shifted, delay in zip(islice(pace.delays(), 40), exact.delays(), strict=False):
        assert delay <= longest
        assert delay * (1 - jitter) - 1e-9 <= shifted <= delay * (1 + jitter) + 1e-9
    assert all(one <= two for one, two in pairwise(islice(exact.delays(), 40)))


def test_delays_go_on_without_end_or_overflow() -> None:
    assert list(islice(STEADY.delays(), 6)) == [1, 2, 4, 8, 8, 8]
    assert next(islice(Pace(factor=1e300, jitter=0).delays(), 5000, None)) == 30


def test_a_wait_ends_with_the_job() -> None:
    script = Script()
    status = script.run(wait(polls(RUNNING, RUNNING, DONE), ref="r", pace=STEADY, timeout=None))
    assert (status, script.slept) == (DONE, [1, 2])
    assert script.events == [Polled("r", RUNNING, 0), Polled("r", RUNNING, 1), Polled("r", DONE, 3)]


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED, State.CANCELLED])
def test_every_end_is_an_end(state: State) -> None:
    assert Script().run(wait(polls(Status(state, "x")), ref="r", pace=STEADY, timeout=None)).state is state


def test_an_unknown_word_is_not_an_end() -> None:
    script = Script()
    unknown = Status(State.UNKNOWN, "pondering")
    with pytest.raises(WaitTimeout, match="last seen: pondering"):
        script.run(wait(polls(unknown), ref="r", pace=STEADY, timeout=10))


def test_a_time_out_ends_the_wait_after_a_last_look_at_the_deadline() -> None:
    script = Script()
    with pytest.raises(WaitTimeout, match=r"not ended after 6 s, last seen: solving \[aimms:p/1\]") as caught:
        script.run(wait(polls(RUNNING), ref="aimms:p/1", pace=STEADY, timeout=6))
    assert caught.value.ref == "aimms:p/1"
    assert script.slept == [1, 2, 3]  # not 4: the last look is at the deadline itself
    script = Script()
    assert script.run(wait(polls(RUNNING, RUNNING, RUNNING, DONE), ref="r", pace=STEADY, timeout=6)) == DONE


def test_a_time_out_of_nothing_looks_once() -> None:
    script = Script()
    assert script.run(wait(polls(DONE), ref="r", pace=STEADY, timeout=0)) == DONE
    with pytest.raises(WaitTimeout):
        script.run(wait(polls(RUNNING), ref="r", pace=STEADY, timeout=0))
    assert script.slept == []


def test_looks_that_take_their_time_count() -> None:
    """A look that would go beyond the deadline is broken off there."""
    script = Script()
    with pytest.raises(WaitTimeout, match="DeadlineExceeded"):
        script.run(wait(polls(RUNNING, takes=10), ref="r", pace=STEADY, timeout=15))
    assert script.now == 15  # 10, sleep 1, no time for 10 more


PASSING = (
    ServerError("502", status=502),
    RateLimited("429", status=429),
    TransportError("reset", sent="unknown"),
    TransportError("refused", sent="no"),
)


def test_a_wait_goes_on_through_passing_faults() -> None:
    script = Script()
    assert script.run(wait(polls(*PASSING, DONE), ref="r", pace=STEADY, timeout=None)) == DONE
    assert script.slept == [1, 2, 4, 8]
    assert [type(event) for event in script.events] == [PollFailed] * 4 + [Polled]


@pytest.mark.parametrize("fault", [AuthError("no", status=401), ResponseMismatch("html", status=200)])
def test_other_faults_end_a_wait(fault: OptCloudError) -> None:
    with pytest.raises(type(fault)):
        Script().run(wait(polls(fault, DONE), ref="r", pace=STEADY, timeout=None))


def test_patience_ends_with_the_last_fault_and_starts_anew_after_a_good_look() -> None:
    pace = Pace(first=10, factor=1, longest=10, jitter=0, patience=30)
    script = Script()
    with pytest.raises(ServerError):
        script.run(wait(polls(PASSING[0]), ref="r", pace=pace, timeout=None))
    assert script.now == 30
    script = Script()
    looks: list[Status | OptCloudError] = [PASSING[0], PASSING[0], RUNNING, PASSING[0], PASSING[0], DONE]
    assert script.run(wait(polls(*looks), ref="r", pace=pace, timeout=None)) == DONE
    assert script.now == 50


def test_a_fault_at_the_deadline_is_a_time_out() -> None:
    with pytest.raises(WaitTimeout, match="last seen: ServerError"):
        Script().run(wait(polls(PASSING[0]), ref="r", pace=STEADY, timeout=3))


@pytest.mark.parametrize("kind", [RateLimited, ServerError])
def test_retry_after_is_honoured_while_polling(kind: type[RateLimited] | type[ServerError]) -> None:
    busy, overlong = kind("busy"), kind("busy")
    busy.retry_after, overlong.retry_after = 5.0, 3600.0
    script = Script()
    assert script.run(wait(polls(busy, overlong, DONE), ref="r", pace=STEADY, timeout=None)) == DONE
    assert script.slept == [5, 8]


def test_an_alarm_brings_the_next_look_forward_and_the_pace_begins_anew() -> None:
    alarm = Alarm()
    asleep: list[float] = []

    class Woken(Script):
        def _perform(self, effect: object) -> object:
            if not isinstance(effect, Sleep):
                return super()._perform(effect)
            assert effect.alarm is alarm
            asleep.append(effect.seconds)
            if len(asleep) == 3:
                alarm.ring("r")
            return None

    looks = polls(RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, DONE)
    assert Woken().run(wait(looks, ref="r", pace=STEADY, timeout=None, alarm=alarm)) == DONE
    assert asleep == [1, 2, 4, 1, 2]
