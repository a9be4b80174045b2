"""`optcloud aimms wait|logs|stats|intermediate`: what happens to tasks."""

from __future__ import annotations

import json as json_
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.tasks import References, Task
from optcloud.cli.options import DownloadFile, Timeout
from optcloud.cli.results import print_response, status_record
from optcloud.cli.session import CliSession
from optcloud.core.errors import JobFailed
from optcloud.core.reference import Reference

if TYPE_CHECKING:
    from optcloud.aimms.tasks.logs import LogEntry
    from optcloud.core.states import Status


def wait(session: CliSession, references: References, timeout: Timeout = None) -> None:
    """Wait until tasks have ended, and tell each as it ends.

    However many they are, one look at the list of tasks at a time. Exit code 3 when one of them failed.
    """
    wait_for(session, references, timeout)


def wait_for(session: CliSession, references: list[str], timeout: float | None) -> None:
    """Wait for tasks of one profile. Raises `JobFailed` when not all succeeded, `JobGone`, `WaitTimeout`."""
    profiles = {Reference.parse(ref).profile for ref in references}
    if len(profiles) > 1:
        raise typer.BadParameter(f"wait for the tasks of one profile at a time; these are of {', '.join(profiles)}")
    session.messages.refs = tuple(references)
    records: list[dict[str, Any]] = []
    with session.connect_as(profiles.pop()) as oc, session.messages.progress(f"{len(references)} tasks"):
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
    if not session.out.as_json:
        with session.messages.aside():
            session.out.lines(f"{status.state.value} {ref}")
    return status_record(ref, status)


def logs(
    session: CliSession,
    *,
    task: Task,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is to come, until the task has ended.")
    ] = False,
    output: DownloadFile = None,
) -> None:
    """Print a task's log.

    With --json, one JSON object a line: the text, and the fields of an entry that is an object.
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
    session.out.raw(json_.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def stats(
    session: CliSession, *, current: Annotated[bool, typer.Option("--current", help="As they are now.")] = False
) -> None:
    """Print the account's figures about tasks."""
    session.out.json(session.call("figures", lambda oc: oc.aimms.stats(current=current)))


def intermediate(session: CliSession, *, task: Task) -> None:
    """Print what a service has written so far (local DEX only)."""
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
