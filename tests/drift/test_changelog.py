"""The vendor's changelog as a test: whom each of its rows breaks, by its own table and by the change engine."""

from __future__ import annotations

from functools import cache
from itertools import groupby

import pytest

from drift.adiutaopt_versions import Step, steps
from openapi_drift.diff.change import Change, Direction, Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import LoadedDocument

Verdict = tuple[bool, bool]
"""Whether it breaks who sends requests, and who reads responses."""

REMOVED = "a removed property of a request is a warning: only a closed object refuses it"
PATTERN = "another pattern in a response is a warning: which of two patterns allows more is not computed"

DIFFERENT = {
    "4.0.0 BackendVersion version type-changed": PATTERN,
    "3.0.0 MixedPlannerTravelOverride internal removed": REMOVED,
}
IDS = {
    REMOVED: {"warning request-property-removed"},
    PATTERN: {"warning response-property-pattern-changed"},
}
UNSAID = {
    "5.1.0 POST /[floor-|shift-]description  documented",
    "5.0.0 (all)  restored",
    "4.0.1 OPTIONS (all) response codes documented",
    "2.9.0 (code samples)  documented",
    "2.8.2 ShiftPlannerWorker shifts documented",
    "2.8.1 POST /description content type of 200 and 201 documented",
    "2.8.1 POST /shift-description content type of 200 and 201 documented",
    "2.8.1 POST /floor-description content type of 200 and 201 documented",
    "1.10.1 ShiftPlannerOutputWorker  documented",
    "1.9.0 (unnamed) default values documented",
    "1.7.1 ErrorEntry  reworked",
    "1.7.1 FloorPlannerInputTask  reworked",
    "1.7.1 FloorPlannerInputWorker  reworked",
    "1.7.1 MixedPlannerInputTask  reworked",
    "1.7.1 MixedPlannerInputWorker  reworked",
    "1.7.1 ShiftPlannerInputTask  reworked",
    "1.7.1 ShiftPlannerInputWorker  reworked",
}


def breaks(changes: list[Change]) -> Verdict:
    places = {change.place for change in changes if change.level is Level.BREAKING}
    return bool(places & {Direction.REQUEST, Direction.BOTH}), bool(places & {Direction.RESPONSE, Direction.BOTH})


@cache
def built() -> list[tuple[Step, list[Change]]]:
    """Return the rows that can be undone, newest first, each with what the engine makes of it."""
    return [
        (step, compare(step.base, step.revision))
        for step in steps()
        if step.base is not None and step.revision is not None
    ]


def test_the_rows_that_say_too_little_to_undo_them() -> None:
    assert {str(step.row) for step in steps() if step.reason} == UNSAID
    assert len(built()) == 152 - len(UNSAID)


def test_whom_a_row_breaks_is_what_the_vendor_says() -> None:
    wrong = {
        str(step.row): breaks(changes)
        for step, changes in built()
        if breaks(changes) != (step.row.request, step.row.response)
    }
    assert wrong == dict.fromkeys(DIFFERENT, (False, False))


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_said_instead_where_the_verdict_differs(name: str) -> None:
    (changes,) = (changes for step, changes in built() if str(step.row) == name)
    assert {f"{change.level.value} {change.id}" for change in changes} == IDS[DIFFERENT[name]]


def test_each_row_is_seen() -> None:
    """Objects that close are seen like everything else."""
    assert [str(step.row) for step, changes in built() if not changes] == []


def test_a_version_breaks_whom_its_rows_break() -> None:
    found, expected = {}, {}
    for version, group in groupby(built(), key=lambda item: item[0].row.version):
        rows = [(step, breaks(changes)) for step, changes in group]
        newest, oldest = rows[0][0].revision, rows[-1][0].base
        assert isinstance(newest, LoadedDocument)
        assert isinstance(oldest, LoadedDocument)
        found[version] = breaks(compare(oldest, newest))
        expected[version] = (any(verdict[0] for _, verdict in rows), any(verdict[1] for _, verdict in rows))
    assert found == expected
    assert [version for version, verdict in found.items() if verdict[0]] == ["5.1.0", "2.0.0", "1.7.1"]
    assert [version for version, verdict in found.items() if verdict[1]] == ["5.0.0", "2.0.0"]
