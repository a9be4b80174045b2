"""A program that a command runs: its signals, and its exit code."""

from __future__ import annotations

import shutil
import signal
import subprocess  # runs what the person typed, without a shell  # nosec B404
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import typer

from optcloud.process.exit_guard import Ended
from optcloud.process.signals import deferred

STARTING = "interrupted: the program has just been started, and is told"
GRACE = 5.0
"""Seconds that a program has to end after SIGTERM or SIGHUP, which are handed on to it; then it is killed."""


def check_program(command: Sequence[str]) -> None:
    """Refuse a program that is not there, before anything is done for it."""
    if shutil.which(command[0]) is None:
        raise typer.BadParameter(f"there is no program {command[0]!r}", param_hint="COMMAND")


def run_child(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program in an environment; return its exit code, as a shell tells it.

    Ctrl-C is the program's own to act on; it is waited for. SIGTERM and SIGHUP are handed on, and raised (`Ended`) once
    it has ended.
    """
    child: subprocess.Popen[bytes] | None = None
    try:
        with deferred(STARTING):  # a signal in between would leave the program to nobody
            child = subprocess.Popen(command, env=dict(environment))  # noqa: S603 - the person's own program  # nosec B603
        with _ctrl_c_left_to(child):
            code = child.wait()
    except Ended as ended:
        if child is not None:
            _end(child, ended.number)
        raise
    except BaseException:
        if child is not None:
            child.kill()
            child.wait()
        raise
    return 128 - code if code < 0 else code


@contextmanager
def _ctrl_c_left_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave Ctrl-C to the child: a terminal sends it to both; without a terminal it is handed on."""
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
        child.wait()
