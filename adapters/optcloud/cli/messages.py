"""What the command line says on stderr: references, retries, progress, errors. Data never goes here."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from attrs import asdict

from optcloud.cli.exit_codes import INTERRUPTED, UsageError, exit_code
from optcloud.cli.gurobi.rented import Rented, counted, killed_words
from optcloud.cli.wording import at_command_line
from optcloud.core.errors import CredentialsNotFound, DeadlineExceeded, JobError, TransportError, WaitTimeout
from optcloud.core.escaping import escaped, json_text
from optcloud.core.events import (
    AlreadyKnown,
    ClockOff,
    Compressing,
    CostWarning,
    MachineChanged,
    MachinesKilled,
    MachinesReaped,
    NotKnown,
    Pinned,
    Polled,
    PollFailed,
    ProblemWarnings,
    ReapFailed,
    Retrying,
    Submitted,
    TokensNotKept,
    Transferred,
    Watching,
)
from optcloud.core.findings import listed

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def how_to_resume(*refs: str) -> list[str]:
    """Return lines that say which jobs go on, and which command waits for them again."""
    command = "optcloud job wait " + " ".join(refs)
    if refs[0].startswith("gurobi:"):
        kill = f"the machines run and cost money; kill them: optcloud gurobi kill {refs[0]}"
        return [kill, f"wait for them: {command}"]
    return [f"the {'job goes' if len(refs) == 1 else 'jobs go'} on; resume: {command}"]


class Messages:
    """What one command says. ``as_json``: one JSON object a line. Progress is shown on a terminal only."""

    def __init__(self) -> None:
        self.as_json = False
        self.refs: tuple[str, ...] = ()
        self.options: dict[str, str] = {}
        """Options of the command that runs, by the names of the arguments that they are for."""
        self.wanted = ""
        """Options of `optcloud job result` that finish what a command was asked for."""
        self.log_level = logging.WARNING
        self.on_log_level: Callable[[int], None] = lambda _level: None
        """Called when more of the log is to be said (`optcloud.cli.logs`)."""
        self._how_to_look: str | None = None
        self._rented = Rented()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def say(self, line: str, **fields: object) -> None:
        """Say a line to people; ``fields`` are the same for programs."""
        text = json_text(fields, default=str) if self.as_json else escaped(line)
        with suppress(OSError):  # nobody reads stderr: the command goes on
            if self._progress is not None:
                self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
            else:
                print(text, file=sys.stderr, flush=True)

    def say_logs_from(self, level: int) -> None:
        """Say entries of the log from this level on."""
        self.log_level = min(level, self.log_level)
        self.on_log_level(self.log_level)

    @contextmanager
    def submitting(self, how_to_look: str) -> Iterator[None]:
        """Remember, inside the block, what to say if a submit is interrupted before its reference is known."""
        self._how_to_look = how_to_look
        yield
        self._how_to_look = None  # not after an exception: `interrupted` is called further out

    @contextmanager
    def renting(self, *, written_down: bool) -> Iterator[None]:
        """Remember, inside the block, that the command kills its machines itself. What became of them is said last."""
        self._rented.under_way, self._rented.written_down = True, written_down
        yield
        self._rented.under_way = False  # not after an exception: as above

    @contextmanager
    def quiet_about_kills(self) -> Iterator[None]:
        """Do not say, inside the block, which machines were killed: the caller says it."""
        self._rented.quiet = True
        try:
            yield
        finally:
            self._rented.quiet = False

    def say_what_was_killed(self) -> None:
        """Say what became of rented machines."""
        self.say(self._rented.killed, event="machines killed", **self._rented.facts())

    def hear(self, event: object) -> None:
        """Take an event of `optcloud.core.events`."""
        match event:
            case Submitted(ref):
                self.refs = (ref,)
                self.say(f"submitted {ref}", event="submitted", ref=ref)
            case Polled(_, status, _):
                self.show(status.word)
            case Watching(ended, total, _):
                self.show(f"{ended} of {total}")
            case Transferred(_, done, total, direction):
                self._show_transfer(done, total, "sending" if direction == "up" else "receiving")
            case PollFailed(ref, reason, _):
                self.say(f"{ref}: {reason}; the wait goes on", event="poll failed", ref=ref, reason=reason)
            case ProblemWarnings(vendor, warnings):
                found = [asdict(warning) for warning in warnings]
                self.say(f"{vendor} warning: {listed(warnings)}", event="problem warnings", warnings=found)
            case AlreadyKnown(ref):
                self.say("the problem was posted before: no new calculation is spent", event="already known", ref=ref)
            case Pinned(vendor, version, advice):
                self.say(f"{vendor} {version}: {advice}", event="pinned", vendor=vendor, version=version)
            case Compressing(_, codec, size):
                self.say(f"compressing {size:,} bytes by {codec} takes minutes", event="compressing", codec=codec)
            case Retrying(vendor, operation, reason, attempt, delay):
                self.say(
                    f"{vendor} {operation}: attempt {attempt} failed ({reason}), next in {delay:.1f} s",
                    event="retrying",
                    **{"vendor": vendor, "operation": operation, "reason": reason, "attempt": attempt, "delay": delay},
                )
            case TokensNotKept(place, reason):
                self.say(f"tokens are not kept: {reason}", event="tokens not kept", place=place, reason=reason)
            case _:
                self._hear_more(event)

    def _hear_more(self, event: object) -> None:
        match event:
            case NotKnown(ref):
                self.say(f"{ref}: not known; the wait for the others goes on", event="not known", ref=ref)
            case ClockOff(vendor, seconds):
                off = f"{abs(seconds):.0f} s {'behind' if seconds > 0 else 'ahead of'} that of {vendor}"
                self.say(f"this machine's clock is {off}: corrected for", event="clock off", seconds=seconds)
            case MachineChanged(ref, machine, was, state):
                facts = {"ref": ref, "machine": machine, "was": was or None, "state": state}
                self.say(f"machine {machine}: {state}", event="machine changed", **facts)
            case MachinesKilled(machines, hours):
                if self._rented.note(event):
                    self.say(killed_words(event), event="machines killed", killed=machines, hours=hours)
            case MachinesReaped(machines, owner):
                self._rented.take_out(machines)
                words = f"{counted(machines)} killed that {owner or 'a process'} had left: {', '.join(machines)}"
                self.say(words, event="machines reaped", machines=machines, owner=owner)
            case ReapFailed(reason):
                words = f"what dead processes may have left could not be killed, which is tried again: {reason}"
                self.say(words, event="reap failed", reason=reason)
            case CostWarning(vendor, words):
                self.say(f"{vendor} warning: {words}", event="cost warning", vendor=vendor, warning=words)

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        """Show, inside the block, what is going on and since when; on a terminal only."""
        if not sys.stderr.isatty():
            yield
            return
        from optcloud.cli.progress import progress_line  # noqa: PLC0415 - only for a terminal

        with progress_line() as progress:
            self._progress, self._task = (
                progress,
                progress.add_task(escaped(what, keep=""), total=None, what=escaped(what, keep="")),
            )
            try:
                yield
            finally:
                self._progress = self._task = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hide the progress line inside the block, for lines of data that may come on the same terminal."""
        if self._progress is None:
            yield
            return
        self._progress.stop()
        yield
        self._progress.start()

    @property
    def shows_progress(self) -> bool:
        """Whether there is a progress line now."""
        return self._progress is not None

    def show(self, word: str) -> None:
        """Show a word in the progress line."""
        if self._progress is not None and self._task is not None:
            line = self._progress.tasks[0]
            line.total = None  # the bar was that of something else
            self._progress.update(self._task, description=f"{line.fields['what']}: {escaped(word, keep='')}")

    def _show_transfer(self, done: int, total: int | None, word: str) -> None:
        if self._progress is not None and self._task is not None:
            self.show(word)
            self._progress.update(self._task, completed=done, total=total)

    def prompt(self, question: str) -> None:
        """Ask a question on stderr; the answer is the caller's to read."""
        print(escaped(question), end="", file=sys.stderr, flush=True)

    def error(self, error: Exception) -> None:
        """Say what went wrong, with a hint where one is known."""
        hints = list(getattr(error, "__notes__", []))
        rented: dict[str, Any] = {}
        if self._rented.under_way:
            rented = self._rented.facts()
            if rented:
                hints.append(self._rented.killed)
            elif not hints:
                hints += self._rented.what_may_run(self.refs, None)
            self._rented.under_way = False
        elif isinstance(error, WaitTimeout):
            hints += self._how_to_finish(error.left or (error.ref,))
        if isinstance(error, CredentialsNotFound):
            hints.append("to try without credentials: optcloud sandbox")
        if isinstance(error, TransportError) and not isinstance(error, DeadlineExceeded):
            hint = [] if error.hint is None else [error.hint]
            hints += [*hint, f"find out why: optcloud doctor{_cloud_of(error.vendor)}"]
        message = at_command_line(str(error), self.options)
        hints = [at_command_line(hint, self.options) for hint in hints]
        if isinstance(error, UsageError):
            usage: Any = error
            message = at_command_line(usage.format_message(), {})
            hints += [f"see {usage.ctx.command_path} --help"] if usage.ctx is not None else []
        lines = [f"error: {message}", *(f"  {hint}" for hint in hints)]
        self.say("\n".join(lines), event="error", **(_facts(error) | rented), message=message, hints=hints)

    def _how_to_finish(self, refs: tuple[str, ...]) -> list[str]:
        lines = how_to_resume(*refs)
        return lines + ([f"then: optcloud job result {refs[0]}{self.wanted}"] if self.wanted and len(refs) == 1 else [])

    def interrupted(self, raised: BaseException, code: int = INTERRUPTED) -> None:
        """Say, after Ctrl-C or another signal, which jobs and machines go on, and which do not."""
        head, lines, rented = "interrupted", list(getattr(raised, "__notes__", [])), dict[str, Any]()
        if self._rented.under_way:
            rented = self._rented.facts()
            head += f": {self._rented.killed}" if rented else ""
            lines += self._rented.what_may_run(self.refs, self._how_to_look)
            self._rented.under_way = False  # kills from here on are said as they happen
        elif self.refs:
            lines += self._how_to_finish(self.refs)
        elif self._how_to_look is not None:
            lines.append(f"the request may have arrived; look: {self._how_to_look}")
        words = "\n".join([head, *(f"  {line}" for line in lines)])
        self.say(words, event="interrupted", exit_code=code, **_named(self.refs), **rented, hints=lines)


def _cloud_of(vendor: str) -> str:
    """Return the cloud of a vendor as a further word of a command."""
    begins = {"AIMMS": " aimms", "adiutaOpt": " adiutaopt", "Amazon Cognito": " adiutaopt", "Gurobi": " gurobi"}
    return next((cloud for words, cloud in begins.items() if vendor.startswith(words)), "")


def _facts(error: Exception) -> dict[str, Any]:
    facts: dict[str, Any] = {"error": type(error).__name__, "exit_code": exit_code(error)}
    for name in ("status", "vendor", "operation", "request_id", "retry_after", "path", "sent"):
        value = getattr(error, name, None)
        if value:
            facts[name] = value
    if faults := getattr(error, "faults", ()):
        facts["faults"] = [asdict(fault) for fault in faults]
    if isinstance(error, JobError):
        facts |= _named(error.left or (error.ref,))
    return facts


def _named(refs: tuple[str, ...]) -> dict[str, Any]:
    """``ref``, and ``refs`` where there are several."""
    return {"ref": refs[0] if refs else None} | ({"refs": list(refs)} if len(refs) > 1 else {})
