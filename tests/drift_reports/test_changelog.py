"""The next entry of a CHANGELOG, and the version that it asks for."""

from __future__ import annotations

import pytest

from drift_reports.examples import ADDED, BODY, HOSTILE, REMOVED, SHARED
from openapi_drift.diff.change import Change, Level
from openapi_drift.errors import SpecsError
from openapi_drift.reports.changelog import entry, propose, section

QUIET = Change("request-parameter-became-optional", Level.INFO, "Parameter `a` is now optional", "get", "/a")
DEPRECATED = Change("endpoint-deprecated", Level.INFO, "Use /jobs.", "get", "/tasks")


@pytest.mark.parametrize(
    ("changes", "current", "following", "bump"),
    [
        ([BODY, ADDED], "1.4.2", "2.0.0", "major"),
        ([BODY, ADDED], "0.4.2", "0.5.0", "minor"),
        ([ADDED, QUIET], "1.4.2", "1.5.0", "minor"),
        ([DEPRECATED], "1.4.2", "1.5.0", "minor"),
        ([REMOVED], "1.4.2", "1.5.0", "minor"),
        ([ADDED], "0.4.2", "0.4.3", "patch"),
        ([QUIET], "1.4.2", "1.4.3", "patch"),
        ([], "1.4.2", "1.4.2", "none"),
    ],
)
def test_version(changes: list[Change], current: str, following: str, bump: str) -> None:
    proposal = propose(changes, current)
    assert (proposal.following, proposal.bump) == (following, bump)


def test_the_reason_counts_what_breaks_once() -> None:
    broken = [Change(each.id, Level.BREAKING, each.text, each.method, each.path, base=each.base) for each in SHARED]
    assert propose(broken, "1.0.0").why == "1 breaking change"
    assert propose(broken, "0.1.0").why == "1 breaking change; before 1.0.0 a minor version may break"


@pytest.mark.parametrize("version", ["1.0", "1.0.0rc1", "v1.0.0"])
def test_a_version_that_cannot_be_counted_up(version: str) -> None:
    with pytest.raises(SpecsError, match="must be three numbers"):
        propose([BODY], version)


@pytest.mark.parametrize(
    ("id_", "heading"),
    [
        ("endpoint-added", "Added"),
        ("new-required-request-parameter", "Added"),
        ("response-property-enum-value-added", "Added"),
        ("request-property-removed", "Removed"),
        ("api-removed-without-deprecation", "Removed"),
        ("api-removed-before-sunset", "Removed"),
        ("endpoint-deprecated", "Deprecated"),
        ("sunset-deleted", "Deprecated"),
        ("endpoint-reactivated", "Changed"),
        ("request-parameter-pattern-added", "Changed"),
        ("request-body-one-of-removed", "Changed"),
        ("request-parameter-type-changed", "Changed"),
    ],
)
def test_heading(id_: str, heading: str) -> None:
    assert section(Change(id_, Level.INFO, "")) == heading


def test_the_whole_entry() -> None:
    assert entry([ADDED, BODY, *SHARED, REMOVED, QUIET, DEPRECATED], "0.2.0", package="jobs") == (
        "## 0.2.0 (unreleased)\n\nIn `jobs`:\n\n"
        "### Changed\n\n- `GET /a`: Parameter `a` is now optional.\n\n"
        "### Added\n\n- **Breaking.** `PUT /tasks/{id}`: A body is now required.\n"
        "- `GET /tasks`, `GET /tasks/{id}`, `PUT /tasks/{id}`: Property `state` may now also be `paused`.\n"
        "- `POST /jobs`: New.\n\n"
        "### Removed\n\n- `GET /tasks`: Query parameter `state` was removed.\n\n"
        "### Deprecated\n\n- `GET /tasks`: Use /jobs.\n"
    )


def test_nothing_to_tell() -> None:
    assert entry([], "1.0.0") == "## 1.0.0 (unreleased)\n\nNothing that a user can see.\n"


def test_words_of_a_document_stay_words() -> None:
    text = entry([HOSTILE], "1.0.0")
    assert "<script" not in text
    assert "\n::error" not in text
