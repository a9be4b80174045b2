"""The report as plain text for a terminal, readable at 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from optcloud.specs.drift.reports.report import Finding, Group, Report, counted, fold

WIDTH = 100
_INDENT = " " * 12
_OPERATIONS_SHOWN = 6


def render(report: Report) -> str:
    """Return the report as text: groups, worst first; accepted changes; one line that counts."""
    lines = [f"{report.base} → {report.revision}", ""]
    for each in report.groups:
        lines += [*_group(report, each), ""]
    if report.accepted:
        lines += [*_accepted(report), ""]
    for problem in report.problems:
        lines += _wrapped(f"Acceptance: {problem}", "", "  ")
    if report.problems:
        lines.append("")
    return "\n".join([*lines, report.summary]) + "\n"


def _group(report: Report, each: Group) -> Iterator[str]:
    yield each.title
    if len(each.operations) > 1:
        shown = ", ".join(each.operations[:_OPERATIONS_SHOWN])
        more = len(each.operations) - _OPERATIONS_SHOWN
        yield from _wrapped(shown + (f" and {more} more" if more > 0 else ""), "  ", "  ")
    for finding in each.findings:
        yield from _finding(finding)
        for line in report.details.get(finding.change, ()):
            yield from _wrapped(line, _INDENT, _INDENT + "  ")


def _finding(finding: Finding) -> Iterator[str]:
    change = finding.change
    yield from _wrapped(finding.text, f"  {change.level.value:<10}", _INDENT)
    line = f"{_INDENT}{change.id}   {finding.place}".rstrip()
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{_INDENT}{change.id}"
    yield from _wrapped(finding.place, _INDENT, _INDENT)


def _accepted(report: Report) -> Iterator[str]:
    reasons = {each.change: each.reason for each in report.accepted}
    found: dict[str, list[Finding]] = {}
    for finding in fold(reasons):
        found.setdefault(reasons[finding.change], []).append(finding)
    yield "Accepted"
    for reason, findings in found.items():
        yield from _wrapped(f"{counted(len(findings), 'change')}: {reason}", "  ", "    ")
        for finding in findings:
            operations = finding.operations
            where = operations[0] if len(operations) == 1 else counted(len(operations), "operation")
            yield from _wrapped(f"{finding.text} ({finding.change.id}, {where})", "    ", "      ")


def _wrapped(text: str, first: str, following: str) -> list[str]:
    """Lines of at most `WIDTH`, unless a word alone is longer: a path must stay whole to be opened."""
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
