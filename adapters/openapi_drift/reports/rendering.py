"""The report of a whole check: one line for each part first, "not checked" among them, then the changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift import reports
from openapi_drift.checks import uses
from openapi_drift.checks.verdict import CheckKind, DriftVerdict
from openapi_drift.documents.escaping import json_text, visible
from openapi_drift.reports.github import data
from openapi_drift.reports.markdown import code, prose
from openapi_drift.reports.markdown import render as render_markdown
from openapi_drift.reports.report import ChangeReport, fold, tally
from openapi_drift.reports.sarif import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openapi_drift.checks.verdict import DriftCheck, DriftReport

_TITLES = {
    CheckKind.DOCUMENT: "Snapshot against its record",
    CheckKind.VENDOR: "Vendor against snapshot",
    CheckKind.GENERATED: "Generated code against document",
}
_MARKS = {
    DriftVerdict.NO_DRIFT: "no drift",
    DriftVerdict.DRIFT: "**drift**",
    DriftVerdict.NOT_CHECKED: "**not checked**",
}
_LIMIT = 60_000  # GitHub refuses a pull request's text of more than 65,536 characters


def text(report: DriftReport, *, uses_read: bool = False) -> str:
    """Return it for a terminal; ``uses_read`` adds what the reading of a user's code cannot see."""
    lines = [line for words in report.lines() for line in words.replace("\n", "\n  ").split("\n")]
    for check in _with_changes(report):
        lines += ["", reports.render(_report(check, report.policy), "text").rstrip("\n")]
        lines += [f"  {visible(note)}" for note in check.notes]
    lines += [f"acceptance: {visible(problem)}" for problem in report.problems]
    lines += ["", uses.LIMITS] if uses_read else []
    return "\n".join(visible(line, keep="\n") for line in lines) + "\n"


def markdown(report: DriftReport, *, uses_read: bool = False, limit: int = _LIMIT) -> str:
    """Return it for a pull request, in at most about ``limit`` characters: the table always, parts while they fit."""
    head = ["# Drift", "", *_table(report), ""]
    head += [*(f"- {prose(problem)}" for problem in report.problems), ""] if report.problems else []
    tail = [prose(uses.LIMITS), ""] if uses_read else []
    room = limit - sum(len(line) + 1 for line in (*head, *tail))
    parts = []
    with_changes = _with_changes(report)
    for number, check in enumerate(with_changes):
        part = _part(_report(check, report.policy), check.notes, room // (len(with_changes) - number))
        room -= len(part)
        parts.append(part)
    return "\n".join([*head, *parts, *tail]).rstrip("\n") + "\n"


def github(report: DriftReport) -> str:
    """Return annotations: the changes at their lines, and a warning for each part that was not checked."""
    lines = [
        f"::warning title=not checked::{data(f'{check.kind.value} {check.id}: {check.reason}')}"
        for check in report.not_checked
    ]
    return "".join(f"{line}\n" for line in lines) + "".join(
        reports.render(_report(check, report.policy), "github") for check in _with_changes(report)
    )


def sarif(report: DriftReport) -> str:
    """Return one SARIF log; what was not checked is a notification of its run."""
    runs = []
    for check in report.checks:
        run = json.loads(reports.render(_report(check, report.policy), "sarif"))["runs"][0]
        run["automationDetails"] = {"id": f"{check.kind.value}/{check.id}"}
        if check.verdict is DriftVerdict.NOT_CHECKED:
            told = {"level": "warning", "message": {"text": f"not checked: {check.reason}"}}
            run["invocations"][0]["toolExecutionNotifications"].append(told)
        runs.append(run)
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _table(report: DriftReport) -> Iterator[str]:
    yield "| What | Entry | Found |"
    yield "|:--|:--|:--|"
    for check in report.checks:
        words = f": {prose(check.reason, in_table=True)}" if check.reason else ""
        words = f", {tally(fold(check.changes))}" if check.changes else words
        yield f"| {_TITLES[check.kind]} | {code(check.id)} | {_MARKS[check.verdict]}{words} |"


def _part(report: ChangeReport, sentences: Sequence[str], room: int) -> str:
    notes = "".join(f"- {prose(note)}\n" for note in sentences)
    return render_markdown(report, max(room - len(notes), 1000)) + (f"\n{notes}" if notes else "")


def _with_changes(report: DriftReport) -> list[DriftCheck]:
    return [check for check in report.checks if check.changes or check.accepted]


def _report(check: DriftCheck, policy: str) -> ChangeReport:
    names = {
        CheckKind.DOCUMENT: ("specs/sources.toml", f"specs/{check.id}"),
        CheckKind.VENDOR: (f"specs/{check.id}", f"live:{check.id}"),
        CheckKind.GENERATED: ("generated/", "documents, overlays and generators"),
    }
    base, revision = names[check.kind]
    return ChangeReport(
        base,
        revision,
        check.changes,
        accepted=check.accepted,
        details=check.details.lines,
        uses=check.details.uses,
        policy=policy,
        in_tree=lambda file: Path(file).is_file(),
    )
