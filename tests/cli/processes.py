"""The command line in processes of its own, with real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dispositions import IN_CHILD
from patience import PATIENCE

START = (
    IN_CHILD
    + """
from optcloud.cli import main
from optcloud.process import signals as interrupts
interrupts.GRACE = 0  # a test is quicker than a person
main()
"""
)


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


def interrupt(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> tuple[str, str]:
    process.send_signal(number)
    return process.communicate()


def said(process: subprocess.Popen[str], words: str) -> str:
    """Read what it says up to a line with these words; return all lines until then."""
    assert process.stderr is not None
    lines = ""
    for line in process.stderr:
        lines += line
        if words in line:
            return lines
    raise AssertionError(f"it ended without {words!r}: {lines}")
