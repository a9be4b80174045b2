"""`optcloud job`: jobs of any cloud, by their references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve

from optcloud.cli import job_list
from optcloud.cli.adiutaopt.pictures import Gantt
from optcloud.cli.adiutaopt.table_files import check_plan_file
from optcloud.cli.aimms.tasks import wait_for
from optcloud.cli.group import CommandGroup
from optcloud.cli.gurobi.launch import print_pool, wait_ready
from optcloud.cli.options import Ref, ResultFile, Timeout, argument, read_reference
from optcloud.cli.results import print_result, print_status
from optcloud.cli.session import CliSession
from optcloud.core.errors import JobGone, Unsupported
from optcloud.core.reference import Reference

if TYPE_CHECKING:
    from optcloud.gurobi.pool import Pool
    from optcloud.gurobi.v2.named_pools import NamedPool

LONG_AGO = "1970-01-01T00:00:00+00:00"


def _checked(references: list[str]) -> list[str]:
    """Several jobs are waited for together where they are tasks of AIMMS PRO."""
    known = [str(read_reference(text)) for text in references]
    if len(known) > 1 and not all(ref.startswith("aimms:") for ref in known):
        raise typer.BadParameter("only tasks of AIMMS PRO are waited for together; wait for these one by one")
    return known


Refs = Annotated[list[str], argument("REF...", "Reference of a job, such as aimms:default/6f1c…", callback=_checked)]

app = CommandGroup(
    help="""Jobs of any cloud, by their references.

    Examples:
        optcloud job wait aimms:default/6f1c
        optcloud job result aimms:default/6f1c -o response.json
    """
)


app.command("list")(job_list.list_jobs)
app.command("show")(job_list.show_job)


@app.command()
def wait(session: CliSession, references: Refs, timeout: Timeout = None) -> None:
    """Wait until a job has ended, or until machines are ready.

    Several references: tasks of AIMMS PRO, each told as it ends, at the cost of one look at a time. What nobody knows
    ends the wait at once with exit code 5; of several, it is told, the others are waited for, and 5 comes at the end.

    Examples:
        optcloud job wait aimms:default/6f1c
        optcloud job wait adiutaopt:default/shift/KEY --timeout 600
        optcloud job wait aimms:default/6f1c aimms:default/6f1d
    """
    if len(references) > 1:
        wait_for(session, references, timeout)
        return
    ref = references[0]
    session.messages.refs = (ref,)
    with _attached(session, ref) as job:
        if ref.startswith("gurobi:"):
            _refuse_unknown(job)
            print_pool(session, ref, wait_ready(session, job, timeout), job.now())
            return
        with session.messages.progress(ref):
            status = job.wait(timeout)
    print_status(session, ref, status)


@app.command()
def result(
    session: CliSession, *, ref: Ref, timeout: Timeout = None, output: ResultFile = None, gantt: Gantt = None
) -> None:
    """Wait for a job, then print or save its result.

    Examples:
        optcloud job result aimms:default/6f1c -o response.json
        optcloud job result adiutaopt:default/shift/KEY --gantt plan.html
    """
    _refuse_machines(ref)
    if ref.startswith("adiutaopt:"):
        check_plan_file(output)
    if gantt is not None and not ref.startswith("adiutaopt:"):
        raise typer.BadParameter("only plans of adiutaOpt are drawn", param_hint="--gantt")
    with _attached(session, ref) as job:
        print_result(session, job, timeout=timeout, file=output, gantt=gantt)


@app.command()
def stop(session: CliSession, ref: Ref) -> None:
    """Finish a job early and keep the best solution so far.

    Examples:
        optcloud job stop aimms:default/6f1c
        optcloud job stop aimms:default/6f1c --json
    """
    _ask(session, ref, "stop asked for", lambda job: job.stop())


@app.command()
def cancel(session: CliSession, ref: Ref) -> None:
    """End a job without a result.

    Examples:
        optcloud job cancel aimms:default/6f1c
        optcloud job cancel aimms:default/6f1c --json
    """
    _ask(session, ref, "cancel asked for", lambda job: job.cancel())


@app.command()
def delete(session: CliSession, ref: Ref) -> None:
    """Delete a job and its result at the vendor.

    Examples:
        optcloud job delete aimms:default/6f1c
        optcloud job delete aimms:default/6f1c --json
    """
    _ask(session, ref, "deleted", lambda job: job.delete())
    session.history.gone(ref)


@contextmanager
def _attached(session: CliSession, ref: str) -> Iterator[Any]:
    """Attach a job for a wait.

    A new key of adiutaOpt may not show yet. The history of this machine tells its age; a plan that it does not have
    counts as an old one: unknown, it is none to wait for.
    """
    with session.connect(Reference.parse(ref).profile) as oc:
        job: Any = oc.attach(ref)
        if ref.startswith("adiutaopt:"):
            with _explained():
                yield oc.adiutaopt.resume(evolve(job.receipt, submitted_at=_submitted_at(session, ref)))
        else:
            yield job


def _submitted_at(session: CliSession, ref: str) -> str:
    known = session.history.find(ref)
    return LONG_AGO if known is None else known.submitted_at.isoformat()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except JobGone as error:
        error.add_note("submitted a moment ago, somewhere else? Then it may show in a few minutes: wait again")
        raise


def _refuse_unknown(pool: Pool | NamedPool) -> None:
    """Refuse machines that nobody knows; a pool of API v2 is not waited for at all."""
    from optcloud.gurobi.pool import Pool  # noqa: PLC0415 - loaded with the facade

    if isinstance(pool, Pool) and not pool.known():
        raise JobGone("Gurobi lists none of these machines, and no launch of them is written down here", ref=pool.ref)


def _ask(session: CliSession, ref: str, done: str, verb: Callable[[Any], None]) -> None:
    _refuse_machines(ref)
    session.call_job(ref, verb)
    session.out.data({"ref": ref, "done": done}, f"{done}: {ref}")


def _refuse_machines(ref: str) -> None:
    if ref.startswith("gurobi:"):
        raise Unsupported(f"machines are only waited for and killed: optcloud gurobi kill {ref}")
