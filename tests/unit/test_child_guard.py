"""What a process leaves is ended: programs with all that they started, and folders."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optcloud.process.child_guard import ChildGuard
from patience import eventually
from unit.process import Process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are a thing of POSIX")
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
CODE = f"""
import json, os, subprocess, sys
from optcloud.process.child_guard import ChildGuard
guard = ChildGuard()
def start():
    child = subprocess.Popen({SLEEPER!r}, start_new_session=True)
    guard.watch(child.pid)
    return child.pid
folder = guard.folder()
def say(*what): print(json.dumps(what), flush=True)
"""


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_is_left_ends_with_the_process(number: int) -> None:
    with Process(CODE + "say(start(), start(), str(folder.__enter__())); sys.stdin.read()") as process:
        one, two, folder = json.loads(process.hear())
        (Path(folder) / "secret").touch()
        assert lives(one) and lives(two) and stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        process.signal(number)
        eventually(lambda: not lives(one) and not lives(two) and not Path(folder).exists())


def test_what_was_forgotten_runs_on() -> None:
    with Process(CODE + "one, two = start(), start(); guard.forget(one); say(one, two); sys.stdin.read()") as process:
        forgotten, watched = json.loads(process.hear())
        process.kill()
        eventually(lambda: not lives(watched))
        assert lives(forgotten)
        os.kill(forgotten, signal.SIGKILL)


def test_a_guard_that_somebody_ended_is_replaced() -> None:
    code = CODE + "one = start(); say(one, guard._process.pid); sys.stdin.readline(); say(start()); sys.stdin.read()"
    with Process(code) as process:
        one, guard = json.loads(process.hear())
        os.kill(guard, signal.SIGKILL)
        while lives(guard) and Path(f"/proc/{guard}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.002)
        process.say()
        (two,) = json.loads(process.hear())
        process.kill()
        eventually(lambda: not lives(one) and not lives(two))


def test_a_forked_child_does_not_keep_what_its_parent_left() -> None:
    code = CODE.replace("ChildGuard()", "__import__('optcloud.process.child_guard', fromlist=['x']).guard") + (
        "one = start()\nif os.fork():\n    say(one); sys.stdin.read()\nsys.stdin.read(); import time; time.sleep(600)\n"
    )
    with Process(code) as process:
        (one,) = json.loads(process.hear())
        process.kill()
        eventually(lambda: not lives(one))


def test_a_folder_is_removed_at_the_end_of_its_block() -> None:
    guard = ChildGuard()
    with guard.folder() as folder:
        (folder / "file").touch()
    assert not folder.exists()
    child = subprocess.Popen(SLEEPER, start_new_session=True)
    guard.watch(child.pid)
    assert guard._process is not None and guard._process.stdin is not None
    guard._process.stdin.close()
    guard._process.wait()
    assert child.wait() == -signal.SIGKILL
