"""The report as SARIF 2.1.0 (OASIS standard), which code scanning of several hosts reads."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.escaping import json_text
from openapi_drift.documents.pointers import Position
from openapi_drift.reports.report import ChangeReport, ReportedChange, fold

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.INFO: "note"}


def render(report: ChangeReport, version: str = "") -> str:
    """Return the log: a rule for each id, a result for each change; accepted ones are suppressed with their reason.

    ``version`` is that of the tool.
    """
    reasons = {entry.change: entry.reason for entry in report.accepted}
    reported_changes = [*fold(report.changes), *fold(reasons)]
    ids = list(dict.fromkeys(reported.change.id for reported in reported_changes))
    driver: dict[str, Any] = {"name": "optcloud spec diff", "rules": [{"id": id_} for id_ in ids]}
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "properties": {"policy": report.policy},
        "results": [_result(report, reported, ids, reasons.get(reported.change)) for reported in reported_changes],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": problem}} for problem in report.problems
                ],
            }
        ],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(report: ChangeReport, reported: ReportedChange, ids: list[str], reason: str | None) -> dict[str, Any]:
    change = reported.change
    uses = [(_location(position), "the same change reaches this line, too") for position in report.used_at(reported)]
    sides = [(side.position, words) for side, words in _sides(change) if side and side.position]
    found = [*uses, *((_location(position), words) for position, words in sides if report.in_tree(position.file))]
    places = [place for place, _ in found]
    names = [{"fullyQualifiedName": operation, "kind": "function"} for operation in reported.operations]
    if places and names:
        places[0]["logicalLocations"] = names
    elif names:
        places = [{"logicalLocations": names}]
    result: dict[str, Any] = {
        "ruleId": change.id,
        "ruleIndex": ids.index(change.id),
        "level": _LEVELS[change.level],
        "message": {"text": reported.text},
        "locations": places[:1],
        "partialFingerprints": {"change/v1": _fingerprint(change)},
    }
    if found[1:]:
        result["relatedLocations"] = [place | {"message": {"text": words}} for place, words in found[1:]]
    if reason is not None:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _sides(change: Change) -> tuple[tuple[Side | None, str], ...]:
    before = "the same place before"
    return (change.revision, "the place in the document" if change.revision else before), (change.base, before)


def _location(position: Position) -> dict[str, Any]:
    uri = _address(position.file.replace("\\", "/"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(1, position.line)}}}


def _address(file: str) -> str:
    try:
        return quote(file, errors="surrogateescape")  # bytes that are no UTF-8, as POSIX allows in names
    except UnicodeEncodeError:
        return quote(file, errors="surrogatepass")  # halves of characters, as Windows does


def _fingerprint(change: Change) -> str:
    """The same for the same change on another day, though lines have moved."""
    side = change.revision or change.base
    parts = (change.id, change.method, change.path, side.pointer if side else "", change.text)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
