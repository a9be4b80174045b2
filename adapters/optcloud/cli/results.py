"""Results of jobs, on stdout or in a file."""

from __future__ import annotations

import base64
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optcloud.cli.output import pick
from optcloud.core.errors import JobFailed

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.solution import Solution
    from optcloud.aimms.tasks.result import SavedResult, TaskResult
    from optcloud.cli.adiutaopt.table_files import TableFiles
    from optcloud.cli.options import WaitOptions
    from optcloud.cli.session import CliSession
    from optcloud.core.states import Status
    from optcloud.handles.job import Job


def print_result(
    session: CliSession,
    job: Job[Any],
    *,
    timeout: float | None,
    file: Path | None,
    gantt: Path | None = None,
    tables: TableFiles | None = None,
) -> None:
    """Wait for a job's result and print, save or draw it. Raises `JobFailed`, `WaitTimeout`, `JobGone`."""
    session.messages.refs = (job.ref,)
    remember_files(session, file, gantt)
    if job.ref.startswith("aimms:") and not (file is None and session.out.as_json):
        _stream_response(session, job, timeout, file)
        return
    with session.messages.progress(job.ref):
        result = job.result(timeout)
    if file is not None:
        result.save(file)
        session.say_saved(file)
    if job.ref.startswith("adiutaopt:"):
        _print_solution(session, job.ref, result, file)
        if tables is not None:
            tables.write(session, result)
        if gantt is not None:  # when the plan is safe
            for path in result.gantt(gantt):
                session.say_saved(path)
    else:
        print_response(session, job.ref, result, "succeeded")


def _stream_response(session: CliSession, job: Any, timeout: float | None, file: Path | None) -> None:
    """A task's response goes into the file, or to stdout, piece by piece; the file appears when it is whole."""

    def save(path: Path) -> SavedResult:
        with session.messages.progress(job.ref):
            saved: SavedResult = job.save(path, timeout)
        return saved

    if file is None:
        session.out.streamed(save)
        return
    saved = save(file)
    session.say_saved(file)
    if session.out.as_json:
        record = {"ref": job.ref, "state": "succeeded", "content_type": saved.content_type, "size": saved.size}
        session.out.json(record | {"file": str(file)})


def remember_files(session: CliSession, file: Path | None, gantt: Path | None) -> None:
    """Remember which options `optcloud job result` needs to finish an interrupted command."""
    given = (("--output", file), ("--gantt", gantt))
    session.messages.wanted = "".join(
        f" {name} {shlex.quote(str(value))}" for name, value in given if value is not None
    )


def print_job(
    session: CliSession,
    job: Job[Any],
    waiting: WaitOptions,
    gantt: Path | None = None,
    tables: TableFiles | None = None,
) -> None:
    """Print a submitted job: its result, or, when nobody waits, the reference of what goes on."""
    if waiting.no_wait:
        session.out.data({"ref": job.ref}, job.ref)
    else:
        print_result(session, job, timeout=waiting.timeout, file=waiting.output, gantt=gantt, tables=tables)


def status_record(ref: str, status: Status) -> dict[str, Any]:
    """Return how a job ended, as JSON has it."""
    return {"ref": ref, "state": status.state.value} | pick(status, "word", "message")


def print_status(session: CliSession, ref: str, status: Status) -> None:
    """Print how a job ended. Raises `JobFailed` when it did not succeed."""
    session.out.data(status_record(ref, status), status.state.value)
    if status.state.value != "succeeded":
        raise JobFailed(f"the job ended as {status.word}: {status.message or 'no message'}", ref=ref)


def print_response(session: CliSession, ref: str, result: TaskResult, state: str) -> None:
    """Print a task's response: its bytes as received, or inside JSON."""
    if not session.out.as_json:
        session.out.received(result.bytes)
        return
    record = {"ref": ref, "state": state, "content_type": result.content_type, "size": len(result.bytes)}
    session.out.json(record | _embedded(result.bytes))


def _embedded(content: bytes) -> dict[str, Any]:
    """Bytes inside JSON: as the JSON they are, else as text, else in base64; ``encoding`` says which."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"encoding": "base64", "response": base64.b64encode(content).decode()}
    try:
        return {"encoding": "json", "response": json.loads(text)}
    except ValueError:
        return {"encoding": "text", "response": text}


def _print_solution(session: CliSession, ref: str, solution: Solution[Any], file: Path | None) -> None:
    """A plan: the JSON as received, on a terminal its figures, or, when it is saved, its counts."""
    if file is None and not session.out.as_json and sys.stdout.isatty():
        from optcloud.cli.adiutaopt.figures import print_figures  # noqa: PLC0415 - as the solution

        print_figures(session, solution)
        words = f"the plan itself: optcloud job result {ref} -o plan.json"
        session.messages.say(words, event="hint")
        return
    if file is None and not session.out.as_json:
        session.out.received(solution.raw)
        return
    summary = solution.summary()
    counted = pick(summary, "workers", "tasks", "assigned", "unassigned")
    record = {"ref": ref, "state": "succeeded", "planner": solution.planner.name} | counted
    if session.out.as_json:
        record |= {"file": str(file)} if file is not None else {"solution": solution.json()}
    session.out.data(record, *(f"{name}: {count}" for name, count in counted.items()))
