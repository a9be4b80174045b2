"""The report as GitHub's workflow commands: annotations at the user's lines that a change reaches, else at its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openapi_drift.diff.change import Level
from openapi_drift.documents.escaping import visible
from openapi_drift.documents.pointers import Position
from openapi_drift.reports.report import ChangeReport, ReportedChange, counted

_WORDS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def render(report: ChangeReport) -> str:
    """Return one line for each change and each problem with an acceptance, and a notice that counts."""
    lines = [
        line for group in report.groups for reported in group.reported_changes for line in _reported(report, reported)
    ]
    lines += [f"::warning title=accepted changes::{data(problem)}" for problem in report.problems]
    title = _property(f"{report.base} → {report.revision}")
    return "\n".join([*lines, f"::notice title={title}::{data(report.summary)}"]) + "\n"


def _reported(report: ChangeReport, reported: ReportedChange) -> Iterator[str]:
    """One line for each place in the user's code; where there is none, one at the document's line."""
    change = reported.change
    # The revision's line, since that file is the one in the checkout; the base's where nothing is left.
    side = change.revision if change.revision and change.revision.position else change.base
    document = side.position if side and side.position and report.in_tree(side.position.file) else None
    operations = reported.operations
    where = ", ".join(operations) if len(operations) <= 3 else counted(len(operations), "operation")
    text = f"{where}: {reported.text}" if where else reported.text
    places: Sequence[Position | None] = report.used_at(reported) or [document]
    for place in places:
        properties = {"file": place.file, "line": str(place.line)} if place else {}
        joined = ",".join(f"{name}={_property(value)}" for name, value in (properties | {"title": change.id}).items())
        yield f"::{_WORDS[change.level]} {joined}::{data(text)}"


def data(text: str) -> str:
    """Return the text as a command's message; what else a log would act on is shown as an escape."""
    return visible(text, keep="\r\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return data(text).replace(":", "%3A").replace(",", "%2C")
