"""What a person at a terminal sees, on a real pseudo-terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from optcloud.sandbox import AfterPolls, Sandbox

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of POSIX")

BUG = """
from optcloud.cli.session import Session

def connect(self):
    local = "planted-" + "secret"
    raise ZeroDivisionError("a bug")

Session.connect = connect
from optcloud.cli import main
main()
"""


def on_terminal(*command: str) -> tuple[bytes, str]:
    """Run with stderr on a terminal and stdout in a pipe; return both."""
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(ours, 4096):
                shown.append(data)
        except OSError:  # how Linux says that the other end is closed
            return

    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    reader = threading.Thread(target=read)
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        reader.start()
        out, _ = process.communicate(timeout=30)
        reader.join(timeout=30)
    os.close(ours)
    return out, b"".join(shown).decode()


def test_progress_is_shown_on_stderr_and_data_stays_clean(sandbox: Sandbox) -> None:
    sandbox.pace = AfterPolls(1)
    out, shown = on_terminal(sys.executable, "-m", "optcloud", "aimms", "run", "Sandbox", "echo", "--json")
    assert b"\x1b" not in out
    assert "\x1b[" in shown
    assert "queued" in shown
    assert '{"event": "submitted"' in shown


def test_a_bug_of_ours_shows_no_local_variables(bare: None) -> None:
    out, shown = on_terminal(sys.executable, "-c", BUG, "gurobi", "machines")
    assert out == b""
    assert "ZeroDivisionError: a bug" in shown
    assert "planted-secret" not in shown
    assert "╭" not in shown  # typer's picture of a traceback
