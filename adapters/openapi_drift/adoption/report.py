"""What an adoption found, in words for people and as data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.documents.escaping import visible
from openapi_drift.documents.overlay_renames import RENAME
from openapi_drift.reports import text
from openapi_drift.reports.report import ChangeReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.adoption.adopt import Adoption

_OVERLAY = {
    "no longer needed": "no longer needed, the document says it now",
    "superseded": "superseded, the vendor's word counts",
    "to look at": "left out, nothing in the document is like their place",
}
_FACTS = ("confirmed", "contradicted", "unknown")


def words(adoption: Adoption) -> Iterator[str]:
    """Yield the report's lines: names, corrections, inferred facts, changes, and what was passed over."""
    fetched = adoption.fetched
    yield f"{fetched.id}: version {fetched.version}, sha256 {fetched.sha256}"
    yield from _part("named as with us (adopted.yaml)", list(_named(adoption)))
    yield from _part("paired with nothing", adoption.names.pairing.unpaired)
    for verdict, meaning in _OVERLAY.items():
        yield from _part(
            f"overlay.yaml: {meaning}", [str(each) for each in adoption.actions if each.verdict == verdict]
        )
    for verdict in _FACTS:
        found = [fact.words for fact in adoption.facts if fact.verdict == verdict]
        yield from _part(f"inferred facts: {verdict}", found)
    yield from _part("passed over", adoption.findings)
    yield ""
    yield text.render(change_report(adoption)).rstrip("\n")
    yield from _part("generated files that changed", adoption.written)


def _named(adoption: Adoption) -> Iterator[str]:
    for action in adoption.names.overlay["actions"]:
        for source, to in action.get(RENAME, {}).items():
            yield f"{source} is now {to}" if to else f"{source} goes: a class would be called after it"
        if RENAME not in action:
            yield action["description"]


def _part(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title} ({len(lines)}):"
        yield from (f"  {visible(line)}" for line in lines)


def change_report(adoption: Adoption) -> ChangeReport:
    """Return the changes between the corrected documents before and after as the reports of changes have them."""
    base, revision = adoption.base, adoption.revision
    return ChangeReport(
        "before", "adopted", adoption.changes, base_sources=base.sources, revision_sources=revision.sources
    )


def record(adoption: Adoption) -> dict[str, Any]:
    """Return it for programs."""
    fetched = adoption.fetched
    return {
        "id": fetched.id,
        "version": fetched.version,
        "sha256": fetched.sha256,
        "renamed": list(_named(adoption)),
        "unpaired": adoption.names.pairing.unpaired,
        "overlay": [{"target": each.target, "verdict": each.verdict, "words": each.words} for each in adoption.actions],
        "facts": [{"verdict": fact.verdict, "words": fact.words} for fact in adoption.facts],
        "findings": adoption.findings,
        "changes": [change.as_dict() for change in adoption.changes],
        "written": adoption.written,
    }
