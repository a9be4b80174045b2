"""Documents with one schema in a chosen place, and what is found between two of them."""

from __future__ import annotations

from typing import Any

import yaml

from openapi_drift.diff.compare import compare
from openapi_drift.diff.levels import SEVERITY, LevelPolicy, level_of
from openapi_drift.documents.document import LoadedDocument, load_text

POLICY = {"api-version-not-bumped", "api-version-decreased", "api-major-version-not-bumped"}
"""What follows from other changes; not a schema's affair."""

PLACES = {
    "request-body": "requestBody: {content: {application/json: {schema: SCHEMA}}}",
    "request-property": "requestBody: {content: {application/json: {schema: {properties: {field: SCHEMA}}}}}",
    "response-body": "responses: {200: {description: ok, content: {application/json: {schema: SCHEMA}}}}",
    "response-property": (
        "responses: {200: {description: ok, content: {application/json: {schema: {properties: {field: SCHEMA}}}}}}"
    ),
    "request-parameter": "parameters: [{in: query, name: filter, schema: SCHEMA}]",
    "request-parameter-property": "parameters: [{in: query, name: filter, schema: {properties: {field: SCHEMA}}}]",
    "request-header-property": "parameters: [{in: header, name: X-Filter, schema: SCHEMA}]",
    "response-header": "responses: {200: {description: ok, headers: {X-Left: {schema: SCHEMA}}}}",
}
"""Operations with a schema, by the words with which the ids there begin."""


def document(place: str, schema: str, components: str = "{}", version: str = "3.1.0") -> LoadedDocument:
    """Return a document with a schema (YAML) in that place."""
    operation = PLACES[place].replace("SCHEMA", schema)
    text = f"""
openapi: {version}
info: {{title: Jobs, version: "1"}}
paths:
  /jobs:
    post: {{operationId: submit, {operation}}}
components: {{schemas: {components}}}
"""
    return load_text(text, "jobs.yaml")


def found(base: LoadedDocument, revision: LoadedDocument) -> list[str]:
    """Return the ids of the changes, sorted; the level of each is the one that the table gives its id, or milder."""
    changes = [change for change in compare(base, revision) if change.id not in POLICY]
    assert all(SEVERITY[change.level] >= SEVERITY[level_of(change.id)] for change in changes)
    return sorted(change.id for change in changes)


def rated(base: LoadedDocument, revision: LoadedDocument, policy: LevelPolicy = LevelPolicy.DEFAULT) -> list[str]:
    """Return the changes as "level id", sorted."""
    changes = [change for change in compare(base, revision, policy) if change.id not in POLICY]
    return sorted(f"{change.level.value} {change.id}" for change in changes)


def written(document: LoadedDocument | dict[str, Any]) -> str:
    """Return a document's text."""
    content = document if isinstance(document, dict) else document.content
    return yaml.safe_dump(content, sort_keys=False)
