"""A command that runs while machines are rented for it."""

from __future__ import annotations

import os
import signal
import subprocess  # runs what the person typed, without a shell  # nosec B404
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from optcloud.cli.signals import Ended

GRACE = 5.0
"""Seconds that a command has to end after SIGTERM or SIGHUP, which are handed on to it; then it is killed."""


def run_child(command: Sequence[str], more: Mapping[str, str]) -> int:
    """Run a command with ``more`` in its environment; return its exit code, as a shell tells it.

    Ctrl-C is the command's own to act on; it is waited for. SIGTERM and SIGHUP are handed on, and raised (`Ended`) once
    it has ended.
    """
    with subprocess.Popen(command, env={**os.environ, **more}) as child:  # noqa: S603 - the person's own command  # nosec B603
        try:
            with _ctrl_c_left_to(child):
                code = child.wait()
        except Ended as ended:
            _end(child, ended.number)
            raise
        except BaseException:
            child.kill()
            raise
    return 128 - code if code < 0 else code


@contextmanager
def _ctrl_c_left_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Do not act on Ctrl-C: a terminal sends it to the command, too; where there is none, it is handed on."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield
        return
    at_terminal = sys.stdin.isatty() or sys.stderr.isatty()
    before = signal.signal(signal.SIGINT, lambda *_: None if at_terminal else child.send_signal(signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(child: subprocess.Popen[bytes], number: int) -> None:
    child.send_signal(number)
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
