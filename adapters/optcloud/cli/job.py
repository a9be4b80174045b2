"""`optcloud job`: jobs of any cloud, by their references."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.adiutaopt.pictures import Gantt
from optcloud.cli.aimms.watch import wait_for
from optcloud.cli.group import Group
from optcloud.cli.gurobi.rent import print_pool, wait_ready
from optcloud.cli.options import Json, Ref, ResultFile, Timeout, read_reference
from optcloud.cli.results import print_result, print_status
from optcloud.cli.session import session_of
from optcloud.core.errors import Unsupported

if TYPE_CHECKING:
    from optcloud.handles.job import Job


def _checked(references: list[str]) -> list[str]:
    """Several jobs are waited for together where they are tasks of AIMMS PRO."""
    known = [str(read_reference(text)) for text in references]
    if len(known) > 1 and not all(ref.startswith("aimms:") for ref in known):
        raise typer.BadParameter("only tasks of AIMMS PRO are waited for together; wait for these one by one")
    return known


Refs = Annotated[
    list[str],
    typer.Argument(metavar="REF...", callback=_checked, help="A reference, such as aimms:default/6f1c…"),
]

app = typer.Typer(cls=Group, help="Jobs of any cloud, by their references.")


@app.command()
def wait(context: typer.Context, references: Refs, timeout: Timeout = None, json: Json = False) -> None:
    """Wait until a job has ended, or until machines can receive jobs.

    Several references: tasks of AIMMS PRO, each told as it ends, at the cost of one look at a time.
    """
    session = session_of(context)
    if len(references) > 1:
        wait_for(session, references, timeout)
        return
    ref = references[0]
    session.talk.refs = (ref,)
    with session.connect() as oc:
        job: Any = oc.attach(ref)
        if ref.startswith("gurobi:"):
            print_pool(session, ref, wait_ready(session, job, timeout), job.now())
            return
        with session.talk.progress(ref):
            status = job.wait(timeout)
    print_status(session, ref, status)


@app.command()
def result(
    context: typer.Context,
    *,
    ref: Ref,
    timeout: Timeout = None,
    output: ResultFile = None,
    gantt: Gantt = None,
    json: Json = False,
) -> None:
    """Wait, then print or save a job's result."""
    session = session_of(context)
    _refuse_machines(ref)
    if gantt is not None and not ref.startswith("adiutaopt:"):
        raise typer.BadParameter("only plans of adiutaOpt are drawn", param_hint="--gantt")
    with session.connect() as oc:
        job: Any = oc.attach(ref)
        print_result(session, job, timeout=timeout, file=output, gantt=gantt)


@app.command()
def stop(context: typer.Context, ref: Ref, json: Json = False) -> None:
    """Finish a job early and keep what was found."""
    _ask(context, ref, "stop asked for", lambda job: job.stop())


@app.command()
def cancel(context: typer.Context, ref: Ref, json: Json = False) -> None:
    """End a job without a result."""
    _ask(context, ref, "cancel asked for", lambda job: job.cancel())


@app.command()
def delete(context: typer.Context, ref: Ref, json: Json = False) -> None:
    """Remove a job and what it left."""
    _ask(context, ref, "deleted", lambda job: job.delete())


def _ask(context: typer.Context, ref: str, done: str, verb: Callable[[Job[Any]], None]) -> None:
    session = session_of(context)
    _refuse_machines(ref)
    with session.connect() as oc:
        job: Any = oc.attach(ref)
        verb(job)
    session.out.data({"ref": ref, "done": done}, f"{done}: {ref}")


def _refuse_machines(ref: str) -> None:
    if ref.startswith("gurobi:"):
        raise Unsupported(f"machines are only waited for and killed: optcloud gurobi kill {ref}")
