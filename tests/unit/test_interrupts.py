"""What must not be torn in two is not: signals wait, a second one breaks through, and nothing of them is lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

import dispositions
from optcloud.process import signals as interrupts
from optcloud.process.signals import ENDING, deferred
from patience import PATIENCE
from unit.process import Process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows sends a process no signals but by its console")
HELP = """
import os, signal, sys, threading
from optcloud.process import signals as interrupts
from optcloud.process.signals import deferred
interrupts.GRACE = 0
def say(*what):
    os.write(1, (" ".join(map(str, what)) + "\\n").encode())  # unlike print, it can be interrupted by another
def send(name):
    os.kill(os.getpid(), signal.Signals[name])
"""


class StopError(Exception):
    """What a handler of somebody else's raises."""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Signals do what they do by default; a second signal counts however soon; the handlers come back in the end."""
    monkeypatch.setattr(interrupts, "GRACE", 0)
    before = {one: signal.getsignal(one) for one in ENDING}
    dispositions.reset()
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def noting(one: signal.Signals, error: type[BaseException] | None = None) -> list[int]:
    """Install a handler that notes, and raises."""
    came: list[int] = []

    def handler(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if error is not None:
            raise error

    signal.signal(one, handler)
    return came


@pytest.mark.parametrize("one", ENDING)
def test_the_first_waits_until_the_work_is_done(one: signal.Signals, told: list[str]) -> None:
    came = noting(one, StopError)
    steps = []
    with pytest.raises(StopError):  # noqa: SIM117 - one raises when the other is left
        with deferred("wait a moment", told.append) as interrupt:
            steps.append(interrupts.pending())
            signal.raise_signal(one)
            steps.append(interrupts.pending())
            assert interrupt.pending == one and came == []
    assert (steps, came, told) == ([None, one], [one], ["wait a moment"])
    assert interrupts.pending() is None
    with pytest.raises(StopError):
        signal.raise_signal(one)


def test_ctrl_c_is_a_keyboard_interrupt_afterwards(told: list[str]) -> None:
    done = False
    with pytest.raises(KeyboardInterrupt):  # noqa: SIM117
        with deferred("wait", told.append):
            signal.raise_signal(signal.SIGINT)
            done = True
    assert done and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_a_signal_nothing_happens(told: list[str]) -> None:
    before = [signal.getsignal(one) for one in ENDING]
    with deferred("wait", told.append):
        assert [signal.getsignal(one) for one in ENDING] != before
    assert [signal.getsignal(one) for one in ENDING] == before and told == []


def test_an_error_of_the_work_and_the_interrupt_are_both_kept(told: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:  # noqa: SIM117
        with deferred("wait", told.append):
            signal.raise_signal(signal.SIGINT)
            raise ValueError("of the work")
    assert isinstance(caught.value.__context__, ValueError)


def test_an_error_of_the_work_alone_comes_as_it_is() -> None:
    with pytest.raises(ValueError, match="of the work"), deferred("wait"):
        raise ValueError("of the work")
    assert interrupts.pending() is None and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_breaks_through_at_once_and_is_the_only_one_then(told: list[str]) -> None:
    came = noting(signal.SIGTERM, StopError)
    steps = []
    with pytest.raises(StopError):  # noqa: SIM117
        with deferred("wait", told.append):
            signal.raise_signal(signal.SIGTERM)
            steps.append("first")
            signal.raise_signal(signal.SIGTERM)
            steps.append("second")
    assert (steps, len(came), told) == (["first"], 1, ["wait"])


def test_what_comes_twice_at_once_counts_as_one(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrapper hands Ctrl-C on to a process that has had it from the terminal."""
    now = [100.0]
    moments = ((signal.SIGINT, 0.0), (signal.SIGINT, 0.4), (signal.SIGTERM, 0.09), (signal.SIGINT, 0.1))
    monkeypatch.setattr(interrupts, "GRACE", 0.5)
    monkeypatch.setattr(interrupts.time, "monotonic", lambda: now[0])
    steps = []
    with pytest.raises(KeyboardInterrupt):  # noqa: SIM117
        with deferred("wait", told.append):
            for number, later in moments:
                now[0] += later
                signal.raise_signal(number)
                steps.append(later)
    assert (steps, told) == ([0.0, 0.4, 0.09], ["wait"])


def test_a_second_one_of_another_kind_breaks_through_and_the_first_still_comes(told: list[str]) -> None:
    came = noting(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):  # noqa: SIM117
        with deferred("wait", told.append) as interrupt:
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            assert (came, interrupt.pending) == ([], signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
    assert came == [signal.SIGTERM]


def test_what_is_ignored_stays_ignored(told: list[str]) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with deferred("wait", told.append) as interrupt:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        assert interrupt.pending is None
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN and told == []


def test_work_within_work_waits_for_the_outermost(told: list[str]) -> None:
    came = noting(signal.SIGTERM)
    with deferred("outer", told.append):
        with deferred("inner", told.append) as inner:
            signal.raise_signal(signal.SIGTERM)
            assert inner.pending == signal.SIGTERM
        assert came == []
    assert (came, told) == ([signal.SIGTERM], ["outer"])


def test_in_another_thread_nothing_waits(told: list[str]) -> None:
    came, within, done = noting(signal.SIGTERM), threading.Event(), threading.Event()

    def work() -> None:
        with deferred("wait", told.append) as interrupt:
            within.set()
            assert done.wait(PATIENCE) and interrupt.pending is None

    thread = threading.Thread(target=work)
    thread.start()
    assert within.wait(PATIENCE)
    signal.raise_signal(signal.SIGTERM)
    assert came == [signal.SIGTERM], "while the other thread is at work"
    done.set()
    thread.join()
    assert told == []


def test_work_of_another_thread_does_not_end_that_of_the_main_thread(told: list[str]) -> None:
    def work() -> None:
        with deferred("other", told.append):
            pass

    came = noting(signal.SIGTERM)
    with deferred("main", told.append):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        signal.raise_signal(signal.SIGTERM)
        assert came == []
    assert (came, told) == ([signal.SIGTERM], ["main"])


@pytest.mark.parametrize("error", [BrokenPipeError, RuntimeError, ValueError])
def test_a_terminal_that_is_gone_does_not_tear_the_work(error: type[Exception]) -> None:
    def tell(words: str) -> None:
        raise error(words)

    came, done = noting(signal.SIGHUP), False
    with deferred("wait", tell):
        signal.raise_signal(signal.SIGHUP)
        done = True
    assert done and came == [signal.SIGHUP]


def test_a_signal_within_a_write_is_told_once_that_has_ended() -> None:
    heard, busy = threading.Event(), [True]

    def tell(words: str) -> None:
        if busy and busy.pop():
            raise RuntimeError("reentrant call inside a writer")
        heard.set()

    with pytest.raises(KeyboardInterrupt), deferred("wait", tell):
        signal.raise_signal(signal.SIGINT)
        assert heard.wait(PATIENCE)


def test_it_is_logged_where_nobody_is_to_be_told(caplog: pytest.LogCaptureFixture) -> None:
    noting(signal.SIGTERM)
    with deferred("wait a moment"):
        signal.raise_signal(signal.SIGTERM)
    assert [(one.name, one.levelname, one.message) for one in caplog.records] == [
        ("optcloud", "WARNING", "wait a moment")
    ]


def test_a_handler_set_within_the_work_stands_behind_until_it_is_done(told: list[str]) -> None:
    before, after = noting(signal.SIGTERM), []
    with deferred("wait", told.append):
        interrupts.set_handler(signal.SIGTERM, lambda number, frame: after.append(number))
        signal.raise_signal(signal.SIGTERM)
        assert (before, after) == ([], [])
    signal.raise_signal(signal.SIGTERM)
    assert (before, after) == ([], [signal.SIGTERM] * 2)


def test_a_handler_that_others_set_within_the_work_stays(told: list[str]) -> None:
    before, after = noting(signal.SIGTERM), list[int]()
    with deferred("wait", told.append):
        after = noting(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    assert (before, after) == ([], [signal.SIGTERM])


def test_a_handler_that_raises_while_all_are_put_back_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal comes in the moment in which some handlers are back, and others are not; one waits already."""
    came = {one: noting(one, StopError) for one in ENDING}
    first, last = ENDING[0], ENDING[-1]
    put_back, install = [], signal.signal

    def installing(one: signal.Signals, handler: interrupts.Handler) -> interrupts.Handler:
        put_back.append(one)
        was = install(one, handler)
        if len(put_back) == 1:
            os.kill(os.getpid(), one)
        return was

    before = [signal.getsignal(one) for one in ENDING]
    with pytest.raises(StopError):  # noqa: SIM117
        with deferred("wait"):
            signal.raise_signal(first)
            monkeypatch.setattr(signal, "signal", installing)
    monkeypatch.undo()
    assert put_back[0] == last and [signal.getsignal(one) for one in ENDING] == before
    assert {one: len(numbers) for one, numbers in came.items() if numbers} == {first: 1, last: 1}


def test_a_handler_that_was_seen_within_the_work_and_is_put_back_later_acts_at_once(told: list[str]) -> None:
    came = noting(signal.SIGTERM)
    with deferred("wait", told.append):
        seen = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, seen)
    signal.raise_signal(signal.SIGTERM)
    assert (came, told) == ([signal.SIGTERM], [])


def test_the_default_action_ends_the_process_when_the_work_is_done() -> None:
    code = (
        HELP + "with deferred('wait', say):\n    send('SIGTERM'); say('done', interrupts.pending().name)\nsay('after')"
    )
    with Process(code) as other:
        status, out, _ = other.end()
    assert (status, out.splitlines()) == (-signal.SIGTERM, ["wait", "done SIGTERM"])


def test_the_default_action_ends_the_process_by_a_second_one() -> None:
    code = HELP + "with deferred('wait', say):\n    send('SIGTERM'); say('first'); send('SIGTERM'); say('second')"
    with Process(code) as other:
        status, out, _ = other.end()
    assert (status, out.splitlines()) == (-signal.SIGTERM, ["wait", "first"])


def test_blocking_calls_go_on(told: list[str]) -> None:
    """Real signals, out of a real wait: the wait is not cut short (PEP 475), the signal comes afterwards."""
    code = HELP + (
        "try:\n"
        "    with deferred('wait', say):\n"
        "        say('ready'); say('heard', sys.stdin.readline().strip())\n"
        "except KeyboardInterrupt:\n"
        "    say('interrupted')\n"
    )
    with Process(code) as other:
        assert other.hear() == "ready"
        other.signal(signal.SIGINT)
        assert other.hear() == "wait"
        other.say("words")
        assert (other.hear(), other.hear()) == ("heard words", "interrupted")
        assert other.end()[0] == 0


def test_a_signal_of_the_parent_does_not_come_in_its_child() -> None:
    code = HELP + (
        "with deferred('wait', say):\n"
        "    send('SIGTERM')\n"
        "    if child := os.fork():\n"
        "        say('child', os.waitpid(child, 0)[1])\n"
        "sys.exit(0)\n"
    )
    with Process(code) as other:
        status, out, _ = other.end()
    assert (status, out.splitlines()) == (-signal.SIGTERM, ["wait", "child 0"])
