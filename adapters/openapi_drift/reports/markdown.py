"""The report as Markdown, for the text of a pull request: a table that sums up, and a part to open for each group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openapi_drift.diff.change import Level
from openapi_drift.documents.escaping import visible
from openapi_drift.reports.folding import Bundle, bundles
from openapi_drift.reports.report import LEVELS, ChangeGroup, ChangeReport, counted, fold

_LIMIT = 60_000  # GitHub refuses a pull request's text of more than 65,536 characters
_ROWS = 40
_SPECIAL = frozenset("\\`*_{}[]#|~!")
_START = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])")


def render(report: ChangeReport, limit: int = _LIMIT) -> str:
    """Return the report in at most about ``limit`` characters; what is left out is counted."""
    head = [
        f"## API changes: {code(report.base)} → {code(report.revision)}",
        "",
        f"**{_escaped(report.summary)}**",
        "",
    ]
    groups = report.groups
    tail = [*_problems(report), *_accepted(report)]
    if groups:
        head += [*_table(groups), ""]
    room = limit - sum(len(line) + 1 for line in [*head, *tail])
    body: list[str] = []
    for number, group in enumerate(groups):
        lines = [*_group(report, group), ""]
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            left = sum(reported.count for rest in groups[number:] for reported in rest.reported_changes)
            body += [f"_{counted(left, 'more change')}, not shown for length: see the report as HTML or JSON._", ""]
            break
        body += lines
    return "\n".join([*head, *body, *tail]).rstrip("\n") + "\n"


def _table(groups: list[ChangeGroup]) -> Iterator[str]:
    yield "| Where | Breaking | Warnings | Other |"
    yield "|:--|--:|--:|--:|"
    for group in groups[:_ROWS]:
        counts = [
            sum(reported.count for reported in group.reported_changes if reported.change.level is level)
            for level in LEVELS
        ]
        cells = [
            f"**{count}**" if count and level is Level.BREAKING else str(count or "")
            for count, level in zip(counts, LEVELS, strict=True)
        ]
        yield f"| {_title(group, in_table=True)} | {' | '.join(cells)} |"
    if len(groups) > _ROWS:
        yield f"| and {len(groups) - _ROWS} more | | | |"


def _group(report: ChangeReport, group: ChangeGroup) -> Iterator[str]:
    opened = " open" if group.level is Level.BREAKING else ""
    yield f"<details{opened}><summary><b>{_html(group.title)}</b>: {group.tally}</summary>"
    yield ""
    if len(group.operations) > 1:
        yield ", ".join(code(operation) for operation in group.operations)
        yield ""
    for bundle in bundles(group.reported_changes):
        yield from _bundle(report, bundle)
    yield ""
    yield "</details>"


def _bundle(report: ChangeReport, bundle: Bundle) -> Iterator[str]:
    reported, change = bundle.first, bundle.first.change
    level = "" if change.level is Level.INFO else f"**{change.level.value.capitalize()}**: "
    yield f"- {level}{prose(reported.text)}  "
    base, revision = (code(place) if ":" in place else place for place in reported.places)
    place = f": {base} → {revision}" if base else ""
    place += f" and {counted(reported.count - 1, 'other place')}" if reported.count > 1 else ""
    yield f"  <sub>{code(change.id)}{place}</sub>"
    if bundle.names:
        yield f"  - {prose(bundle.likewise_with_lines)}"
    for line in bundle.details(report):
        yield f"  - {prose(line)}"


def _accepted(report: ChangeReport) -> Iterator[str]:
    if not report.accepted:
        return
    reasons = {entry.change: entry.reason for entry in report.accepted}
    reported_changes = fold(reasons)
    yield f"<details><summary>{counted(len(reported_changes), 'change')} accepted</summary>"
    yield ""
    for reported in reported_changes:
        where = f" ({code(reported.operations[0])})" if len(reported.operations) == 1 else ""
        yield f"- {prose(reported.text)}{where} Accepted: {prose(reasons[reported.change])}"
    yield ""
    yield "</details>"


def _problems(report: ChangeReport) -> Iterator[str]:
    if report.problems:
        yield "**Accepted changes to look at**"
        yield ""
        yield from (f"- {prose(problem)}" for problem in report.problems)
        yield ""


def prose(text: str, *, in_table: bool = False) -> str:
    """Return a sentence as Markdown: pairs of backquotes stay code, all else means only itself."""
    parts = visible(" ".join(text.split())).split("`")
    if len(parts) % 2 == 0:  # a backquote without its second
        return _first_sign(_escaped("`".join(parts)))
    spans = [_cell(part) if in_table else code(part) for part in parts[1::2]]
    said = (span + _escaped(part) for span, part in zip(spans, parts[2::2], strict=True))
    return _first_sign(_escaped(parts[0]) + "".join(said))  # what stands first, where a code span is empty


def _first_sign(markdown: str) -> str:
    """Escape what at the start of a line would begin a list, its number or a heading's line."""
    return _START.sub(r"\1\\\2", markdown)


def _cell(text: str) -> str:
    """A code span in a table, whose cells end at a bar even there; one after a backslash cannot be said in a span."""
    if "|" in text and "\\" in visible(text):
        return f"<code>{_escaped(' '.join(text.split()))}</code>"
    return code(text).replace("|", "\\|")


def _title(group: ChangeGroup, *, in_table: bool) -> str:
    if len(group.operations) != 1:
        return _escaped(group.title)
    return _cell(group.title) if in_table else code(group.title)


def code(text: str) -> str:
    """Return a code span. One that has backquotes itself is fenced by more of them."""
    text = visible(" ".join(text.split()))
    if not text:
        return ""
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in _html(text))


def _html(text: str) -> str:
    """Return the text without meaning in HTML, and without anybody's being notified by an @."""
    plain = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("@", "@\N{ZERO WIDTH SPACE}")
