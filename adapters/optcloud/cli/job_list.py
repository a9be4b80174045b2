"""`optcloud job list` and `show`: the jobs that were submitted from here, and how one stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from optcloud.cli.gurobi.launch import print_pool
from optcloud.cli.options import Limit, Ref, flag, state_option
from optcloud.cli.output import pick
from optcloud.cli.results import status_record
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column
from optcloud.cli.times import instant
from optcloud.core.errors import JobGone
from optcloud.core.states import State

if TYPE_CHECKING:
    from optcloud.process.job_history import KnownJob

CloudName: TypeAlias = Literal["aimms", "adiutaopt", "gurobi"]
_COLUMNS = (
    name_column("Reference", "ref"),
    Column("Last state", "state"),
    Column("What", "what", 2),
    Column("Submitted", "submitted_at", 3),
)


def list_jobs(
    session: CliSession,
    *,
    cloud: Annotated[CloudName | None, flag("--cloud", "Only of this cloud.")] = None,
    states: Annotated[list[str] | None, state_option((*(state.value for state in State), "gone"))] = None,
    limit: Limit = 50,
) -> None:
    """List jobs that were submitted from this machine, the newest first.

    The command line keeps their references: those of all profiles, or of the one that --profile names. A state is that
    of the last look: no cloud is asked. OPTCLOUD_HISTORY is the file, or off.

    Examples:
        optcloud job list
        optcloud job list --cloud adiutaopt --state queued --state running
        optcloud job list --limit 500 --json
    """
    if session.history.path is None:
        session.messages.say("no history is kept: OPTCLOUD_HISTORY is off", event="history off")
    found = session.history.jobs(cloud=cloud, profile=session.profile, states=states or (), limit=limit + 1)
    records = [_record(job) if session.out.as_json else _row(job) for job in found]
    session.out.records(_COLUMNS, records, empty="no jobs", limit=limit)


def show_job(session: CliSession, *, ref: Ref) -> None:
    """Show how a job stands now, and what is known of it.

    The cloud is asked once. Of machines, those that are there are listed. With --last, it is the newest job.

    Examples:
        optcloud job show aimms:default/6f1c
        optcloud job show aimms:default/6f1c --json
    """
    known = session.history.find(ref)
    told = {} if known is None else pick(known, "what") | {"submitted_at": instant(known.submitted_at)}
    if ref.startswith("gurobi:"):
        _show_machines(session, ref)
        return
    status = session.call_job(ref, lambda job: job.poll())
    session.history.note(ref, status.state.value)
    session.out.fields(status_record(ref, status) | told)


def _show_machines(session: CliSession, ref: str) -> None:
    """Print the machines of a reference that are still there. Raises `JobGone` where none is."""
    with session.connect() as oc, session.messages.progress(ref):
        pool: Any = oc.attach(ref)
        machines = pool.machines()
        now = pool.now() if hasattr(pool, "now") else datetime.now(UTC)
    if not machines:
        raise JobGone(f"{ref}: none of its machines is there any more", ref=ref)
    print_pool(session, ref, machines, now)


def _record(job: KnownJob) -> dict[str, Any]:
    """Return a job as JSON has it; times as ISO 8601 in UTC."""
    times = {name: getattr(job, name).isoformat(timespec="seconds") for name in ("submitted_at", "seen_at")}
    return pick(job.reference, "cloud", "profile") | pick(job, "ref", "what", "state") | times


def _row(job: KnownJob) -> dict[str, Any]:
    return _record(job) | {"submitted_at": instant(job.submitted_at)}
