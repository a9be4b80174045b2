"""`optcloud gurobi machines`, `licenses` and `kill`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.gurobi.rented import counted
from optcloud.cli.gurobi.tables import print_licenses, print_machines
from optcloud.cli.options import Yes, argument, read_reference
from optcloud.cli.prompts import confirm
from optcloud.cli.session import CliSession
from optcloud.cli.times import machine_hours

if TYPE_CHECKING:
    from optcloud import OptCloud
    from optcloud.core.reference import Reference
    from optcloud.gurobi.models import Machine


def machines(session: CliSession) -> None:
    """List machines, with the hours that they have run."""
    with session.connect() as oc:
        with session.messages.progress("machines"):
            listed = oc.gurobi.machines()
        print_machines(session.out, listed, oc.gurobi.now())


def licenses(session: CliSession) -> None:
    """List licenses; says which end soon, or have little credit left."""
    listed = session.call("licenses", lambda oc: oc.gurobi.licenses())
    print_licenses(session.out, listed)


def kill(
    session: CliSession,
    *,
    targets: Annotated[list[str] | None, argument("REF|ID...", "What `launch` said, or ids of machines.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All machines of the account, whosever they are.")] = False,
    yes: Yes = False,
) -> None:
    """Kill machines.

    Of a reference, those that are still there. Of ids, all or none: one that is not there is an error.
    """
    if everything == bool(targets):
        raise typer.BadParameter("name machines, or say --all")
    references = [read_reference(target) for target in targets or () if ":" in target]
    if any(reference.cloud != "gurobi" for reference in references):
        raise typer.BadParameter("only references that begin with gurobi: name machines")
    ids = [target for target in targets or () if ":" not in target]
    with session.connect() as oc:
        if everything:
            ids = _all(session, oc, yes=yes)
        killed, now = _kill_ids(oc, ids) if ids else ([], datetime.now(UTC))
        for reference in references:
            more, now = _kill_pool(session, oc, reference)
            killed += more
    _say_hours(session, killed, now)
    print_machines(session.out, killed, now, empty="no machines were left to kill")


def _all(session: CliSession, oc: OptCloud, *, yes: bool) -> list[str]:
    ids = [machine.id for machine in oc.gurobi.machines() if not (machine.leaving or machine.failed)]
    if ids:
        confirm(session.messages, f"kill {counted(ids)} ({', '.join(ids)})", yes=yes)
    return ids


def _kill_ids(oc: OptCloud, ids: list[str]) -> tuple[list[Machine], datetime]:
    from optcloud.gurobi.errors import InvalidMachineIds  # noqa: PLC0415 - loaded with the facade

    try:
        return oc.gurobi.kill(ids), oc.gurobi.now()
    except InvalidMachineIds as error:
        listed = {machine.id for machine in oc.gurobi.machines()}
        there = [id_ for id_ in ids if id_ in listed]
        error.add_note(f"nothing was killed; not there: {', '.join(id_ for id_ in ids if id_ not in listed) or 'none'}")
        if there:
            error.add_note(f"kill the others: optcloud gurobi kill {' '.join(there)}")
        raise


def _kill_pool(session: CliSession, oc: OptCloud, reference: Reference) -> tuple[list[Machine], datetime]:
    pool: Any = oc.attach(str(reference))
    with session.messages.quiet_of_kills():
        killed = pool.kill()
    gone = [id_ for id_ in reference.path if id_ not in {machine.id for machine in killed}]
    if gone:
        session.messages.say(f"gone before: {', '.join(gone)}", event="gone before", ref=str(reference), machines=gone)
    return killed, pool.now()


def _say_hours(session: CliSession, killed: list[Machine], now: datetime) -> None:
    from optcloud.gurobi.models import machine_hours as hours_of  # noqa: PLC0415 - loaded with the facade

    if killed:
        ids, hours = [machine.id for machine in killed], hours_of(killed, now)
        words = f"{counted(ids)} killed, {machine_hours(hours)}"
        session.messages.say(words, event="machines killed", machines=ids, hours=str(hours))
