"""Telling together what is alike: eleven properties that may now be null are one sentence, not eleven."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from openapi_drift.documents.pointers import Position
from openapi_drift.reports.report import ChangeReport, ReportedChange

_FEWEST = 3
_SHOWN = 6
_FIRST_CODE = re.compile(r"([^`]*)`([^`]+)`(.*)", re.DOTALL)
_ONLY_CODE = re.compile(r"([^`]*)(`[^`]+`(?:, `[^`]+`)*)")


@dataclass(frozen=True)
class Bundle:
    """A finding, and those of the same id and level that differ from it in one name only. ``names`` are theirs."""

    first: ReportedChange
    others: tuple[ReportedChange, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def likewise(self) -> str:
        """Such as "Likewise `a`, `b`."; empty if there are no others."""
        return f"Likewise {', '.join(f'`{name}`' for name in self.names)}." if self.names else ""

    @property
    def likewise_with_lines(self) -> str:
        """The same with the lines of each, before and after."""
        told = [f"`{name}` ({_lines(other, self.first)})" for name, other in zip(self.names, self.others, strict=True)]
        return f"Likewise {', '.join(told)}." if told else ""

    def details(self, report: ChangeReport) -> list[str]:
        """Return the report's further lines on all of it, those of one kind put together."""
        lines = [
            line
            for reported in (self.first, *self.others)
            for change in reported.changes
            for line in report.details.get(change, ())
        ]
        return _merged(lines)


def bundles(reported_changes: Iterable[ReportedChange]) -> list[Bundle]:
    """Put together what is alike, in the order of the first of each."""
    found: dict[object, list[tuple[str, ReportedChange]]] = {}
    for reported in reported_changes:
        parts = _FIRST_CODE.fullmatch(reported.text)
        key: object = reported
        if parts:
            key = (reported.change.id, reported.change.level, reported.operations, parts[1], parts[3])
        found.setdefault(key, []).append((parts[2] if parts else "", reported))
    result = []
    for alike in found.values():
        if len(alike) < _FEWEST:
            result += [Bundle(reported) for _, reported in alike]
        else:
            names, members = zip(*alike, strict=True)
            result.append(Bundle(members[0], members[1:], names[1:]))
    return result


def _lines(reported: ReportedChange, first: ReportedChange) -> str:
    """Lines alone where the files are those of the first."""
    if [_file(position) for position in reported.positions] != [_file(position) for position in first.positions]:
        return reported.place
    base, revision = reported.positions
    return " → ".join(str(position.line) for position in (base, revision) if position)


def _file(position: Position | None) -> str:
    return position.file if position else ""


def _merged(lines: Iterable[str]) -> list[str]:
    """Lines that are a word and names become one line of that word; others stay, each once."""
    found: dict[str, dict[str, None] | None] = {}
    for line in lines:
        parts = _ONLY_CODE.fullmatch(line)
        if parts:
            names = found.setdefault(parts[1], {})
            if names is not None:
                names.update(dict.fromkeys(parts[2].split(", ")))
        else:
            found.setdefault(line, None)
    if any(line.startswith("reaches ") for line in found):  # so that one reaches and another does not is no riddle
        found = {line: names for line, names in found.items() if not line.startswith("does not reach ")}
    return [line if names is None else line + _first_of(list(names)) for line, names in found.items()]


def _first_of(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
