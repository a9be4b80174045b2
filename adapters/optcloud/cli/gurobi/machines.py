"""`optcloud gurobi machines` and `kill`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.group import CommandGroup
from optcloud.cli.gurobi.rented import counted
from optcloud.cli.options import AnyLimit, Yes, argument, flag, read_reference, state_option
from optcloud.cli.output import Output, pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column
from optcloud.cli.times import instant, machine_hours, two_places

if TYPE_CHECKING:
    from optcloud import OptCloud
    from optcloud.core.reference import Reference
    from optcloud.gurobi.models import Machine

app = CommandGroup(
    default="list",
    help="""Machines that are rented.

    Without a command, they are listed.

    Examples:
        optcloud gurobi machines
        optcloud gurobi machines list --state idle --json
    """,
)

_MACHINE_COLUMNS = (
    name_column("Id", "id"),
    Column("State", "state"),
    Column("Name", "dns_name", 3),
    Column("Type", "machine_type", 5),
    Column("Region", "region", 6),
    Column("License", "license_type", 7),
    Column("Created", "created", 4),
    Column("Hours", "hours", 2),
    Column("Idle shutdown", "idle_shutdown", 8),
)
_STATES = (  # the vendor's words
    *("launching", "pending", "obtaining license", "idle", "running", "killing", "shutting down"),
    *("launch error", "error"),
)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_FIELDS = ("id", "state", "dns_name", "machine_type", "region", "license_type", "license_id", "create_time")


@app.command("list")
def list_machines(
    session: CliSession,
    *,
    states: Annotated[list[str] | None, state_option(_STATES)] = None,
    limit: AnyLimit = None,
) -> None:
    """List machines, the newest first, and their hours.

    Examples:
        optcloud gurobi machines list
        optcloud gurobi machines list --json
    """
    with session.connect() as oc:
        with session.messages.progress("machines"):
            listed = oc.gurobi.machines()
        wanted = [machine for machine in listed if not states or machine.state in states]
        newest = sorted(wanted, key=lambda machine: machine.created or _BEGINNING, reverse=True)
        print_machines(session.out, newest, oc.gurobi.now(), limit=limit)


def kill(
    session: CliSession,
    *,
    targets: Annotated[
        list[str] | None, argument("REF|ID...", "References that `launch` printed, or ids of machines.")
    ] = None,
    everything: Annotated[bool, flag("--all", "All machines of the account, whosever they are.")] = False,
    yes: Yes = False,
) -> None:
    """Kill machines.

    Of a reference, those that are still there. Of ids, all or none: one that is not there is an error.

    Examples:
        optcloud gurobi kill gurobi:default/6gJx
        optcloud gurobi kill 6gJx 7hKy
        optcloud gurobi kill --all --yes
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
    print_killed(session.out, killed, now, empty="no machines were left to kill")


def _all(session: CliSession, oc: OptCloud, *, yes: bool) -> list[str]:
    ids = [machine.id for machine in oc.gurobi.machines() if not (machine.leaving or machine.failed)]
    if ids:
        session.confirm(f"kill {counted(ids)} ({', '.join(ids)})", yes=yes)
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
    with session.messages.quiet_about_kills():
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


def print_machines(out: Output, machines: Iterable[Machine], now: datetime, *, limit: int | None = None) -> None:
    """Print a list of machines with their hours so far; ``now`` is the vendor's time."""
    listed = list(machines)
    records = machine_records(listed, now) if out.as_json else [_row(machine, now) for machine in listed]
    out.records(_MACHINE_COLUMNS, records, empty="no machines", limit=limit)


def print_killed(out: Output, machines: Iterable[Machine], now: datetime, *, empty: str) -> None:
    """Print machines that were killed, for people in a pipe, too."""
    listed = list(machines)
    if out.as_json:
        out.json(machine_records(listed, now))
    else:
        out.table(_MACHINE_COLUMNS, [_row(machine, now) for machine in listed], empty=empty)


def machine_records(machines: Iterable[Machine], now: datetime) -> list[dict[str, Any]]:
    """Return machines as JSON has them: hours as text (JSON has no exact numbers), times as ISO 8601 in UTC."""
    return [_record(machine, now) for machine in machines]


def _record(machine: Machine, now: datetime) -> dict[str, Any]:
    hours = machine.hours(now)
    return pick(machine, *_FIELDS) | {
        "created": machine.created and machine.created.isoformat(),
        "hours": None if hours is None else str(hours),
        "idle_shutdown": machine.idle_shutdown,
    }


def _row(machine: Machine, now: datetime) -> dict[str, Any]:
    return _record(machine, now) | {
        "created": machine.create_time if machine.created is None else instant(machine.created),
        "hours": two_places(machine.hours(now)),
        "idle_shutdown": _idle(machine.idle_shutdown),
    }


def _idle(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return f"{minutes} min" if minutes else "off"
