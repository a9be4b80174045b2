"""`optcloud aimms tasks`: tasks that are there already."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.task_list import list_tasks, task_record
from optcloud.cli.exit_codes import exit_code
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import DownloadFile, Timeout, argument, flag, read_reference
from optcloud.cli.results import print_response, status_record
from optcloud.cli.session import CliSession
from optcloud.core.errors import Conflict, JobError, JobFailed, NotFound, Unsupported
from optcloud.core.reference import Reference

if TYPE_CHECKING:
    from optcloud.aimms.tasks.details import TaskView
    from optcloud.aimms.tasks.logs import LogEntry
    from optcloud.core.states import Status

app = CommandGroup(
    default="list",
    help="""Tasks: list them, look at one, wait for it, end it.

    Without a command, tasks are listed: `optcloud aimms tasks --app Scheduling`.

    Examples:
        optcloud aimms tasks --app Scheduling
        optcloud aimms tasks show aimms:default/6f1c
        optcloud aimms tasks wait aimms:default/6f1c
    """,
)


def _task_references(texts: list[str]) -> list[str]:
    """Check references before anything is asked of AIMMS."""
    references = [read_reference(text) for text in texts]
    for reference in references:
        if reference.cloud != "aimms":
            raise typer.BadParameter(f"{reference} is no task of AIMMS PRO; for other jobs: optcloud job")
    return [str(reference) for reference in references]


References = Annotated[
    list[str], argument("REF...", "References of tasks, such as aimms:default/6f1c…", callback=_task_references)
]
Task = Annotated[
    str,
    argument(
        "REF",
        "Reference of a task, such as aimms:default/6f1c…; …/2 is one run of a repeated task.",
        callback=lambda text: _task_references([text])[0],
    ),
]


app.command("list")(list_tasks)


@app.command()
def show(session: CliSession, *, task: Task) -> None:
    """Show one task: its state, its times, its codes and messages.

    Examples:
        optcloud aimms tasks show aimms:default/6f1c
        optcloud aimms tasks show aimms:default/6f1c --json
    """
    view: TaskView = session.call_job(task, lambda job: job.details())
    hidden = () if session.out.as_json else ("created", "queue_time", "run_time")
    session.out.fields({name: value for name, value in task_record(task, view).items() if name not in hidden})


@app.command()
def wait(session: CliSession, references: References, timeout: Timeout = None) -> None:
    """Wait until tasks have ended, and print each as it ends.

    However many they are, AIMMS PRO is asked for one list at a time. Exit code 3 when one of them failed.

    Examples:
        optcloud aimms tasks wait aimms:default/6f1c
        optcloud aimms tasks wait aimms:default/6f1c aimms:default/6f1d --timeout 3600
    """
    wait_for(session, references, timeout)


def wait_for(session: CliSession, references: list[str], timeout: float | None) -> None:
    """Wait for tasks of one profile. Raises `JobFailed` when not all succeeded, `JobGone`, `WaitTimeout`."""
    profiles = {Reference.parse(ref).profile for ref in references}
    if len(profiles) > 1:
        raise typer.BadParameter(f"wait for the tasks of one profile at a time; these are of {', '.join(profiles)}")
    session.messages.refs = tuple(references)
    records: list[dict[str, Any]] = []
    with session.connect(profiles.pop()) as oc, session.messages.progress(f"{len(references)} tasks"):
        try:
            for job, status in oc.aimms.as_completed(references, timeout):
                records.append(_ended(session, job.ref, status))
        finally:
            session.out.data(records)
    failed = [record for record in records if record["state"] != "succeeded"]
    if failed:
        first = failed[0]
        words = f"{len(failed)} of {len(records)} tasks did not succeed; the first ended as {first['word']}"
        raise JobFailed(f"{words}: {first['message'] or 'no message'}", ref=first["ref"])


def _ended(session: CliSession, ref: str, status: Status) -> dict[str, Any]:
    session.history.note(ref, status.state.value)
    if not session.out.as_json:
        with session.messages.aside():
            session.out.lines(f"{status.state.value} {ref}")
    return status_record(ref, status)


@app.command()
def logs(
    session: CliSession,
    *,
    task: Task,
    follow: Annotated[bool, flag("--follow", "-f", "Go on printing until the task has ended.")] = False,
    output: DownloadFile = None,
) -> None:
    """Print a task's log.

    With --json, one JSON object a line: the text, and the fields of an entry that is an object.

    Examples:
        optcloud aimms tasks logs aimms:default/6f1c
        optcloud aimms tasks logs aimms:default/6f1c --follow
        optcloud aimms tasks logs aimms:default/6f1c -o task.log
    """
    if follow and output is not None:
        raise typer.BadParameter("it makes no sense together with --follow", param_hint="--output")
    with session.connect() as oc:
        job: Any = oc.attach(task)
        if output is not None:
            with session.messages.progress(task):
                saved = job.save_log(output)
            session.out.data({"ref": task, "file": str(saved)}, f"saved {saved}")
            return
        for entry in job.logs(follow=follow):
            print_entry(session, entry)


def print_entry(session: CliSession, entry: LogEntry) -> None:
    """Print one entry of a log; as JSON, one object a line."""
    if not session.out.as_json:
        session.out.lines(entry.text)
        return
    record = {"text": entry.text} | ({} if entry.fields is None else {"fields": dict(entry.fields)})
    session.out.raw(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


@app.command()
def stop(session: CliSession, references: References) -> None:
    """Finish tasks early and keep the best solution so far.

    While a task runs, its solve is interrupted and its procedure goes on.

    Examples:
        optcloud aimms tasks stop aimms:default/6f1c
        optcloud aimms tasks stop aimms:default/6f1c aimms:default/6f1d
    """
    for_each(session, references, "stop asked for", lambda job: job.stop())


@app.command()
def cancel(session: CliSession, references: References) -> None:
    """End tasks without a result.

    While a task runs, its procedure is interrupted (PRO 24.12.2 or later).

    Examples:
        optcloud aimms tasks cancel aimms:default/6f1c
        optcloud aimms tasks cancel aimms:default/6f1c aimms:default/6f1d
    """
    for_each(session, references, "cancel asked for", lambda job: job.cancel())


@app.command()
def delete(session: CliSession, references: References) -> None:
    """Delete tasks and their responses.

    Tasks that are queued, which then never run, and tasks that have ended. One that runs is refused: stop or cancel it.

    Examples:
        optcloud aimms tasks delete aimms:default/6f1c
        optcloud aimms tasks delete aimms:default/6f1c aimms:default/6f1d
    """

    def remove(job: Any) -> None:
        job.delete()
        session.history.gone(job.ref)

    for_each(session, references, "deleted", remove)


def for_each(session: CliSession, references: list[str], done: str, verb: Callable[[Any], None]) -> None:
    """Do something to each task. A refusal that concerns one of them is said, and the others have their turn.

    Raises `typer.Exit` at the end, with the exit code of the first refusal. Any other error would meet the other tasks
    too, so it ends the command at once.
    """
    records: list[dict[str, str]] = []
    first: Exception | None = None
    with session.connect() as oc:
        try:
            for ref in references:
                try:
                    verb(oc.attach(ref))
                except (Conflict, JobError, NotFound, Unsupported) as error:
                    session.messages.error(error)
                    first = first or error
                    continue
                records.append({"ref": ref, "done": done})
                session.out.lines(f"{done}: {ref}")
        finally:
            session.out.data(records)
    if first is not None:
        raise typer.Exit(exit_code(first))


@app.command()
def intermediate(session: CliSession, *, task: Task) -> None:
    """Print what a running task has written so far.

    Only a local DEX service has that (OPTCLOUD_AIMMS_LOCAL).

    Examples:
        optcloud aimms tasks intermediate aimms:default/6f1c
        optcloud aimms tasks intermediate aimms:default/6f1c --json
    """
    with session.connect() as oc, session.messages.progress(task):
        job: Any = oc.attach(task)
        status = job.intermediate()
        state = job.poll().state.value if session.out.as_json else ""
    if status is not None:
        print_response(session, task, status, state)
    elif session.out.as_json:
        session.out.json({"ref": task, "state": state, "response": None})
    else:
        session.messages.say(f"{task} has written none yet")


@app.command()
def stats(session: CliSession, *, current: Annotated[bool, flag("As they are now.")] = False) -> None:
    """Print how many tasks the account has had, by state.

    Examples:
        optcloud aimms tasks stats
        optcloud aimms tasks stats --current --json
    """
    session.out.json(session.call("figures", lambda oc: oc.aimms.stats(current=current)))
