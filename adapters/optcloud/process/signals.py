"""Work that Ctrl-C and the other requests to end must not tear in two: they wait until it is done.

Python runs handlers of signals in the main thread only, so only there is anything to hold back. This is for blocking
work: an event loop has means of its own.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeAlias

logger = logging.getLogger("optcloud")
Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | None
"""What `signal.getsignal` returns; None for a handler that was not installed from Python."""
ENDING = tuple(number for number in signal.Signals if number.name in {"SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"})
"""The signals that ask a process to end, as far as this system has them."""
GRACE = 0.5
"""Seconds within which requests to end count as one: a wrapper hands Ctrl-C on to who has had it from the terminal."""


class Interrupt:
    """The requests to end that came while work was under way. ``pending``: the signal that waits, or None."""

    def __init__(self, words: str, tell: Callable[[str], None]) -> None:
        self.pending: signal.Signals | None = None
        self._words = words
        self._tell = tell
        self._waits = True
        self._noted = 0.0  # when the first came, by the clock of `time.monotonic`
        self._previous: dict[signal.Signals, Handler] = {}

    def note(self, number: int, frame: FrameType | None) -> None:
        """Let the first signal wait, and later ones through. This is the handler."""
        came = signal.Signals(number)
        if self._waits and self.pending is None:
            self.pending, self._noted = came, time.monotonic()
            self._say()
            return
        if self._waits and time.monotonic() - self._noted < GRACE:
            return
        if self.pending is came:
            self.pending = None
        self._act(came, frame)

    def _say(self) -> None:
        """Tell the person. Where the signal interrupted a write to the same stream, a thread tells it later."""
        try:
            with suppress(OSError, ValueError):  # a terminal that is gone
                self._tell(self._words)
        except RuntimeError:
            with suppress(RuntimeError):  # no threads while the interpreter ends
                threading.Thread(target=self._say_aside).start()

    def _say_aside(self) -> None:
        with suppress(OSError, RuntimeError, ValueError):
            self._tell(self._words)

    def begin(self) -> None:
        """Take the place of the handlers, but of those that ignore, and of those that are not Python's."""
        for number in ENDING:
            handler = signal.getsignal(number)
            if handler not in (signal.SIG_IGN, None):
                self._previous[number] = handler
                signal.signal(number, self.note)

    def end(self) -> None:
        """Put the handlers back, and then let act what has waited."""
        self._waits = False  # from here on a signal acts at once, also where somebody puts this handler back
        try:
            self._put_back(list(self._previous))
        finally:
            pending, self.pending = self.pending, None
            if pending is not None:
                signal.raise_signal(pending)

    def handler(self, number: signal.Signals) -> Handler:
        """Return the handler that stands behind."""
        return self._previous[number] if number in self._previous else signal.getsignal(number)

    def set_handler(self, number: signal.Signals, handler: Handler) -> None:
        """Set the handler that stands behind."""
        if number in self._previous:
            self._previous[number] = handler
        else:
            signal.signal(number, handler)

    def _put_back(self, left: list[signal.Signals]) -> None:
        try:
            while left:
                number = left[-1]
                if signal.getsignal(number) == self.note:  # else the work has set one of its own
                    signal.signal(number, self._previous[number])
                left.pop()
        except BaseException:  # raised by a handler that was put back already
            self._put_back(left)
            raise

    def _act(self, number: signal.Signals, frame: FrameType | None) -> None:
        """Do at once what the signal would have done without us."""
        handler = self.handler(number)
        if callable(handler):
            handler(number, frame)
        elif handler == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)


class _Current:
    """The work of the main thread that is under way; blocks inside its block share its `Interrupt`."""

    def __init__(self) -> None:
        self.interrupt: Interrupt | None = None
        self.depth = 0


_current = _Current()


def pending() -> signal.Signals | None:
    """Return the signal that waits for the end of work in the main thread, or None."""
    return None if _current.interrupt is None else _current.interrupt.pending


@contextmanager
def deferred(words: str, tell: Callable[[str], None] = logger.warning) -> Iterator[Interrupt]:
    """Let Ctrl-C, SIGTERM and SIGHUP wait until the block is done; a second one, after `GRACE`, breaks through at once.

    ``words`` are told to the person when the first one comes: by a log entry, if not by ``tell``. Once the block is
    left, the handler that was there before does what it does: `KeyboardInterrupt` for Ctrl-C by default, with an
    exception of the block as its context. What is ignored stays ignored. In other threads nothing waits; in a block
    within a block, the outermost counts.
    """
    if threading.current_thread() is not threading.main_thread():
        yield Interrupt(words, tell)
        return
    with _within(_current.interrupt or Interrupt(words, tell)) as interrupt:
        yield interrupt


@contextmanager
def _within(interrupt: Interrupt) -> Iterator[Interrupt]:
    _current.depth += 1
    try:
        if _current.interrupt is None:
            _current.interrupt = interrupt
            interrupt.begin()
        yield interrupt
    finally:
        _current.depth -= 1
        if _current.depth == 0:
            _current.interrupt = None
            interrupt.end()


def handler_of(number: signal.Signals) -> Handler:
    """Return the handler of a signal: while it is deferred, the one that acts in the end."""
    return signal.getsignal(number) if _current.interrupt is None else _current.interrupt.handler(number)


def set_handler(number: signal.Signals, handler: Handler) -> None:
    """Set the handler of a signal: while it is deferred, the one that acts in the end. For the main thread."""
    if _current.interrupt is None:
        signal.signal(number, handler)
    else:
        _current.interrupt.set_handler(number, handler)


def _forked() -> None:
    if _current.interrupt is not None:
        _current.interrupt.pending = None  # the signal was the parent's


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
