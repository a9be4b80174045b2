"""The report as plain text for a terminal, readable at 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from openapi_drift.documents.escaping import visible
from openapi_drift.reports.folding import Bundle, bundles
from openapi_drift.reports.report import ChangeGroup, ChangeReport, ReportedChange, counted, fold

WIDTH = 100
_INDENT = " " * 12
_OPERATIONS_SHOWN = 6
_UNBROKEN = "\ue000"  # a space at which no line breaks, until it is printed


def render(report: ChangeReport) -> str:
    """Return the report as text: groups, worst first; accepted changes; one line that counts."""
    lines = [f"{report.base} → {report.revision}", ""]
    for group in report.groups:
        lines += [*_group(report, group), ""]
    if report.accepted:
        lines += [*_accepted(report), ""]
    for problem in report.problems:
        lines += _wrapped(f"Acceptance: {problem}", "", "  ")
    if report.problems:
        lines.append("")
    return "\n".join(map(visible, [*lines, report.summary])) + "\n"


def _group(report: ChangeReport, group: ChangeGroup) -> Iterator[str]:
    yield group.title
    if len(group.operations) > 1:
        most = (
            _OPERATIONS_SHOWN
            if all(reported.count == 1 for reported in group.reported_changes)
            else len(group.operations)
        )
        shown = ", ".join(operation.replace(" ", _UNBROKEN) for operation in group.operations[:most])
        more = len(group.operations) - most
        yield from _wrapped(shown + (f" and {more} more" if more > 0 else ""), "  ", "  ")
    for bundle in bundles(group.reported_changes):
        yield from _bundle(report, bundle)


def _bundle(report: ChangeReport, bundle: Bundle) -> Iterator[str]:
    reported = bundle.first
    yield from _wrapped(reported.text, f"  {reported.change.level.value:<10}", _INDENT)
    line = f"{_INDENT}{reported.change.id}   {reported.place}".rstrip()
    if len(line) <= WIDTH:
        yield line
    else:
        yield f"{_INDENT}{reported.change.id}"
        yield from _wrapped(reported.place, _INDENT, _INDENT)
    if bundle.names:
        yield from _wrapped(bundle.likewise_with_lines, _INDENT, _INDENT)
    for detail in bundle.details(report):
        yield from _wrapped(detail, _INDENT, _INDENT + "  ")


def _accepted(report: ChangeReport) -> Iterator[str]:
    reasons = {entry.change: entry.reason for entry in report.accepted}
    found: dict[str, list[ReportedChange]] = {}
    for reported in fold(reasons):
        found.setdefault(reasons[reported.change], []).append(reported)
    yield "Accepted"
    for reason, reported_changes in found.items():
        yield from _wrapped(f"{counted(len(reported_changes), 'change')}: {reason}", "  ", "    ")
        for reported in reported_changes:
            operations = reported.operations
            where = operations[0] if len(operations) == 1 else counted(len(operations), "operation")
            yield from _wrapped(f"{reported.text} ({reported.change.id}, {where})", "    ", "      ")


def _wrapped(text: str, first: str, following: str) -> list[str]:
    """Lines of at most `WIDTH`, unless a word alone is longer: a path must stay whole to be opened."""
    lines = textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_UNBROKEN, " ") for line in lines] or [first.rstrip()]
