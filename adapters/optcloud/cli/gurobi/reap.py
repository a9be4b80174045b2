"""`optcloud gurobi reap`: what processes that died have left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from optcloud.cli.gurobi.tables import launch_record, machine_records, print_launches, print_machines
from optcloud.cli.options import DryRun, option
from optcloud.cli.session import CliSession

if TYPE_CHECKING:
    from datetime import datetime

    from optcloud.gurobi.reaping import Reaped

_MEANING = {  # the field of `Reaped`: what it means, in the order in which it matters
    "unproven": "not proven which machines are its own: look yourself (optcloud gurobi machines)",
    "awaited": "its machines may still show up: looked for again at the next start",
    "held": "held by a process that lives, or that of another host",
    "kept": "kept: runs until somebody kills it",
}


def reap(
    session: CliSession,
    *,
    host: Annotated[
        list[str] | None, option("--host", "NAME", "Another host whose processes are all dead; may be repeated.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Kill machines that dead processes left.

    Only what this user launched, by the ledger on this machine. Each command of `optcloud gurobi` does it first, too.
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
        words = f"{len(reaped.unproven)} launches with a password of your own: look yourself: optcloud gurobi machines"
        session.messages.say(words, event="unproven", launches=[entry.launch for entry in reaped.unproven])


def _record(reaped: Reaped, now: datetime, *, dry_run: bool) -> dict[str, Any]:
    launches = {name: [launch_record(entry) for entry in getattr(reaped, name)] for name in _MEANING}
    return {"dry_run": dry_run, "killed": machine_records(reaped.killed, now), **launches}


def _print(session: CliSession, reaped: Reaped, now: datetime, *, dry_run: bool) -> None:
    out = session.out
    if reaped.killed:
        out.lines("would be killed:" if dry_run else "killed:")
    print_machines(out, reaped.killed, now, empty="nothing to kill")
    launches = [(words, entry) for name, words in _MEANING.items() for entry in getattr(reaped, name)]
    if launches:
        out.lines("launches that are written down:")
        print_launches(out, launches)
