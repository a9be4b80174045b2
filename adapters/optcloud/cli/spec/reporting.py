"""What commands that report changes share: options, acceptances, and where the report goes."""

from __future__ import annotations

import datetime
import enum
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.options import flag, option, writable

if TYPE_CHECKING:
    from openapi_drift.checks.acceptances import AcceptanceOutcome
    from openapi_drift.diff.change import Change
    from openapi_drift.reports.report import ChangeReport
    from optcloud.cli.session import CliSession


class Format(enum.StrEnum):
    """Forms of a report."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    GITHUB = "github"
    SARIF = "sarif"


class FailOn(enum.StrEnum):
    """The least change that ends a command with exit code 6."""

    BREAKING = "breaking"
    WARNING = "warning"
    ANY = "any"
    NONE = "none"


class LeastLevel(enum.StrEnum):
    """The least change that is shown."""

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"


class LevelsBy(enum.StrEnum):
    """Whose levels changes have."""

    DEFAULT = "default"
    OASDIFF = "oasdiff"


FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Exit with code 6 from this level on.")]
PolicyOption = Annotated[
    LevelsBy, typer.Option("--policy", help="Levels of changes: by HTTP and JSON Schema, or those of oasdiff.")
]
AcceptedFile = Annotated[
    Path | None, option("--accepted", "FILE", "File of accepted changes with reasons, TOML or YAML.", dir_okay=False)
]
_LEVELS = ("breaking", "warning", "info")


@dataclass(frozen=True)
class ReportOptions:
    """Which changes are reported, in which form, to where, and which of them end the command with exit code 6."""

    form: Annotated[Format, typer.Option("--format", help="Form of the report.")] = Format.TEXT
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", dir_okay=False, callback=writable, help="Write the report to a file."
        ),
    ] = None
    fail_on: FailOnOption = FailOn.NONE
    accepted: AcceptedFile = None
    level: Annotated[LeastLevel, typer.Option("--level", help="Show changes from this level on.")] = LeastLevel.INFO
    notes: Annotated[bool, flag("--notes", "Also show changes of descriptions, examples and order.")] = False

    def accept(self, changes: Sequence[Change]) -> AcceptanceOutcome:
        """Apply the file of acceptances. Raises SpecsError for a bad file."""
        from openapi_drift.checks import acceptances  # noqa: PLC0415 - only for commands on changes

        today = datetime.datetime.now(tz=datetime.UTC).date()
        return acceptances.apply(acceptances.read(self.accepted) if self.accepted else [], changes, today)

    def shown(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes that --level asks for."""
        return _from(self.level.value, changes)

    def failed(self, changes: Sequence[Change]) -> bool:
        """Say whether --fail-on asks for exit code 6."""
        least = {"any": "info"}.get(self.fail_on.value, self.fail_on.value)
        return self.fail_on is not FailOn.NONE and bool(_from(least, changes))


def say_unexplained(session: CliSession, changes: Sequence[Change], fail_on: FailOn) -> None:
    """Say which changes passed --fail-on breaking though nobody can tell whether they break anyone."""
    from openapi_drift.diff.change import UNEXPLAINED  # noqa: PLC0415 - only for commands on changes
    from openapi_drift.reports.report import counted, fold  # noqa: PLC0415 - only for commands on changes

    unexplained = [change for change in changes if change.id == UNEXPLAINED and change.level.value == "warning"]
    if unexplained and fail_on is FailOn.BREAKING:
        count = counted(len(fold(unexplained)), "change")
        session.messages.say(
            f"passed: {count} that no rule explains, and that may break callers; --fail-on warning stops at such",
            event="unexplained",
            count=len(unexplained),
        )


def _from(least: str, changes: Sequence[Change]) -> list[Change]:
    wanted = _LEVELS[: _LEVELS.index(least) + 1]
    return [change for change in changes if change.level.value in wanted]


def publish(session: CliSession, report: ChangeReport, options: ReportOptions) -> None:
    """Print the report or write it to its file; what is odd about acceptances is said on stderr too."""
    for problem in report.problems:
        session.messages.say(f"acceptance: {problem}", event="acceptance", reason=problem)
    if session.out.as_json:
        _put(session, options.output, _json(report), steps_on_terminal=False)
        return
    from openapi_drift.reports import render  # noqa: PLC0415 - only for commands on changes

    form = options.form
    _put(session, options.output, render(report, form.value), steps_on_terminal=form is Format.TEXT)
    if options.output is not None:
        session.messages.say(report.summary, event="summary", summary=report.summary)


def _json(report: ChangeReport) -> str:
    from openapi_drift.documents.escaping import json_text  # noqa: PLC0415 - only for commands on changes

    def plain(change: Change) -> dict[str, Any]:
        details = report.details.get(change)
        return change.as_dict() | ({"details": list(details)} if details else {})

    value = {
        "base": report.base,
        "revision": report.revision,
        "changes": [plain(change) for change in report.changes],
        "accepted": [plain(each.change) | {"reason": each.reason} for each in report.accepted],
        "acceptance_problems": list(report.problems),
        "hidden": report.hidden,
        "policy": report.policy,
    }
    return json_text(value)


def _put(session: CliSession, output: Path | None, text: str, *, steps_on_terminal: bool) -> None:
    if output is not None:
        output.write_text(text, encoding="utf-8", newline="\n")
        session.messages.say(f"wrote {output}", event="saved", file=str(output))
    elif steps_on_terminal and sys.stdout.isatty():
        _coloured(text)
    elif steps_on_terminal:
        session.out.lines(text.removesuffix("\n"))
    else:
        session.out.raw(text.encode())


_STYLES = {"breaking": "bold red", "warning": "yellow", "info": "cyan"}


def _coloured(text: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - only for people
    from rich.text import Text  # noqa: PLC0415

    from optcloud.core.escaping import escaped  # noqa: PLC0415

    console = Console(file=sys.stdout, highlight=False)
    for line in escaped(text).splitlines():
        styled = Text(line)
        level = re.match(r"  (breaking|warning|info) ", line)
        if level:
            styled.stylize(_STYLES[level[1]], 2, 2 + len(level[1]))
        elif re.match(r" {12}\S+( {3}|$)", line):
            styled.stylize("dim")
        elif line and not line.startswith(" "):
            styled.stylize("bold")
        console.print(styled, soft_wrap=True)
