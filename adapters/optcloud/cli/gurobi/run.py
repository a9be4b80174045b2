"""`optcloud gurobi run`: a command runs while machines are rented for it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from optcloud.cli.child import check_program, run_child
from optcloud.cli.gurobi.launch import entered, launched
from optcloud.cli.gurobi.options import MachineOptions, ReadyTimeout
from optcloud.cli.options import argument, option
from optcloud.cli.session import CliSession
from optcloud.process.exit_guard import in_order


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
    check_program(command)  # before anything costs
    wanted = options.read()
    with in_order(), session.connect() as oc, ExitStack() as rented:
        rented.enter_context(session.messages.renting(written_down=oc.gurobi.written_down))
        pool = launched(session, oc, count, wanted, timeout)
        entered(session, rented, pool)
        folder = rented.enter_context(TemporaryDirectory(prefix="optcloud-"))
        license_file = Path(folder) / "gurobi.lic"
        pool.save_license(license_file)
        machines = {"GRB_LICENSE_FILE": str(license_file), "OPTCLOUD_GUROBI_POOL": pool.ref}
        code = run_child(command, os.environ | machines)
        rented.close()
        session.messages.say_what_was_killed()
    raise typer.Exit(code)
