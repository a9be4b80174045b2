"""`optcloud job`: jobs of any cloud, by their references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from optcloud.cli import job_list
from optcloud.cli.adiutaopt.pictures import Gantt
from optcloud.cli.aimms.tasks import wait_for
from optcloud.cli.group import CommandGroup
from optcloud.cli.gurobi.launch import print_pool, wait_ready
from optcloud.cli.options import Ref, ResultFile, Timeout, argument, read_reference
from optcloud.cli.results import print_result, print_status
from optcloud.cli.session import CliSession
from optcloud.core.errors import Unsupported


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

    Several references: tasks of AIMMS PRO, each told as it ends, at the cost of one look at a time.

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
    with session.connect() as oc:
        job: Any = oc.attach(ref)
        if ref.startswith("gurobi:"):
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
    if gantt is not None and not ref.startswith("adiutaopt:"):
        raise typer.BadParameter("only plans of adiutaOpt are drawn", param_hint="--gantt")
    with session.connect() as oc:
        job: Any = oc.attach(ref)
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


def _ask(session: CliSession, ref: str, done: str, verb: Callable[[Any], None]) -> None:
    _refuse_machines(ref)
    session.call_job(ref, verb)
    session.out.data({"ref": ref, "done": done}, f"{done}: {ref}")


def _refuse_machines(ref: str) -> None:
    if ref.startswith("gurobi:"):
        raise Unsupported(f"machines are only waited for and killed: optcloud gurobi kill {ref}")
