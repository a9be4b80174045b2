"""What `fetch` says of a new version: nothing that changed goes unsaid."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.documents.document import load
from openapi_drift.documents.summary import summarize
from openapi_drift.sources import load_sources

REPOSITORY = Path(__file__).parents[2]
AIMMS = load(load_sources(REPOSITORY)["aimms-pro-v2"].document).content


def test_the_same_document_has_no_lines() -> None:
    """Nothing changed, nothing said."""
    assert summarize(AIMMS, copy.deepcopy(AIMMS)) == []


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("components", "securitySchemes", "ApiKeySecurityScheme", "in"), "~ security scheme ApiKeySecurityScheme"),
        (("servers",), "~ servers"),
        (("info", "description"), "~ info"),
        (("info", "version"), f"~ version {AIMMS['info']['version']} -> moved"),
        (("paths", "/tasks", "get", "operationId"), "~ operation GET /tasks"),
        (("paths", "/tasks", "summary"), "+ path /tasks"),
        (("x-more",), "+ x-more"),
    ],
)
def test_whatever_changes_has_a_line(keys: tuple[str, ...], line: str) -> None:
    """Security schemes, servers and the like, which are neither operations nor schemas."""
    changed: Any = copy.deepcopy(AIMMS)
    place = changed
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = "moved"
    assert summarize(AIMMS, changed) == [line]
