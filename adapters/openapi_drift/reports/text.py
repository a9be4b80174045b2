"""The report as plain text for a terminal, readable at 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from openapi_drift.documents.escaping import visible
from openapi_drift.reports.folding import Bundle, bundles
from openapi_drift.reports.report import Finding, Group, Report, counted, fold

WIDTH = 100
_INDENT = " " * 12
_OPERATIONS_SHOWN = 6
_UNBROKEN = "\ue000"  # a space at which no line breaks, until it is printed


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
    return "\n".join(map(visible, [*lines, report.summary])) + "\n"


def _group(report: Report, each: Group) -> Iterator[str]:
    yield each.title
    if len(each.operations) > 1:
        most = _OPERATIONS_SHOWN if all(finding.count == 1 for finding in each.findings) else len(each.operations)
        shown = ", ".join(operation.replace(" ", _UNBROKEN) for operation in each.operations[:most])
        more = len(each.operations) - most
        yield from _wrapped(shown + (f" and {more} more" if more > 0 else ""), "  ", "  ")
    for bundle in bundles(each.findings):
        yield from _bundle(report, bundle)


def _bundle(report: Report, bundle: Bundle) -> Iterator[str]:
    finding = bundle.first
    yield from _wrapped(finding.text, f"  {finding.change.level.value:<10}", _INDENT)
    line = f"{_INDENT}{finding.change.id}   {finding.place}".rstrip()
    if len(line) <= WIDTH:
        yield line
    else:
        yield f"{_INDENT}{finding.change.id}"
        yield from _wrapped(finding.place, _INDENT, _INDENT)
    if bundle.names:
        yield from _wrapped(bundle.likewise_with_lines, _INDENT, _INDENT)
    for detail in bundle.details(report):
        yield from _wrapped(detail, _INDENT, _INDENT + "  ")


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
    lines = textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_UNBROKEN, " ") for line in lines] or [first.rstrip()]
