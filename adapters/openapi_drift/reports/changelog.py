"""The next CHANGELOG entry (Keep a Changelog) for a change of a document, and the version that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openapi_drift.diff.change import Change, Level
from openapi_drift.errors import SpecsError
from openapi_drift.reports.folding import Bundle, bundles
from openapi_drift.reports.markdown import code, prose
from openapi_drift.reports.report import LEVELS, ReportedChange, counted, fold, gather

SECTIONS = ("Changed", "Added", "Removed", "Deprecated")
_OPERATIONS_SHOWN = 3
# Words of ids: what is added or removed there is a rule on something, which itself stays.
_CONSTRAINTS = {"pattern", "default", "const", "discriminator", "of", "if", "then", "else", "contains", "unevaluated"}


@dataclass(frozen=True)
class Proposal:
    """``bump`` is "major", "minor", "patch" or "none", ``why`` a clause for people."""

    bump: str
    why: str
    current: str
    following: str


def propose(changes: Sequence[Change], current: str) -> Proposal:
    """Propose the version of what is generated from the document.

    From 1.0.0 on: major if something breaks, minor if a word was added, removed or deprecated or a warning is due,
    else patch. Before: minor if something breaks, else patch, so that a patch never breaks. Raises SpecsError unless
    ``current`` is a version such as 1.4.2.
    """
    numbers = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", current)
    if numbers is None:
        raise SpecsError(f"version {current!r}: must be three numbers such as 1.4.2")
    major, minor, patch = map(int, numbers.groups())
    if not changes:
        return Proposal("none", "nothing changed", current, current)
    breaking = len([reported for reported in fold(changes) if reported.change.level is Level.BREAKING])
    wide = any(change.level is Level.WARNING or section(change) != "Changed" for change in changes)
    if breaking:
        bump, why = "major" if major else "minor", f"{counted(breaking, 'breaking change')}"
    elif wide and major:
        bump, why = "minor", "nothing breaks, but users can see it"
    else:
        bump, why = "patch", "nothing breaks"
    if not major:
        why += "; before 1.0.0 a minor version may break"
    following = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}[bump]
    return Proposal(bump, why, current, ".".join(map(str, following)))


def section(change: Change) -> str:
    """Return the heading of a change, from its id."""
    words = set(change.id.split("-"))
    if words & {"deprecated", "sunset"} and "removed" not in words:
        return "Deprecated"
    if words & _CONSTRAINTS:
        return "Changed"
    if words & {"removed", "deleted"}:
        return "Removed"
    return "Added" if words & {"added", "new"} else "Changed"


def entry(changes: Iterable[Change], version: str, *, package: str = "") -> str:
    """Return the entry as Markdown: a heading, then a line for each change under its own, what breaks first."""
    lines = [f"## {version} (unreleased)", ""]
    found: dict[str, list[ReportedChange]] = {}
    for reported in gather(fold(changes), fewest=2):
        found.setdefault(section(reported.change), []).append(reported)
    if package:
        lines += [f"In {code(package)}:", ""]
    for name in SECTIONS:
        if name in found:
            reported_changes = sorted(found[name], key=lambda reported: LEVELS.index(reported.change.level))
            lines += [f"### {name}", "", *dict.fromkeys(map(_line, bundles(reported_changes))), ""]
    if not found:
        lines += ["Nothing that a user can see.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _line(bundle: Bundle) -> str:
    reported = bundle.first
    breaking = "**Breaking.** " if reported.change.level is Level.BREAKING else ""
    operations = reported.operations
    shown = ", ".join(map(code, operations[:_OPERATIONS_SHOWN]))
    more = len(operations) - _OPERATIONS_SHOWN
    where = f"{shown} and {more} more: " if more > 0 else f"{shown}: " if shown else ""
    return f"- {breaking}{where}{prose(f'{reported.text} {bundle.likewise}'.strip())}"
