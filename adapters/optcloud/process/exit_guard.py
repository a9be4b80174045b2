"""Machines that must not outlive the process: what is held when it ends is killed, but for ``kill -9``.

While something is held, SIGTERM and SIGHUP (SIGBREAK on Windows) raise `Ended` where they would have ended the
process at once, so that ``with`` blocks are left in order; Python does the same for Ctrl-C. Where a handler of someone
else's is installed, that one decides. Handlers run in the main thread and between steps of Python: what is held by
other threads only has none, and within a solver's C code a signal waits until that returns.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from optcloud.core.errors import OptCloudError
from optcloud.process import signals as interrupts

logger = logging.getLogger("optcloud")
ENDING = tuple(number for number in interrupts.ENDING if number is not signal.SIGINT)
KILLING = "interrupted: machines are being killed; once more to leave at once, and let them run"

_held: dict[str, Callable[[], object]] = {}
_ours: set[signal.Signals] = set()  # the signals whose handler is `_end`
_at_exit: list[Callable[[], None]] = []  # what is registered with atexit


class Ended(SystemExit):
    """A signal asked the process to end; the exit code is that of a shell."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number
        self.exit_code = 128 + number


def hold(key: str, kill: Callable[[], object]) -> None:
    """Have ``kill`` called when the process ends, unless the machines are let go before.

    It is called in the main thread, while the interpreter ends: threads and executors cannot be started any more.
    """
    _held[key] = kill
    if not _at_exit:
        _at_exit.append(atexit.register(_kill_all))
    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            if interrupts.handler_of(number) == signal.SIG_DFL:
                interrupts.set_handler(number, _end)
                _ours.add(number)


def let_go(key: str) -> None:
    """Do not kill these any more. Safe to repeat."""
    _held.pop(key, None)
    if not _held:
        _restore()


@contextmanager
def in_order() -> Iterator[None]:
    """Inside the block, let signals raise `Ended` as they do while machines are held: for machines yet to be made."""
    key = uuid.uuid4().hex
    hold(key, lambda: None)
    try:
        yield
    finally:
        let_go(key)


def is_held(key: str) -> bool:
    """Say whether this process holds these machines. (A forked child holds none of its parent's.)"""
    return key in _held


def _restore() -> None:
    """Take the handlers back; from another thread that cannot be done, and they do what the default does."""
    if threading.current_thread() is not threading.main_thread():
        return
    while _ours:
        number = _ours.pop()
        if interrupts.handler_of(number) == _end:
            interrupts.set_handler(number, signal.SIG_DFL)


def _end(number: int, _: FrameType | None) -> None:
    """Leave in order. This is the handler."""
    if _held:
        raise Ended(number)
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def _kill_all() -> None:
    """Kill what is still held, each, whatever becomes of the others."""
    with interrupts.deferred(KILLING):
        while _held:
            key, kill = _held.popitem()
            try:
                kill()
            except OptCloudError as error:
                _not_killed(key, str(error))
            except Exception as error:  # noqa: BLE001 - the others are to be killed all the same
                _not_killed(key, type(error).__name__)  # its words may have secrets
        _restore()


def _not_killed(key: str, why: str) -> None:
    logger.error("%s: the machines may still run and cost money (%s)", key, why)


def _forked() -> None:
    _held.clear()
    _restore()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
