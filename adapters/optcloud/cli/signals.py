"""SIGTERM and SIGHUP end a command as Ctrl-C does: by an exception, so that what is open is closed."""

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
def signals_raised() -> Iterator[None]:
    """Raise `Ended`, inside the block, for a signal that would end the process at once."""
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
