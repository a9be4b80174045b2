"""`optcloud gurobi run`: a command runs while machines are rented for it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess  # runs what the person typed, without a shell  # nosec B404
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from optcloud.cli.gurobi.launch import entered, launched
from optcloud.cli.gurobi.options import MachineOptions, ReadyTimeout
from optcloud.cli.options import argument, option
from optcloud.cli.session import CliSession
from optcloud.process.exit_guard import Ended, in_order

GRACE = 5.0
"""Seconds that a command has to end after SIGTERM or SIGHUP, which are handed on to it; then it is killed."""


def run(
    session: CliSession,
    *,
    command: Annotated[list[str], argument("COMMAND...", "What to run, with its arguments.")],
    count: Annotated[int, option("--machines", "--count", "-n", "N", "How many machines.", min=1)] = 1,
    options: MachineOptions,
    timeout: ReadyTimeout = None,
) -> None:
    """Run a program on machines that are rented for it.

    Launches machines, waits until they are ready, and runs COMMAND, with GRB_LICENSE_FILE telling Gurobi's programs
    where they are. However COMMAND ends, the machines are killed; the exit code is COMMAND's. OPTCLOUD_GUROBI_POOL has
    their reference, for `attach` in Python.

    Examples:
        optcloud gurobi run -- python plan.py
        optcloud gurobi run --machines 2 --timeout 600 -- gurobi_cl model.lp
    """
    if shutil.which(command[0]) is None:  # found out before anything costs
        raise typer.BadParameter(f"there is no program {command[0]!r}", param_hint="COMMAND")
    wanted = options.read()
    with in_order(), session.connect() as oc, ExitStack() as rented:
        rented.enter_context(session.messages.renting(written_down=oc.gurobi.written_down))
        pool = launched(session, oc, count, wanted, timeout)
        entered(session, rented, pool)
        folder = rented.enter_context(TemporaryDirectory(prefix="optcloud-"))
        license_file = Path(folder) / "gurobi.lic"
        pool.save_license(license_file)
        code = run_child(command, {"GRB_LICENSE_FILE": str(license_file), "OPTCLOUD_GUROBI_POOL": pool.ref})
        rented.close()
        session.messages.say_what_was_killed()
    raise typer.Exit(code)


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
