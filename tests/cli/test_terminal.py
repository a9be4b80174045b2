"""What a person at a terminal sees, on a real pseudo-terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading

import pytest

from optcloud import OptCloud
from optcloud.cli.messages import Messages
from optcloud.core.events import Transferred, Watching
from optcloud.sandbox import AfterPolls, Sandbox
from patience import PATIENCE

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of POSIX")

BUG = """
from optcloud.cli.session import CliSession

def connect(self):
    local = "planted-" + "secret"
    raise ZeroDivisionError("a bug")

CliSession.connect = connect
from optcloud.cli import main
main()
"""


def on_terminal(*command: str, typed: str = "", code: int = 0) -> tuple[bytes, str]:
    """Run with stdin and stderr on a terminal and stdout in a pipe; return what went to the latter two."""
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
        os.write(ours, typed.encode())
        out, _ = process.communicate(timeout=PATIENCE)
        reader.join(PATIENCE)
    os.close(ours)
    assert process.returncode == code
    return out, b"".join(shown).decode()


def test_progress_is_shown_on_stderr_and_data_stays_clean(sandbox: Sandbox) -> None:
    sandbox.pace = AfterPolls(1)
    out, shown = on_terminal(sys.executable, "-m", "optcloud", "aimms", "run", "Sandbox", "echo", "--json")
    assert b"\x1b" not in out
    assert "\x1b[" in shown
    assert "queued" in shown
    assert '{"event": "submitted"' in shown


def test_data_that_comes_while_progress_is_shown_stays_on_stdout(sandbox: Sandbox) -> None:
    with OptCloud() as oc:
        refs = [oc.aimms.run("Sandbox", "echo").ref for _ in range(2)]
    out, shown = on_terminal(sys.executable, "-m", "optcloud", "aimms", "tasks", "wait", *refs)
    assert sorted(out.decode().splitlines()) == sorted(f"succeeded {ref}" for ref in refs)
    assert "2 tasks" in shown
    assert "succeeded" not in shown


@pytest.mark.parametrize(
    ("typed", "code", "left"),
    [("y\n", 0, False), ("Yes\n", 0, False), ("n\n", 1, True), ("\n", 1, True), ("\x04", 1, True)],
)
def test_what_destroys_asks(sandbox: Sandbox, typed: str, code: int, left: bool) -> None:
    delete = ("aimms", "apps", "delete", "Sandbox", "1.0")
    out, shown = on_terminal(sys.executable, "-m", "optcloud", *delete, typed=typed, code=code)
    assert "delete Sandbox 1.0? [y/N]" in shown
    assert bool(out) is not left
    with OptCloud() as oc:
        assert bool(oc.aimms.apps.list("Sandbox")) is left


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_bar_while_bytes_are_sent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    talk = Messages()
    with talk.progress("publishing app.aimmspack"):
        progress = talk._progress
        assert progress is not None
        progress.refresh()
        assert "MiB" not in stream.getvalue()  # nothing is known yet
        print("data")
        talk.hear(Transferred("publishApp", 3 * 2**20, 12 * 2**20, "up"))
        progress.refresh()
        assert "publishing app.aimmspack: sending" in stream.getvalue()
        assert "3.0/12.0 MiB" in stream.getvalue()
        seen = len(stream.getvalue())
        talk.hear(Watching(3, 12, 1.0))
        progress.refresh()
        assert "3 of 12" in stream.getvalue()[seen:]
        assert "MiB" not in stream.getvalue()[seen:].rpartition("\r")[2]  # the bar was that of something else
    assert capsys.readouterr().out == "data\n"


def test_the_progress_line_makes_room_for_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", Terminal())
    talk = Messages()
    with talk.aside():
        pass  # nothing is shown, nothing to take away
    with talk.progress("2 tasks"):
        progress = talk._progress
        assert progress is not None
        with talk.aside():
            assert not progress.live.is_started
        assert progress.live.is_started


def test_a_bug_of_ours_shows_no_local_variables(bare: None) -> None:
    out, shown = on_terminal(sys.executable, "-c", BUG, "gurobi", "machines", "list", code=1)
    assert out == b""
    assert "ZeroDivisionError: a bug" in shown
    assert "planted-secret" not in shown
    assert "╭" not in shown  # typer's picture of a traceback
