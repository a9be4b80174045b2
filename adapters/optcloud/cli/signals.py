"""Requests to end, in order: as Ctrl-C does by itself, SIGTERM and SIGHUP unwind what is under way."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from optcloud.process.signals import ENDING


class Ended(SystemExit):
    """A signal asked to end; the exit code is that of a shell."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number
        self.exit_code = 128 + number


def _end(number: int, _: FrameType | None) -> NoReturn:
    raise Ended(number)


@contextmanager
def in_order() -> Iterator[None]:
    """Raise `Ended` for a signal that would end the process at once, while inside. Ctrl-C does that by itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    taken = [number for number in ENDING if signal.getsignal(number) == signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in taken:
            if signal.getsignal(number) == _end:
                signal.signal(number, signal.SIG_DFL)
