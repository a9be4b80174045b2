"""`optcloud gurobi launch` and `run`: machines are rented; until they are handed over, they die with the command."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.gurobi.child import run_child
from optcloud.cli.gurobi.options import (
    AllowUnlisted,
    GurobiVersion,
    IdleShutdown,
    LicenseFile,
    LicenseId,
    LicenseType,
    MachineType,
    PasswordFile,
    ReadyTimeout,
    Region,
    launch_options,
)
from optcloud.cli.gurobi.tables import machine_records, print_machines
from optcloud.cli.options import check_wait
from optcloud.cli.session import Session
from optcloud.cli.signals import in_order
from optcloud.core.errors import BadRequest, JobFailed, OptCloudError, Unsupported, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from optcloud import OptCloud
    from optcloud.gurobi.launch_options import LaunchOptions
    from optcloud.gurobi.models import Machine
    from optcloud.gurobi.pool import Pool
    from optcloud.gurobi.v2.named_pools import NamedPool

_LICENSE_NAME = "gurobi.lic"


def launch(
    session: Session,
    *,
    count: Annotated[int, typer.Argument(metavar="N", min=1, help="How many.")],
    machine_type: MachineType = None,
    region: Region = None,
    license_type: LicenseType = None,
    license_id: LicenseId = None,
    idle_shutdown: IdleShutdown = None,
    gurobi_version: GurobiVersion = None,
    password_file: PasswordFile = None,
    allow_unlisted: AllowUnlisted = False,
    license_file: LicenseFile = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until they can receive jobs.")] = True,
    timeout: ReadyTimeout = None,
) -> None:
    """Launch machines and leave them running.

    They cost money until they are killed. When they cannot be had, not in time, or the command is interrupted before
    they are ready, all are killed.
    """
    check_wait(waits=wait, timeout=timeout)
    if license_file is not None and not wait:
        raise typer.BadParameter("it makes no sense together with --no-wait", param_hint="--license-file")
    options = launch_options(
        machine_type=machine_type,
        region=region,
        license_type=license_type,
        license_id=license_id,
        idle_shutdown=idle_shutdown,
        gurobi_version=gurobi_version,
        password_file=password_file,
        allow_unlisted=allow_unlisted,
    )
    with in_order(), session.connect() as oc, ExitStack() as until_kept:
        with session.talk.renting(written_down=oc.gurobi.written_down):
            pool = _launched(session, oc, count, options, timeout)
            if wait:
                machines = _entered(session, until_kept, pool)
                if license_file is not None:
                    pool.save_license(license_file)
            pool.keep()
            until_kept.pop_all()
        _say_how_on(session, pool.ref, license_file)  # before anything else can go wrong
        if not wait:
            machines = pool.machines()
        print_pool(session, pool.ref, machines, pool.now(), license_file)


def _say_how_on(session: Session, ref: str, license_file: Path | None) -> None:
    if license_file is not None:
        words = f"solve on them: export GRB_LICENSE_FILE={license_file.absolute()}"
        session.talk.say(words, event="hint", license_file=str(license_file.absolute()))
    command = f"optcloud gurobi kill {ref}"
    session.talk.say(f"they run until they are killed: {command}", event="hint", kill=command)


def run(
    session: Session,
    *,
    command: Annotated[list[str], typer.Argument(metavar="COMMAND...", help="What to run, with its arguments.")],
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=1, help="How many machines.")] = 1,
    machine_type: MachineType = None,
    region: Region = None,
    license_type: LicenseType = None,
    license_id: LicenseId = None,
    idle_shutdown: IdleShutdown = None,
    gurobi_version: GurobiVersion = None,
    password_file: PasswordFile = None,
    allow_unlisted: AllowUnlisted = False,
    timeout: ReadyTimeout = None,
) -> None:
    """Run a command on machines of its own.

    Launches machines, waits, runs COMMAND with GRB_LICENSE_FILE naming them to Gurobi's programs, and kills them
    however it ends; exit code is the command's. OPTCLOUD_GUROBI_POOL is their reference, for `attach` in Python.
    """
    if shutil.which(command[0]) is None:  # found out before anything costs
        raise typer.BadParameter(f"there is no program {command[0]!r}", param_hint="COMMAND")
    options = launch_options(
        machine_type=machine_type,
        region=region,
        license_type=license_type,
        license_id=license_id,
        idle_shutdown=idle_shutdown,
        gurobi_version=gurobi_version,
        password_file=password_file,
        allow_unlisted=allow_unlisted,
    )
    with in_order(), session.connect() as oc, ExitStack() as rented:
        rented.enter_context(session.talk.renting(written_down=oc.gurobi.written_down))
        pool = _launched(session, oc, count, options, timeout)
        _entered(session, rented, pool)
        folder = rented.enter_context(TemporaryDirectory(prefix="optcloud-"))
        license_file = Path(folder) / _LICENSE_NAME
        pool.save_license(license_file)
        code = run_child(command, {"GRB_LICENSE_FILE": str(license_file), "OPTCLOUD_GUROBI_POOL": pool.ref})
        rented.close()
        session.talk.say_what_was_killed()
    raise typer.Exit(code)


def _launched(session: Session, oc: OptCloud, count: int, options: LaunchOptions, timeout: float | None) -> Pool:
    from optcloud.gurobi.pool import READY_TIMEOUT  # noqa: PLC0415 - loaded with the facade

    with session.talk.submitting("optcloud gurobi machines"), _explained(), session.talk.progress("launch"):
        return oc.gurobi.launch(count, ready_timeout=READY_TIMEOUT if timeout is None else timeout, **options)


@contextmanager
def _explained() -> Iterator[None]:
    """Add to what the facade says how the same is done here."""
    try:
        yield
    except BadRequest as error:
        if error.status is None and "strict=False" in str(error):
            error.add_note("here: --allow-unlisted")
        raise
    except OptCloudError as error:
        if "may have happened" in str(error):
            error.add_note("here: optcloud gurobi machines, kill and reap")
        raise


def _entered(session: Session, rented: ExitStack, pool: Pool) -> list[Machine]:
    """Wait until they can receive jobs; from here on they are killed when ``rented`` is left. Raises `JobFailed`."""
    try:
        with session.talk.progress("machines"):
            rented.enter_context(pool)
    except WaitTimeout as error:  # nothing runs any more, so it is no time-out of the kind that one waits on after
        raise JobFailed(f"not ready in time, so they were given back: {error}", ref=pool.ref) from error
    return pool.seen


def wait_ready(session: Session, pool: Pool | NamedPool, timeout: float | None) -> list[Machine]:
    """Wait until a pool's machines can receive jobs, whosever they are.

    Raises `JobFailed`, `WaitTimeout`; `Unsupported` for a pool of API v2.
    """
    from optcloud.gurobi.pool import Pool  # noqa: PLC0415 - loaded with the facade

    if not isinstance(pool, Pool):
        raise Unsupported(f"{pool.ref}: a pool of API v2 is not waited for by itself; in Python: start_and_wait()")
    session.talk.refs = (pool.ref,)
    with session.talk.progress("machines"):
        return pool.wait_ready(timeout)


def print_pool(
    session: Session, ref: str, machines: Iterable[Machine], now: datetime, license_file: Path | None = None
) -> None:
    """Print the machines of a pool and its reference."""
    if not session.out.as_json:
        print_machines(session.out, machines, now)
        return
    record = {"ref": ref, "machines": machine_records(machines, now)}
    session.out.json(record | ({} if license_file is None else {"license_file": str(license_file.absolute())}))
