"""`optcloud gurobi launch`: machines are rented. Until they are handed over, they die with the command."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from optcloud.cli.gurobi.machines import machine_records, print_machines
from optcloud.cli.gurobi.options import LicenseFile, MachineOptions, ReadyTimeout
from optcloud.cli.options import argument, flag, refuse_with_no_wait
from optcloud.cli.session import CliSession
from optcloud.core.errors import BadRequest, JobFailed, OptCloudError, Unsupported, WaitTimeout
from optcloud.process.exit_guard import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from optcloud import OptCloud
    from optcloud.gurobi.launch_options import LaunchOptions
    from optcloud.gurobi.models import Machine
    from optcloud.gurobi.pool import Pool
    from optcloud.gurobi.v2.named_pools import NamedPool


def launch(
    session: CliSession,
    *,
    count: Annotated[int, argument("N", "How many machines.", min=1)],
    options: MachineOptions,
    license_file: LicenseFile = None,
    wait: Annotated[bool, flag("--wait/--no-wait", "Wait until the machines can receive jobs.")] = True,
    timeout: ReadyTimeout = None,
) -> None:
    """Launch machines and leave them running.

    They cost money until they are killed. When they cannot be had, are not ready in time, or the command is interrupted
    before they are ready, all are killed.

    Examples:
        optcloud gurobi launch 1
        optcloud gurobi launch 2 --license-file gurobi.lic --idle-shutdown 10
        optcloud gurobi launch 1 --no-wait --json
    """
    if not wait:
        refuse_with_no_wait("--timeout", timeout)
        refuse_with_no_wait("--license-file", license_file)
    wanted = options.read()
    with in_order(), session.connect() as oc, ExitStack() as until_kept:
        with session.messages.renting(written_down=oc.gurobi.written_down):
            pool = launched(session, oc, count, wanted, timeout)
            if wait:
                machines = entered(session, until_kept, pool)
                if license_file is not None:
                    pool.save_license(license_file)
            pool.keep()
            until_kept.pop_all()
        _say_how_on(session, pool.ref, license_file)  # before anything else can go wrong
        if not wait:
            machines = pool.machines()
        print_pool(session, pool.ref, machines, pool.now(), license_file)


def _say_how_on(session: CliSession, ref: str, license_file: Path | None) -> None:
    if license_file is not None:
        words = f"solve on them: export GRB_LICENSE_FILE={license_file.absolute()}"
        session.messages.say(words, event="hint", license_file=str(license_file.absolute()))
    command = f"optcloud gurobi kill {ref}"
    session.messages.say(f"they run until they are killed: {command}", event="hint", kill=command)


def launched(session: CliSession, oc: OptCloud, count: int, options: LaunchOptions, timeout: float | None) -> Pool:
    """Launch machines. The facade's errors get hints for the command line."""
    from optcloud.gurobi.pool import READY_TIMEOUT  # noqa: PLC0415 - loaded with the facade

    look = session.messages.submitting("optcloud gurobi machines list")
    with look, _explained(), session.messages.progress("launch"):
        return oc.gurobi.launch(count, ready_timeout=READY_TIMEOUT if timeout is None else timeout, **options)


@contextmanager
def _explained() -> Iterator[None]:
    """Add to an error of the facade which option or command of the command line helps."""
    try:
        yield
    except BadRequest as error:
        if error.status is None and "strict=False" in str(error):
            error.add_note("here: --allow-unlisted")
        raise
    except OptCloudError as error:
        if "may have happened" in str(error):
            error.add_note("here: optcloud gurobi machines list, kill and reap")
        raise


def entered(session: CliSession, rented: ExitStack, pool: Pool) -> list[Machine]:
    """Wait until they can receive jobs; from here on they are killed when ``rented`` is left. Raises `JobFailed`."""
    try:
        with session.messages.progress("machines"):
            rented.enter_context(pool)
    except WaitTimeout as error:  # nothing runs any more, so it is no time-out of the kind that one waits on after
        raise JobFailed(f"not ready in time, so they were given back: {error}", ref=pool.ref) from error
    return pool.seen


def wait_ready(session: CliSession, pool: Pool | NamedPool, timeout: float | None) -> list[Machine]:
    """Wait until a pool's machines can receive jobs, whosever they are.

    Raises `JobFailed`, `WaitTimeout`; `Unsupported` for a pool of API v2.
    """
    from optcloud.gurobi.pool import Pool  # noqa: PLC0415 - loaded with the facade

    if not isinstance(pool, Pool):
        raise Unsupported(f"{pool.ref}: a pool of API v2 is not waited for by itself; in Python: start_and_wait()")
    session.messages.refs = (pool.ref,)
    with session.messages.progress("machines"):
        return pool.wait_ready(timeout)


def print_pool(
    session: CliSession, ref: str, machines: Iterable[Machine], now: datetime, license_file: Path | None = None
) -> None:
    """Print the machines of a pool and its reference."""
    if not session.out.as_json:
        print_machines(session.out, machines, now)
        return
    record = {"ref": ref, "machines": machine_records(machines, now)}
    session.out.json(record | ({} if license_file is None else {"license_file": str(license_file.absolute())}))
