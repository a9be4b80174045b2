"""`optcloud gurobi reap`: what processes that died have left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from optcloud.cli.gurobi.machines import machine_records, print_killed
from optcloud.cli.options import DryRun, option
from optcloud.cli.output import Output
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, text_column
from optcloud.cli.times import instant

if TYPE_CHECKING:
    from optcloud.gurobi.ledger import LaunchEntry
    from optcloud.gurobi.reaping import Reaped

_LAUNCH_COLUMNS = (
    text_column("Launch", "what", 2),
    Column("Count", "count", 4),
    text_column("Machines", "ids"),  # many: folded between them
    Column("Asked at", "at", 3),
    Column("By", "owner", 5),
    text_column("For", "asked", 6),
)
_MEANING = {  # the field of `Reaped`: what it means, in the order in which it matters
    "unproven": "not proven which machines are its own: look yourself (optcloud gurobi machines list)",
    "awaited": "its machines may still show up: looked for again at the next start",
    "held": "held by a process that lives, or that of another host",
    "kept": "kept: runs until somebody kills it",
}


def reap(
    session: CliSession,
    *,
    host: Annotated[
        list[str] | None,
        option("NAME", "Also what this host launched; all its processes must have ended; may be repeated."),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Kill machines that were left behind by commands that died.

    Only what this user launched, by the ledger on this machine. Each command of `optcloud gurobi` does it first, too.

    Examples:
        optcloud gurobi reap --dry-run
        optcloud gurobi reap --host old-laptop
    """
    with session.connect() as oc:
        with session.messages.progress("machines"):
            reaped = oc.gurobi.survey(host or ()) if dry_run else oc.gurobi.reap(host or ())
        now = oc.gurobi.now()
    if session.out.as_json:
        session.out.json(_record(reaped, now, dry_run=dry_run))
    else:
        _print(session, reaped, now, dry_run=dry_run)
    if reaped.unproven:
        words = f"{len(reaped.unproven)} launches with a password of your own: see optcloud gurobi machines list"
        session.messages.say(words, event="unproven", launches=[entry.launch for entry in reaped.unproven])


def _record(reaped: Reaped, now: datetime, *, dry_run: bool) -> dict[str, Any]:
    launches = {name: [_launch_record(entry) for entry in getattr(reaped, name)] for name in _MEANING}
    return {"dry_run": dry_run, "killed": machine_records(reaped.killed, now), **launches}


def _print(session: CliSession, reaped: Reaped, now: datetime, *, dry_run: bool) -> None:
    out = session.out
    if reaped.killed:
        out.lines("would be killed:" if dry_run else "killed:")
    print_killed(out, reaped.killed, now, empty="nothing to kill")
    launches = [(words, entry) for name, words in _MEANING.items() for entry in getattr(reaped, name)]
    if launches:
        out.lines("launches that are written down:")
        _print_launches(out, launches)


def _launch_record(entry: LaunchEntry) -> dict[str, Any]:
    """Return a launch of the ledger as JSON has it."""
    return {
        "launch": entry.launch,
        "count": entry.count,
        "ids": list(entry.ids),
        "at": _at(entry).isoformat(timespec="seconds"),
        "owner": entry.owner,
        "alive": entry.alive,
        "asked": dict(entry.parameters),
    }


def _print_launches(out: Output, launches: Iterable[tuple[str, LaunchEntry]]) -> None:
    """Print launches of the ledger for people, each with a word for what becomes of it."""
    rows = []
    for what, entry in launches:
        asked = ", ".join(f"{name}={value}" for name, value in entry.parameters.items() if name != "numMachines")
        seen = {"what": what, "ids": ", ".join(entry.ids), "at": instant(_at(entry)), "asked": asked}
        rows.append(_launch_record(entry) | seen)
    out.table(_LAUNCH_COLUMNS, rows, empty="no launches are written down")


def _at(entry: LaunchEntry) -> datetime:
    return datetime.fromtimestamp(entry.at, UTC)
