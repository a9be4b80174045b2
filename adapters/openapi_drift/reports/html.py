"""The report as one HTML page that needs nothing else: searchable, with the text of both documents side by side."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from openapi_drift.diff.change import Side
from openapi_drift.documents.escaping import visible
from openapi_drift.reports.folding import Bundle
from openapi_drift.reports.report import LEVELS, ChangeGroup, ChangeReport, Excerpt, ReportedChange, counted, fold

_HERE = Path(__file__).parent
_NAMES = {"breaking": "Breaking", "warning": "Warnings", "info": "Other"}


def render(report: ChangeReport) -> str:
    """Return the page. What comes from a document is escaped, and the page's policy lets only its own script run."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    title = f"API changes: {report.base} → {report.revision}"
    lines = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_shown(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_shown(title)}</title>\n<style>{style}</style></head><body>",
        "<header><h1>API changes</h1>",
        f"<p><code>{_shown(report.base)}</code> → <code>{_shown(report.revision)}</code></p>",
        f'<p class="summary">{_shown(report.summary)}</p></header>',
        *_tools(),
        '<div class="columns">',
        *_body(report),
        "</div>",
        f"<script>{script}</script></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _tools() -> Iterator[str]:
    yield '<div class="tools"><input type="search" placeholder="Search (press /)" aria-label="Search">'
    for level in LEVELS:
        yield (
            f'<label><input type="checkbox" name="level" value="{level.value}" checked> {_NAMES[level.value]}</label>'
        )
    yield '<output aria-live="polite"></output></div>'


def _body(report: ChangeReport) -> Iterator[str]:
    groups = report.groups
    yield '<nav aria-label="Operations">'
    for number, group in enumerate(groups):
        count = f"{sum(reported.count for reported in group.reported_changes)}"
        mark = f"<b>{count}</b>" if group.level is LEVELS[0] else f"<i>{count}</i>"
        yield f'<a href="#group-{number}"><span>{_shown(group.title).replace("/", "/<wbr>")}</span>{mark}</a>'
    yield "</nav><main>"
    if not groups:
        yield f'<section class="quiet">{_shown(report.summary)}</section>'
    for number, group in enumerate(groups):
        yield from _group(report, group, number)
    if report.problems:
        yield '<section class="aside"><h2>Accepted changes to look at</h2><ul>'
        yield from (f"<li>{_prose(problem)}</li>" for problem in report.problems)
        yield "</ul></section>"
    yield from _accepted(report)
    yield "</main>"


def _group(report: ChangeReport, group: ChangeGroup, number: int) -> Iterator[str]:
    words = " ".join(
        [group.title, *group.operations, *{reported.change.operation_id for reported in group.reported_changes}]
    )
    yield f'<section id="group-{number}" data-words="{_shown(words)}">'
    yield f"<h2>{_shown(group.title)}<small>{_shown(group.tally)}</small></h2>"
    if len(group.operations) > 1:
        yield f'<p class="operations">{", ".join(f"<code>{_shown(name)}</code>" for name in group.operations)}</p>'
    for reported in group.reported_changes:
        yield from _reported(report, reported)
    yield "</section>"


def _reported(report: ChangeReport, reported: ReportedChange) -> Iterator[str]:
    change = reported.change
    level = change.level.value
    yield f'<article class="{level}" data-level="{level}">'
    yield f'<p><span class="level">{level}</span>{_prose(reported.text)}</p>'
    yield f'<p class="place">{_shown(change.id)}</p>'
    details = Bundle(reported).details(report)
    if details:
        yield f"<ul>{''.join(f'<li>{_prose(line)}</li>' for line in details)}</ul>"
    if reported.count > 1:
        places = (f"<li>{_shown(ReportedChange((change,), ()).place)}</li>" for change in reported.changes)
        yield f'<details><summary>{reported.count} places</summary><ul class="place">{"".join(places)}</ul></details>'
    base, revision = report.excerpts(change)
    if base or revision:
        opened = "" if change.level is LEVELS[-1] else " open"
        yield f"<details{opened}><summary>Source</summary>"
        same = _same(base, revision)
        yield '<div class="sides">'
        yield _side("old", change.base, base, same[0])
        yield _side("new", change.revision, revision, same[1])
        yield "</div></details>"
    else:
        yield f'<p class="place">{_shown(reported.place)}</p>'
    yield "</article>"


def _side(kind: str, side: Side | None, excerpt: Excerpt | None, same: set[int]) -> str:
    if side is None or excerpt is None:
        return (
            f'<figure class="{kind}"><div class="none">{"not there before" if kind == "old" else "gone"}</div></figure>'
        )
    caption = _shown(str(side.position) if side.position else side.pointer)
    lines = [_line(excerpt, index, differs=index not in same) for index in range(len(excerpt.lines))]
    more = f'<span data-line="">… {counted(excerpt.more, "more line")}</span>' if excerpt.more else ""
    return (
        f'<figure class="{kind}"><figcaption title="{_shown(side.pointer)}">{caption}</figcaption>'
        f"<pre>{''.join(lines)}{more}</pre></figure>"
    )


def _line(excerpt: Excerpt, index: int, *, differs: bool) -> str:
    number = excerpt.first + index if excerpt.first else ""
    mark = ' class="differs"' if differs else ""
    return f'<span{mark} data-line="{number}">{_shown(excerpt.lines[index]) or " "}</span>'


def _same(base: Excerpt | None, revision: Excerpt | None) -> tuple[set[int], set[int]]:
    """The lines on each side that stand on the other too."""
    if base is None or revision is None:
        return set(), set()
    blocks = SequenceMatcher(None, base.lines, revision.lines, autojunk=False).get_matching_blocks()
    return (
        {block.a + offset for block in blocks for offset in range(block.size)},
        {block.b + offset for block in blocks for offset in range(block.size)},
    )


def _accepted(report: ChangeReport) -> Iterator[str]:
    if not report.accepted:
        return
    reasons = {entry.change: entry.reason for entry in report.accepted}
    reported_changes = fold(reasons)
    yield f'<section class="aside"><details><summary>{counted(len(reported_changes), "change")} accepted</summary><ul>'
    for reported in reported_changes:
        where = f" ({_shown(', '.join(reported.operations))})" if reported.operations else ""
        yield f"<li>{_prose(reported.text)}{where} <em>{_shown(reasons[reported.change])}</em></li>"
    yield "</ul></details></section>"


def _prose(text: str) -> str:
    """A sentence; pairs of backquotes are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _shown(text)
    return "".join(f"<code>{_shown(part)}</code>" if number % 2 else _shown(part) for number, part in enumerate(parts))


def _shown(text: str) -> str:
    return html.escape(visible(text.expandtabs(4)))


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
