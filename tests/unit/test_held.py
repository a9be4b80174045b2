"""What is held when a process ends is killed, however it ends but for kill -9: real processes, real signals."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from optcloud.process import exit_guard as held
from unit.process import Process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows sends a process no signals but by its console")
HELP = """
import asyncio, os, signal, sys, threading, time
from pathlib import Path
from optcloud.core.errors import ConfigError
from optcloud.process import exit_guard as held; from optcloud.process import signals as interrupts
interrupts.GRACE = 0
def note(what):
    with open(sys.argv[1], "a") as file:
        file.write(what + "\\n")
def kill(key):
    return lambda: note("killed " + key)
def say(*what):
    os.write(1, (" ".join(map(str, what)) + "\\n").encode())
def wait():
    "In short naps: Python does not see a signal that comes just before it falls asleep."
    while True: time.sleep(0.05)
async def idle():
    while True: await asyncio.sleep(0.05)
class Pool:
    "Killed on the way out, as pools are."
    def __init__(self, key):
        self.key = key
    def __enter__(self):
        held.hold(self.key, kill(self.key))
    def __exit__(self, *_):
        note("left " + self.key)
        held.let_go(self.key)
    async def __aenter__(self):
        self.__enter__()
    async def __aexit__(self, *_):
        await asyncio.sleep(0.01)
        self.__exit__()
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes"
    path.touch()
    return path


def ended(notes: Path, code: str) -> tuple[int, list[str], str]:
    """Run to the end; return the status, what was noted, and the complaints."""
    with Process(HELP + code, notes) as other:
        status, _, complaints = other.end()
    return status, notes.read_text().splitlines(), complaints


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("", 0),
        ("sys.exit(7)", 7),
        ("raise ValueError('of the script')", 1),
        ("raise KeyboardInterrupt", -signal.SIGINT),
    ],
    ids=["normally", "by sys.exit", "by an error", "by Ctrl-C"],
)
def test_a_process_that_ends_kills_what_it_holds(notes: Path, ending: str, status: int) -> None:
    code = f"held.hold('a', kill('a')); held.hold('b', kill('b')); held.let_go('a'); held.let_go('a')\n{ending}"
    assert ended(notes, code)[:2] == (status, ["killed b"])


@pytest.mark.parametrize("one", held.ENDING)
def test_a_signal_leaves_blocks_in_order_and_kills_the_others(notes: Path, one: signal.Signals) -> None:
    code = HELP + "held.hold('outside', kill('outside'))\nwith Pool('inside'):\n    say('ready'); sys.stdin.read()"
    with Process(code, notes) as other:
        other.hear()
        other.signal(one)
        status, _, complaints = other.end()
    assert (status, notes.read_text().splitlines()) == (128 + one, ["left inside", "killed outside"])
    assert complaints == ""


@pytest.mark.parametrize("waiting", ["await idle()", "wait()"], ids=["idle", "in a step"])
def test_a_signal_leaves_asynchronous_blocks_in_order(notes: Path, waiting: str) -> None:
    code = HELP + (
        "async def one(key):\n"
        "    async with Pool(key):\n"
        "        await idle()\n"
        "async def main():\n"
        "    task = asyncio.create_task(one('a'))\n"
        "    async with Pool('b'):\n"
        "        await asyncio.sleep(0.01)\n"
        "        say('ready')\n"
        f"        {waiting}\n"
        "held.hold('outside', kill('outside'))\n"
        "asyncio.run(main())\n"
    )
    with Process(code, notes) as other:
        other.hear()
        other.signal(signal.SIGTERM)
        status, _, complaints = other.end()
    lines = notes.read_text().splitlines()
    assert (status, sorted(lines[:-1]), lines[-1]) == (143, ["left a", "left b"], "killed outside")
    assert complaints == ""


def test_a_second_signal_breaks_off_what_a_block_does_and_what_is_held_is_killed_at_the_end(notes: Path) -> None:
    code = HELP + (
        "class Slow(Pool):\n"
        "    def __exit__(self, *_):\n"
        "        note('leaving'); say('leaving'); sys.stdin.read(); note('never')\n"
        "with Slow('a'):\n"
        "    say('ready'); sys.stdin.read()\n"
    )
    with Process(code, notes) as other:
        other.hear()
        other.signal(signal.SIGTERM)
        assert other.hear() == "leaving"
        other.signal(signal.SIGTERM)
        assert other.end()[0] == 143
    assert notes.read_text().splitlines() == ["leaving", "killed a"]


SLOW = """
def slow():
    note('killing'); say('killing'); sys.stdin.readline(); note('killed slow')
held.hold('a', kill('a')); held.hold('slow', slow)
"""


@pytest.mark.parametrize("one", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_waits_while_the_end_of_the_process_kills(notes: Path, one: signal.Signals) -> None:
    with Process(HELP + SLOW, notes) as other:
        other.hear()
        other.signal(one)
        other.say("go on")
        complaints = other.end()[2]
    assert notes.read_text().splitlines() == ["killing", "killed slow", "killed a"]
    assert held.KILLING in complaints


def test_a_second_signal_while_the_end_of_the_process_kills_breaks_it_off(notes: Path) -> None:
    with Process(HELP + SLOW, notes) as other:
        other.hear()
        other.signal(signal.SIGTERM)
        while not other.complaint().startswith("interrupted"):
            pass
        other.signal(signal.SIGTERM)
        other.end()
    assert notes.read_text().splitlines() == ["killing"]


def test_one_that_cannot_be_killed_does_not_save_the_others(notes: Path) -> None:
    code = (
        "def fails(error):\n"
        "    def kill(): raise error\n"
        "    return kill\n"
        "held.hold('a', kill('a'))\n"
        "held.hold('pool:b', fails(ConfigError('there is no way')))\n"
        "held.hold('pool:c', fails(ValueError('of-a-secret')))\n"
        "held.hold('d', kill('d'))\n"
    )
    status, lines, complaints = ended(notes, code)
    assert (status, sorted(lines)) == (0, ["killed a", "killed d"])
    assert "pool:b: the machines may still run and cost money (there is no way)" in complaints
    assert "pool:c: the machines may still run and cost money (ValueError)" in complaints
    assert "of-a-secret" not in complaints


def test_handlers_are_there_while_something_is_held(notes: Path) -> None:
    code = (
        "def names(): return [getattr(signal.getsignal(one), '__name__', 'default') for one in held.ENDING]\n"
        "assert names() == ['default', 'default']\n"
        "held.hold('a', kill('a')); held.hold('b', kill('b')); held.let_go('a')\n"
        "assert names() == ['_end', '_end'], names()\n"
        "assert held.is_held('b') and not held.is_held('a')\n"
        "held.let_go('b')\n"
        "assert names() == ['default', 'default']\n"
        "held.hold('c', kill('c'))\n"
        "assert names() == ['_end', '_end']\n"
    )
    assert ended(notes, code) == (0, ["killed c"], "")


def test_handlers_of_others_stay(notes: Path) -> None:
    code = (
        "mine = lambda *_: note('mine')\n"
        "signal.signal(signal.SIGTERM, mine); signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "held.hold('a', kill('a'))\n"
        "os.kill(os.getpid(), signal.SIGTERM); os.kill(os.getpid(), signal.SIGHUP)\n"
        "held.let_go('a')\n"
        "assert signal.getsignal(signal.SIGTERM) is mine and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN\n"
        "held.hold('b', kill('b')); signal.signal(signal.SIGHUP, mine); held.let_go('b')\n"
        "assert signal.getsignal(signal.SIGHUP) is mine\n"
    )
    assert ended(notes, code) == (0, ["mine"], "")


def test_what_is_held_by_work_that_defers_signals_is_left_in_order_by_them(notes: Path) -> None:
    """As machines are, that came while the answer to their launch was waited for."""
    code = (
        "with interrupts.deferred('wait'):\n"
        "    held.hold('a', kill('a'))\n"
        "    os.kill(os.getpid(), signal.SIGTERM); time.sleep(0.01); note('launched')\n"
    )
    assert ended(notes, code)[:2] == (143, ["launched", "killed a"])


def test_what_is_let_go_by_work_that_defers_signals_leaves_no_handler(notes: Path) -> None:
    code = (
        "held.hold('a', kill('a'))\n"
        "with interrupts.deferred('wait'):\n"
        "    held.let_go('a')\n"
        "assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL\n"
        "note('let go')\n"
    )
    assert ended(notes, code) == (0, ["let go"], "")


def test_what_another_thread_holds_is_killed_at_the_end(notes: Path) -> None:
    code = (
        "thread = threading.Thread(target=lambda: held.hold('a', kill('a')))\n"
        "thread.start(); thread.join()\n"
        "assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL\n"
        "held.hold('b', kill('b')); held.let_go('b')\n"
    )
    assert ended(notes, code) == (0, ["killed a"], "")


def test_when_another_thread_has_let_go_a_signal_does_what_it_does_by_default(notes: Path) -> None:
    code = HELP + (
        "held.hold('a', kill('a'))\n"
        "thread = threading.Thread(target=lambda: held.let_go('a'))\n"
        "thread.start(); thread.join()\n"
        "say('ready'); sys.stdin.read()\n"
    )
    with Process(code, notes) as other:
        other.hear()
        other.signal(signal.SIGTERM)
        assert other.end()[0] == -signal.SIGTERM
    assert notes.read_text() == ""


@pytest.mark.parametrize("ending", ["os._exit(0)", "sys.exit(0)", "os.kill(os.getpid(), signal.SIGTERM)"])
def test_a_forked_child_leaves_what_its_parent_holds(notes: Path, ending: str) -> None:
    code = (
        "held.hold('a', kill('a'))\n"
        "if not (child := os.fork()):\n"
        "    assert not held.is_held('a') and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL\n"
        f"    {ending}\n"
        "note(str(os.waitpid(child, 0)[1])); assert held.is_held('a')\n"
    )
    status = signal.SIGTERM if "SIGTERM" in ending else 0
    assert ended(notes, code) == (0, [str(int(status)), "killed a"], "")


def test_a_child_of_multiprocessing_kills_what_it_holds_itself_when_it_is_terminated(notes: Path) -> None:
    code = HELP + (
        "import multiprocessing\n"
        "def work(ready):\n"
        "    with Pool('child'):\n"
        "        ready.set(); wait()\n"
        "context = multiprocessing.get_context('fork')\n"
        "ready = context.Event()\n"
        "held.hold('parent', kill('parent'))\n"
        "child = context.Process(target=work, args=(ready,)); child.start(); ready.wait()\n"
        "child.terminate(); child.join(); note(f'child {child.exitcode}')\n"
    )
    assert ended(notes, code.removeprefix(HELP))[:2] == (0, ["left child", "child 143", "killed parent"])
